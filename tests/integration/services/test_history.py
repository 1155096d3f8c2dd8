"""The story of a person, and what each change meant for which bill."""

from datetime import timedelta

import pytest

from bot.services import account_status, deny_list, history, undo
from bot.services.errors import BadEmail, UnknownPerson
from bot.services.history import Story
from db.models import Status
from tests.integration.services.conftest import Msp


def why(msp: Msp, email: str) -> list[Story]:
    return history.why(msp.session, msp.workspace, email, msp.clock())


def test_every_change_tells_whether_its_bill_and_the_next_one_count_the_person(msp: Msp) -> None:
    msp.users(
        "Acme,eve@acme.test,active,2026-09-28",
        "Acme,eve@acme.test,inactive,2026-10-02",
        "Acme,eve@acme.test,active,2026-10-20",
        "Acme,eve@acme.test,inactive,2026-11-10",
    )
    (story,) = why(msp, "EVE@acme.test")
    assert [(event.status, event.period.first_day.isoformat()) for event in story.events] == [
        ("active", "2026-09-27"),
        ("inactive", "2026-09-27"),
        ("active", "2026-09-27"),
        ("inactive", "2026-10-27"),
    ]
    # The first period's peak of 3 was reached on 28 September, with Eve; the second one began with her.
    assert [event.billed for event in story.events] == [True, True, True, True]
    assert [event.next_billed for event in story.events] == [True, True, True, False]
    assert (story.billable, story.standing.status) == (False, "inactive")


def test_a_person_of_a_client_on_trial_is_in_no_bill_until_it_converts(msp: Msp) -> None:
    _, story = why(msp, "ann@acme.test")
    assert (story.person.account, story.billable, story.account_status) == ("Blue", False, "trial")
    assert [(event.billed, event.next_billed) for event in story.events] == [(False, False)]
    msp.accounts("Blue,active,2026-09-27")
    _, story = why(msp, "ann@acme.test")
    assert story.billable
    assert [(event.billed, event.next_billed) for event in story.events] == [(False, True)]


def test_the_story_tells_cause_actor_and_reason(msp: Msp) -> None:
    msp.deactivate("bob@acme.test", actor="cli:me", reason=" left ")
    (story,) = why(msp, "bob@acme.test")
    event = story.events[-1]
    assert (event.cause, event.kind, event.actor, event.reason) == ("manual", "deactivate", "cli:me", "left")
    assert event.at == story.standing.since == msp.clock.now.replace(microsecond=event.at.microsecond)


def test_the_story_tells_what_the_next_sync_would_do(msp: Msp) -> None:
    assert [(one.comes_back, one.goes_away) for one in why(msp, "bob@acme.test")] == [(False, False)]
    msp.synced("bob@acme.test")
    msp.deactivate("bob@acme.test")
    assert why(msp, "bob@acme.test")[0].comes_back
    deny_list.add(msp.session, msp.workspace, msp.account("Acme"), ["*@acme.test"], actor="t", clock=msp.clock)
    (story,) = why(msp, "bob@acme.test")
    assert (story.comes_back, story.goes_away, story.denied) == (False, False, ("*@acme.test",))


def test_retracted_rows_are_no_part_of_a_story(msp: Msp) -> None:
    change = msp.users("Acme,cid@acme.test,active,").change
    undo.retract(msp.session, msp.workspace, str(change), actor="t", clock=msp.clock)
    assert [event.status for event in why(msp, "cid@acme.test")[0].events] == ["inactive"]


def test_nobody_has_no_story(msp: Msp) -> None:
    with pytest.raises(UnknownPerson):
        why(msp, "nobody@acme.test")
    with pytest.raises(BadEmail):
        why(msp, "nobody")


def test_the_story_tells_of_the_account_and_of_both_bills(msp: Msp) -> None:
    """Blue converts from its trial, and closes again before the period ends."""
    msp.accounts("Blue,active,2026-11-05", "Blue,closed,2026-11-10")
    _, story = history.why(msp.session, msp.workspace, "ann@acme.test", msp.clock())
    assert [(event.before, event.status, event.billed, event.next_billed) for event in story.account_events] == [
        (None, "trial", False, False),
        ("trial", "active", True, False),
        ("active", "closed", True, False),
    ]
    assert (story.billable, story.bill.counted, story.bill.next_counted, story.bill.peak) == (False, True, False, 3)
    assert story.bill.peak_at == story.account_events[1].at
    msp.accounts("Blue,active,2026-11-27")  # planned for the very start of the next one
    _, story = history.why(msp.session, msp.workspace, "ann@acme.test", msp.clock())
    assert (story.bill.counted, story.bill.next_counted, len(story.account_events)) == (True, True, 3)


def test_the_end_of_a_trial_is_no_reason(msp: Msp) -> None:
    until = msp.clock() + timedelta(days=30)
    account_status.set_status(
        msp.session, msp.workspace, msp.account("Acme"), Status.TRIAL, until=until, actor="t", clock=msp.clock
    )
    (story,) = why(msp, "bob@acme.test")
    assert (story.account_events[-1].status, story.account_events[-1].reason) == ("trial", None)
