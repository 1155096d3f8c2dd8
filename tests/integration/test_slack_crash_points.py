"""The app killed at any point of a request of Slack's, and given the same request again when it has come back: what was
asked for is done once, and the person is told as if nothing had happened, or sees that something did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import OpenerDirector

import pytest
from sqlmodel import Session

from bot.playground.team import BILLING, GRACE, TOM
from bot.services.workspaces import Workspace
from tests.conftest import DrivenClock, Store
from tests.crash_points import Chosen, crash, recount, restore, save, uncrashed
from tests.integration.test_crash_points import Judge
from tests.slack_requests import PEOPLE, Desk, Json, Told, desk

SENDS = [(OpenerDirector, "open")]
"""What slack_sdk sends goes through it."""
NOT_SHARED = "If it is not in the channel, give the command again and share that."
NOT_SENT = "If the file does not come to your direct messages with Seatbot, ask for it again."
KEPT_BESIDE = ("log", "offers")
"""What belongs to the answer and not to the change."""


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@dataclass
class Seen:
    """What the asker sees of a request: what it was answered, and messages as (text, blocks, for the asker alone)."""

    told: Told
    channel: list[tuple[str, str, bool]]
    direct: list[tuple[str, str, bool]]
    files: int

    @property
    def is_acknowledged(self) -> bool:
        return self.told[0] == 200

    @property
    def shared(self) -> int:
        return sum(not is_private for _, _, is_private in self.channel)

    def says(self, text: str) -> bool:
        return any(text in said for said, _, _ in self.channel)


class Trial:
    """One kind of request, made anew as often as it is tried, with the same key each time."""

    def __init__(self, at: Desk, before: str, how: str) -> None:
        self.at = at
        self.answer = at.ask(before) if before else None
        self.how, self.words = how.split(" ", 1)
        self.key: Any = None

    def request(self) -> Json:
        """The request; what is seen from here on is what comes of it, of an earlier trial nothing."""
        for message in self.at.slack.messages_seen_by(GRACE.id, self.at.direct_message()):
            self.at.slack.delete(message)
        if self.how == "press":
            assert self.answer is not None
            message = self.at.show(self.answer)
            self.first = len(self.at.slack.messages_seen_by(GRACE.id, BILLING.id)) - 1
            payload = self.at.press(message, self.words)
        else:
            make = {"command": self.at.command, "direct": self.at.direct, "reader": self.read_out}[self.how]
            payload = make(self.words)
            self.first = len(self.at.slack.messages_seen_by(GRACE.id, BILLING.id))
        self.first_direct = len(self.at.slack.messages_seen_by(GRACE.id, self.at.direct_message()))
        key = "event_id" if self.how == "direct" else "trigger_id"
        self.key = self.key or payload[key]
        return payload | {key: self.key}

    def read_out(self, words: str) -> Json:
        return self.at.command(words, TOM)

    def seen(self, told: Told) -> Seen:
        channel = self.at.slack.messages_seen_by(GRACE.id, BILLING.id)[self.first :]
        direct = self.at.slack.messages_seen_by(GRACE.id, self.at.direct_message())[self.first_direct :]
        shown = [[(one.text, str(one.blocks), one.is_ephemeral) for one in some] for some in (channel, direct)]
        return Seen(told, shown[0], shown[1], sum(len(one.files) for one in direct))


Expected = Callable[[Desk, Json, Trial, Seen, Seen], None]


def the_same(at: Desk, payload: Json, trial: Trial, seen: Seen, whole: Seen) -> None:
    """In an acknowledgement, or in the place of the message with the button."""
    assert seen == whole


def once_or_failing(at: Desk, payload: Json, trial: Trial, seen: Seen, whole: Seen) -> None:
    """By a message of its own that only its reader sees: once, or the button shows that it failed, and another press
    tells it."""
    if seen.is_acknowledged:
        assert seen.channel == whole.channel
        return
    assert seen.channel in (whole.channel, whole.channel[:1])
    payload = payload | {"trigger_id": f"{payload['trigger_id']}-again"}
    again = trial.seen(at.answered(at.store.engine, payload))
    assert again.is_acknowledged
    assert again.channel[-1] == whole.channel[-1]


def once(at: Desk, payload: Json, trial: Trial, seen: Seen, whole: Seen) -> None:
    """In the direct message: once, be it after a minute, when Slack delivers it once more."""
    if not seen.is_acknowledged:
        at.clock.advance(minutes=1)
        seen = trial.seen(at.answered(at.store.engine, payload))
        at.clock.advance(minutes=-1)
    assert seen == whole


def shared_or_told(at: Desk, payload: Json, trial: Trial, seen: Seen, whole: Seen) -> None:
    """Once for everybody; or once or not at all, which the person is told, or else the button shows that it failed."""
    assert seen.shared <= 1
    if seen.channel != whole.channel:
        assert seen.says(NOT_SHARED) or not seen.is_acknowledged


def sent_or_told(at: Desk, payload: Json, trial: Trial, seen: Seen, whole: Seen) -> None:
    """One file, and told so; or one or none, which the person is told, or else the button shows that it failed."""
    assert seen.files <= 1
    if seen != whole:
        assert seen.says(NOT_SENT) or not seen.is_acknowledged


SYNCED, ALONE = PEOPLE[0], PEOPLE[2]
CASES: dict[str, tuple[str, str, Expected, tuple[int, int]]] = {
    "deactivate": ("", f"command deactivate {SYNCED} {ALONE} because gone", the_same, (2, 1)),
    "confirm": (f"deactivate {' '.join(PEOPLE[:11])}", "press confirm", the_same, (11, 1)),
    "deny add": ("", f"command deny add {SYNCED} in Acme", the_same, (1, 1)),
    "also on the deny list": (f"deactivate {SYNCED}", "press also", once_or_failing, (0, 1)),
    "undo": (f"deactivate {ALONE}", "command undo", the_same, (1, 1)),
    "undo button": (f"deactivate {ALONE}", "press undo", the_same, (1, 1)),
    "refusal": ("", "command deactivate nobody@acme.example", the_same, (0, 0)),
    "a reader's refusal": ("", f"reader deactivate {ALONE}", the_same, (0, 0)),
    "share": ("report", "press share", shared_or_told, (0, 0)),
    "CSV file": ("report", "press csv", sent_or_told, (0, 0)),
    "direct message": ("", f"direct deactivate {ALONE}", once, (1, 1)),
}
"""For each: the command before, the request, what is expected, and how many rows and changes it writes."""


@pytest.mark.parametrize("name", CASES)
def test_killed_at_any_point_and_delivered_again_it_is_done_once_and_told(
    at: Desk, store: Store, name: str, record_property: Callable[[str, object], None], chosen: Chosen
) -> None:
    engine, judge = store.engine, Judge(store.engine, at.workspace)
    before_it, how, expect, written = CASES[name]
    trial = Trial(at, before_it, how)
    saved, before = save(engine), judge.seen()
    restore(engine, saved)
    recount(engine)
    payload = trial.request()
    points, told = uncrashed(engine, lambda engine: at.answered(engine, payload), SENDS)
    whole, after = trial.seen(told), judge.seen()
    assert whole.is_acknowledged
    assert tuple(len(after[0][table]) - len(before[0][table]) for table in ("ledger", "changes")) == written
    assert any(point.endswith("open") for point in points)
    assert name != "a reader's refusal" or len(after[0]["log"]) == len(before[0]["log"]) + 1
    numbers = chosen(points)
    record_property("killed", len(numbers))
    for number in numbers:
        where = f"after point {number} of {len(points)}: {points[number]}"
        restore(engine, saved)
        recount(engine)
        payload = trial.request()
        crash(engine, lambda engine, payload=payload: at.answered(engine, payload), number, SENDS)  # type: ignore[misc]
        recount(engine)
        assert change_of(judge.seen()) in (change_of(before), change_of(after)), f"half done {where}"
        seen = trial.seen(at.answered(engine, payload))
        assert judge.seen() == after, f"not the same {where}"
        try:
            expect(at, payload, trial, seen, whole)
        except AssertionError as error:
            raise AssertionError(f"not told right {where}\n{seen}\n{whole}") from error
    assert at.refused() == []


def change_of(seen: tuple[Any, ...]) -> Any:
    return {name: rows for name, rows in seen[0].items() if name not in KEPT_BESIDE}
