"""The app killed at any point of a form's submission, or of a button in a modal, and given the same request again: what
was asked for is done once, and answered as if nothing had happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.playground.messages import Message
from bot.playground.team import BILLING, GRACE, NORTHWIND
from bot.playground.views import View
from bot.services.workspaces import Workspace
from tests.conftest import DrivenClock, Store
from tests.crash_points import Chosen, crash, recount, restore, save, uncrashed
from tests.integration.test_crash_points import Judge
from tests.integration.test_slack_crash_points import SENDS, change_of
from tests.slack_requests import PEOPLE, App, Desk, Json, desk

IMPORTED = b"account,email,status\nAcme,new@acme.example,active\nAcme,u02@acme.example,inactive\n"


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@dataclass(frozen=True)
class Form:
    """A form with what is filled in, and perhaps a button that is pressed on its answer; how many rows and changes
    that writes."""

    name: str
    values: Json
    press: str = ""
    written: tuple[int, int] = (0, 1)


CASES = {
    "deactivate": Form("deactivate", {"addresses": " ".join(PEOPLE[2:4])}, written=(2, 1)),
    "a preview": Form("deactivate", {"addresses": " ".join(PEOPLE)}, written=(0, 0)),
    "confirmed": Form("deactivate", {"addresses": " ".join(PEOPLE)}, "confirm", (12, 1)),
    "an account": Form("account", {"name": "Initech"}, written=(1, 1)),
    "settings": Form("settings", {"name": "Northwind Two"}),
    "prices": Form("prices", {"price": "4.50", "currency": "EUR"}),
    "a topic": Form("topic", {"question": "Who pays?", "answer": "We do."}),
    "an import": Form("import-users", {"file": IMPORTED}, "confirm", (2, 1)),
    "a fault": Form("deactivate", {"addresses": "nobody@acme.example"}, written=(0, 0)),
}


def opened(at: Desk, app: App, name: str) -> View:
    """The form, opened by a button."""
    element = {"type": "button", "action_id": "form_x", "text": {"type": "plain_text", "text": "x"}, "value": name}
    blocks = [{"type": "actions", "elements": [element]}]
    message = at.slack.post(Message("", BILLING.id, NORTHWIND.bot_user_id, "Form", blocks=blocks))
    assert app.gets(at.slack.press(GRACE.id, message.ts, "form_x").payload) == 200
    [view] = at.slack.modals(GRACE.id)
    return view


def request(at: Desk, form: Form) -> Json:
    """The request that is tried: the form comes back or, where a button is pressed, the press on its answer."""
    app = App(at, at.store.engine)
    view, values = opened(at, app, form.name), dict(form.values)
    if "file" in values:
        values["file"] = [at.slack.upload(GRACE.id, "people.csv", values["file"])]
    envelope = at.slack.submit(GRACE.id, view.id, values)
    if not form.press:
        return envelope.payload
    status, told = app.told(envelope.payload)
    assert status == 200
    at.acknowledge(envelope, told)
    return at.slack.press(GRACE.id, view.id, form.press).payload


@pytest.mark.parametrize("name", CASES)
def test_killed_at_any_point_and_delivered_again_it_is_done_once_and_answered(
    at: Desk, store: Store, name: str, record_property: Callable[[str, object], None], chosen: Chosen
) -> None:
    engine, judge, form = store.engine, Judge(store.engine, at.workspace), CASES[name]
    payload = request(at, form)
    saved, before = save(engine), judge.seen()
    restore(engine, saved)
    recount(engine)
    points, whole = uncrashed(engine, lambda engine: at.answered(engine, payload), SENDS)
    after = judge.seen()
    assert whole[0] == 200
    assert tuple(len(after[0][table]) - len(before[0][table]) for table in ("ledger", "changes")) == form.written
    numbers = chosen(points)
    record_property("killed", len(numbers))
    for number in numbers:
        where = f"after point {number} of {len(points)}: {points[number]}"
        restore(engine, saved)
        recount(engine)
        crash(engine, lambda engine: at.answered(engine, payload), number, SENDS)
        recount(engine)
        assert change_of(judge.seen()) in (change_of(before), change_of(after)), f"half done {where}"
        told: Any = at.answered(engine, payload)
        assert judge.seen() == after, f"not the same {where}"
        assert told == whole, f"not told right {where}"
