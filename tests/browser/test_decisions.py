"""What cannot be taken back, from Home, each time in a demo of its own: by mouse alone and by keyboard alone, in both
languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.views.syncs import OUTCOMES
from tests.browser.conftest import demo
from tests.browser.hands import Hand
from tests.conftest import require_browser


@pytest.fixture
def demo_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A demo in which nobody has been."""
    require_browser(request.config)
    with demo(tmp_path) as url:
        yield url


def test_a_held_sync_is_rejected_and_one_that_is_asked_for_is_held_and_confirmed(hand: Hand) -> None:
    main, page = hand.visit.main, hand.visit.page
    sync, confirm, reject = (hand.button(label, main) for label in ("Sync now", "Confirm", "Reject"))
    hand.open_home()
    hand.press(reject)
    expect(hand.dialog).to_contain_text(hand.pattern("The sync of {account} was rejected. Nobody was changed."))
    hand.close()
    expect(reject).to_have_count(0)

    hand.press(page.get_by_role("button", name=hand.page_text("directories")))
    hand.press(hand.dialog.get_by_role("button", name=hand.page_text("answering", "empty"), exact=True))
    expect(hand.dialog).to_contain_text(hand.page_text("answering_hints", "empty"))
    hand.press(hand.dialog.get_by_role("button", name=hand.page_text("close")))
    hand.press(sync)
    expect(hand.dialog).to_contain_text(hand.text("The result comes to you by direct message."))
    hand.close()
    told(hand, "Sync {account} nevertheless?")

    hand.open_home()
    hand.press(confirm)
    expect(hand.dialog).to_contain_text(hand.pattern("The sync of {account} is being applied as it was shown."))
    hand.close()
    told(hand, OUTCOMES["applied"])
    hand.open_home()
    for button in (sync, confirm, reject):
        expect(button).to_have_count(0)


def told(hand: Hand, message: str) -> None:
    """Look into the direct message of Seatbot, where that comes."""
    hand.press(hand.visit.page.get_by_role("navigation").get_by_role("link", name=hand.page_text("direct"), exact=True))
    expect(hand.visit.messages.filter(has_text=hand.pattern(message)).last).to_be_visible()
