"""axe-core finds nothing serious: in light and dark, on a desk and on a phone, with every block and every dialog."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.playground.messages import Message
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND, OLD_BILLING, TOM
from tests.browser.conftest import Visit
from tests.unit.playground import samples

Open = Callable[..., Visit]
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
SERIOUS = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """What shuts people out, each with the first place where it does."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in SERIOUS]


@pytest.fixture
def everything(stage: LocalSlack) -> LocalSlack:
    """A channel with every block, what only Grace sees, a thread, and what an app got and sent."""
    first = stage.say(TOM.id, BILLING.id, "the first")
    stage.say(TOM.id, BILLING.id, "the second, at once")
    stage.say(CAMILLE.id, BILLING.id, "a reply", thread_ts=first.ts)  # type: ignore[union-attr]
    for name, blocks in samples.BLOCKS.items():
        stage.post(Message("", BILLING.id, NORTHWIND.bot_user_id, name, blocks=blocks))
    stage.post(Message("", BILLING.id, NORTHWIND.bot_user_id, "psst", visible_to=GRACE.id))
    stage.note_request("chat.postMessage", {"channel": BILLING.id}, {"ok": True})
    stage.note_request("chat.postMessage", {"channel": "C0"}, {"ok": False}, ("channel_not_found",))
    return stage


@SCHEMES
def test_a_channel_with_every_block_shuts_nobody_out(visit: Open, everything: LocalSlack, scheme: str) -> None:
    here = visit(everything.url, color_scheme=scheme)
    here.page.get_by_role("complementary").locator("summary").first.click()
    assert findings(here.page) == []


@SCHEMES
def test_a_form_with_every_field_shuts_nobody_out(visit: Open, stage: LocalSlack, scheme: str) -> None:
    blocks = [block for some in samples.VIEW_BLOCKS.values() for block in some]
    view: dict[str, Any] = {"type": "modal", "title": samples.plain("A form"), "submit": samples.plain("Save")}
    here = visit(stage.url, color_scheme=scheme)
    opened = stage.open_view(GRACE.id, view | {"blocks": blocks})
    expect(here.dialog).to_be_visible()
    with stage.changed:
        stage.views.refuse(opened, {blocks[-1]["block_id"]: "This is not so."})
        stage.changed.notify_all()
    here.dialog.get_by_role("button", name="3 Nov 2026").first.click()
    expect(here.page.get_by_role("grid")).to_be_visible()
    assert findings(here.page) == []


@SCHEMES
def test_a_phone_and_its_panel_shut_nobody_out(visit: Open, everything: LocalSlack, scheme: str) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    here = visit(f"{everything.url}/?as={CAMILLE.id}", color_scheme=scheme, **phone)
    assert findings(here.page) == []
    here.main.get_by_role("link", name="Canaux").tap()
    assert findings(here.page) == []
    here.page.go_back()
    here.page.get_by_role("button", name="JSON").click()
    assert findings(here.page) == []


def test_threads_home_archives_and_menus_shut_nobody_out(visit: Open, everything: LocalSlack) -> None:
    here = visit(f"{everything.url}/?tab=home")
    assert findings(here.page) == []
    here.page.goto(f"{everything.url}/?channel={OLD_BILLING.id}")
    assert findings(here.page) == []
    here.page.goto(everything.url)
    here.messages.get_by_role("link", name="1 reply").click()
    expect(here.thread.get_by_role("article").last).to_contain_text("a reply")
    assert findings(here.page) == []
    here.page.goto(everything.url)
    here.main.get_by_role("button", name="Emoji").click()
    expect(here.page.get_by_role("menuitem").first).to_be_focused()
    assert findings(here.page) == []
    here.page.goto(f"{everything.url}/?q=reply")
    expect(here.messages).to_contain_text(["a reply"])
    assert findings(here.page) == []


def test_what_the_demo_says_shuts_nobody_out(visit: Open, demo_url: str) -> None:
    here = visit(f"{demo_url}/?as={CAMILLE.id}")
    here.say("/seats rapport")
    here.say("/seats")
    assert findings(here.page) == []
    here.composer.fill("/")
    expect(here.page.get_by_role("option").first).to_be_visible()
    assert findings(here.page) == []
    here.composer.fill("")
    here.page.get_by_role("button", name="Annuaires des clients").click()
    expect(here.dialog.get_by_role("searchbox").or_(here.dialog.get_by_role("textbox")).first).to_be_visible()
    assert findings(here.page) == []
