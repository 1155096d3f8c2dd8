"""Every message about a change is one that Slack takes, in both languages, whatever names are in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest

from bot.playground.blocks_check import check_blocks
from bot.services import errors
from bot.services.admins import AdminLine
from bot.services.billing.peaks import Bill
from bot.services.billing.periods import Calendar
from bot.services.changes import Change, Effect, Made, StatusChange
from bot.services.people import Person
from bot.views import changes
from bot.views.slack import admins, change, refusal
from bot.views.slack.answer import Answer
from bot.views.texts import Texts
from db.models import Kind, Status

NAMES = ["Acme", "<!channel> & <@U0GRACE001>", "\u202eemca\u2066", "x" * 500, "`*_~:smile:", "«\u00a0Ünï\u00a0» 🦄"]
PARIS = ZoneInfo("Europe/Paris")
READERS = [Texts("en", ZoneInfo("America/New_York")), Texts("fr", PARIS)]
ID = "f" * 32
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = datetime(2026, 12, 31, tzinfo=PARIS)
EFFECT = Effect(Bill(10**6, 436), Bill(10**6, 424), Calendar(27, PARIS).holding(NOW))
LONGEST_MESSAGE = 13_000
"""Slack answers `msg_blocks_too_long` near so many characters of blocks."""


def people(name: str, count: int) -> tuple[Person, ...]:
    return tuple(Person(number, number % 3, name, f"{number}{name}@x.example", name, True) for number in range(count))


def made(name: str, kind: Kind, count: int, **more: object) -> Change:
    return Change(7, kind, changed=people(name, count), account=name, effect=EFFECT, **more)  # type: ignore[arg-type]


def statuses(name: str) -> Iterator[StatusChange]:
    for before in (None, Status.TRIAL, Status.ACTIVE, Status.CLOSED):
        for after in (Status.TRIAL, Status.ACTIVE, Status.CLOSED):
            for at in (None, DAY, DAY + timedelta(hours=9)):
                for counted in (-1, 0, 1000):
                    yield StatusChange(name, before, after, at, DAY if after == Status.TRIAL else None, counted)


def answers(texts: Texts, name: str) -> Iterator[tuple[str, Answer]]:
    """One of every message about a change, with that name wherever a name stands."""
    entries = tuple(f"{number}{name}@x.example" for number in range(60))
    for count in (1, 11, 50, 51, 3000):
        for kind in (Kind.DEACTIVATE, Kind.ACTIVATE, Kind.DENY_ADD, Kind.DENY_IMPORT):
            some = people(name, count)
            for back in ((), some[:1], some[: count // 2], some):
                full = made(name, kind, count, comes_back=back, left=some, unchanged=some, patterns=entries)
                yield f"preview of {kind}", change.preview(texts, full, ID, denies=bool(back))
                yield f"{kind} made", change.made(texts, full)
        kept = made(name, Kind.DEACTIVATE, count, patterns=tuple(f"{at}{name}@x" for at in range(count)))
        yield "set inactive and kept out", change.made(texts, kept)
        yield "of several accounts", change.made(texts, replace(kept, account=None))
    for who in ("U0GRACE001", f"cli:{name}"):
        old = Made(6, Kind.ADMIN_ADD, who, NOW)
        undone = made(name, Kind.UNDO, 12, takes_back=6, undone=old, admins=("U0TOM00001", "U0NADIA001"))
        yield "undo asked about", change.preview(texts, undone, ID)
        yield "undone", change.made(texts, undone)
    for one in statuses(name):
        plan = replace(one, at=DAY, by=12)
        done = Change(7, Kind.ACCOUNT_STATUS, account=name, statuses=(one,), effect=EFFECT, planned=(plan,))
        yield "status", change.made(texts, done)
        yield "status asked about", change.preview(texts, done, ID)
        yield "status that is so already", change.made(texts, replace(done, id=None))
        yield "status undone", change.made(texts, replace(done, kind=Kind.UNDO, takes_back=6))
    ids = tuple(f"own-{number}" for number in range(200))
    written = Change(7, Kind.TOPICS, topics=ids, topics_removed=(*ids, "leavers"))
    yield "topics", change.made(texts, written)
    of_topics = Made(6, Kind.TOPICS, name, NOW)
    yield "topics undone", change.made(texts, replace(written, kind=Kind.UNDO, takes_back=6, undone=of_topics))
    added = Change(7, Kind.ADMIN_ADD, admins=("U0TOM00001", "W0BIG", name))
    for with_asker in (False, True):
        for losing in ([], ["U0GRACE001", name] * 50):
            told = change.admins_added(texts, "/seats", added, with_asker=with_asker, losing=losing)
            yield "admins added", told
    yield "admins already", change.made(texts, replace(added, id=None))
    yield "admins removed", change.made(texts, replace(added, kind=Kind.ADMIN_REMOVE))
    lines = [AdminLine("U0TOM00001"), *(AdminLine(name, f"U0{at:08}", NOW) for at in range(80))]
    for found in ([], lines[:1], lines):
        for owners in ([], ["U0GRACE001", name] * 100):
            yield "admins listed", admins.listed(texts, found, owners)
    yield (
        "nothing for now",
        change.made(texts, Change(7, Kind.DENY_ADD, patterns=entries, account=name, effect=EFFECT, unsynced=True)),
    )
    yield "lifted", change.lifted(texts, Change(7, Kind.DENY_REMOVE, removed=entries, account=name), ID)
    for count in (1, 60):
        denied = errors.Denied(emails=list(entries[:count]), account=name, entries=list(entries[:count]))
        yield "still denied", change.still_denied(texts, denied, ID)
    for replaces in (False, True):
        yield "file wanted", change.send_file(texts, name, replaces=replaces)
    for about in (
        errors.CannotBeAdmin,
        errors.NotPlaced,
        errors.AdminOfSettings,
        errors.NotYetAnAdmin,
        errors.LastAdmin,
    ):
        yield about.__name__, refusal.refused(texts, about(people=["U0TOM00001", name]))
    bad = errors.Faults([errors.BadLine(at, errors.BadPattern(pattern=name)) for at in range(1000)])
    yield "bad lines", refusal.refused(texts, bad)
    yield "blocked", refusal.refused(texts, errors.UndoBlocked(change="6", names=list(entries), by=["7", "8"]))
    named = {"change": "6", "kind": Kind.SYNC, "latest": "5", "latest_kind": Kind.ADMIN_ADD}
    yield "cannot undo", refusal.refused(texts, errors.CannotUndoSuggestion(**named))
    yield "account exists", refusal.refused(texts, errors.AccountExists(account=name, status=Status.CLOSED))


@pytest.mark.parametrize(("texts", "name"), list(zip(cycle(READERS), NAMES, strict=False)))
def test_slack_takes_every_message(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        assert check_blocks(answer.blocks), kind
        assert 0 < len(answer.text) <= 40_000, kind
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks), kind
        assert len(json.dumps(answer.blocks, ensure_ascii=False)) < LONGEST_MESSAGE, kind


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_no_name_becomes_a_mention_or_turns_the_direction_of_writing(texts: Texts) -> None:
    for name in NAMES[1:3]:
        for kind, answer in answers(texts, name):
            assert "<!" not in answer.text, kind
            assert "\u202e" not in answer.text + json.dumps(answer.blocks, ensure_ascii=False), kind
            marked = [block["text"]["text"] for block in answer.blocks if block.get("text", {}).get("type") == "mrkdwn"]
            assert not any("<!" in text for text in marked), kind


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_no_sentence_is_left_in_the_other_language_or_names_a_kind_by_its_code(texts: Texts) -> None:
    for kind, answer in answers(texts, "Acme"):
        assert not re.search(r"\b\w+_\w+\b", answer.text.replace("SEATBOT_ADMINS", "")), kind
        if texts.locale == "fr":
            assert not re.search(r"\b(the|is|was|closed|trial)\b", answer.text), (kind, answer.text)


def test_the_next_bill_does_not_contradict_the_sync() -> None:
    some = people("Acme", 12)
    said = "\n".join(part.text for part in changes.told(READERS[0], made("Acme", Kind.DEACTIVATE, 12, comes_back=some)))
    assert "begins with 424 instead of 436, if the next sync does not bring them back." in said


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (READERS[0], "Acme: closed from 31 Dec 2026 on, active until then."),
        (READERS[1], "Acme\u00a0: statut «\u00a0fermé\u00a0» à partir du 31 déc. 2026, «\u00a0actif\u00a0» jusque-là."),
    ],
    ids=["en", "fr"],
)
def test_a_day_is_the_workspaces_wherever_the_reader_is(texts: Texts, said: str) -> None:
    one = StatusChange("Acme", Status.ACTIVE, Status.CLOSED, DAY)
    assert changes.status(texts, one, is_undo=False, is_so=False) == said


def test_an_undo_of_topics_that_is_asked_about_says_which() -> None:
    old = Made(6, Kind.TOPICS, "U0TOM00001", NOW)
    asked = Change(7, Kind.UNDO, topics=("own-vpn",), topics_removed=("leavers",), takes_back=6, undone=old)
    said = [part.text for part in changes.would(READERS[0], asked)]
    assert said[0].startswith("It was: topics of the FAQ changed, on ")
    assert said[1:] == ["Would be as before: leavers and own-vpn."]
