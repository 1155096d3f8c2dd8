"""Warnings are messages that Slack takes, in both languages, whatever names are in them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

import pytest

from bot.playground.blocks_check import check_blocks
from bot.services.billing.peaks import Bill
from bot.services.changes import Change, Made
from bot.services.recipients import Recipient
from bot.services.suggestions import Suggestion, Why
from bot.services.warnings import kinds
from bot.services.warnings.facts import Gain, Raised
from bot.services.warnings.kinds import DEFAULTS
from bot.services.warnings.lines import WarningLine
from bot.services.warnings.rules import NewPeak, Rise, SyncState, Trial, Trouble
from bot.services.warnings.watch import (
    Jumped,
    Peaked,
    PeriodEnds,
    Reactivated,
    SyncsChanged,
    TrialsEnd,
    Warned,
    What,
)
from bot.services.workspaces import Workspace
from bot.views import warnings as words
from bot.views.slack import change, standing_warnings, warnings
from bot.views.slack.answer import PAGE, Answer
from bot.views.texts import Texts
from db.models import Kind, WarningKind
from tests.unit.views.test_messages import CALENDAR, CHECK, ID, NAMES, NATIVE, NOW, PERIOD, READERS, some_people

COUNTS = (0, 1, 3, 3000)
OFFERS = dict.fromkeys(("raised", "report", "suggestions"), ID) | {
    f"{act} {number}": ID for act in ("deactivate", "deny", "preview") for number in range(10)
}


def a_line(name: str, kind: WarningKind, accounts: int) -> WarningLine:
    return WarningLine(7, kind, Recipient("C0BILLING1", name), 3, (name,) * accounts, NOW, "U0GRACE001", NOW)


def whats(name: str, count: int) -> Iterator[tuple[WarningKind, What]]:
    """What each kind of warning may tell, about so many people or accounts."""
    people = some_people(name, count)
    changes = tuple(Made(number, Kind.SYNC, name, NOW) for number in range(count))
    raised = Raised(people, tuple(Gain(name, 1 - number) for number in range(count)), changes)
    yield WarningKind.JUMP, Jumped(Rise(NOW, 1, NOW, 10**6), raised, ())
    yield WarningKind.PEAK, Peaked(NewPeak(PERIOD, NOW, 1, NOW, 2), raised, (1, 2))
    ends = (NOW - timedelta(days=1), NOW + timedelta(days=1))
    trials = tuple(Trial(n, name, ends[n % 2], n, planned=n % 3 == 0) for n in range(count))
    yield WarningKind.TRIAL, TrialsEnd(trials, Bill(5, 3), NOW)
    kept_out = tuple(
        Suggestion(f"{n // 3} {name}", f"{n}{name}@x", name, True, tuple(Why), (), n) for n in range(count)
    )
    yield WarningKind.PERIOD_END, PeriodEnds(PERIOD, Bill(5, 3), kept_out)
    troubles = [*Trouble, None]
    states = tuple((SyncState(n, name, NOW), troubles[n % 4]) for n in range(count))
    yield WarningKind.SYNC, SyncsChanged(states)
    yield WarningKind.SYNC, SyncsChanged(tuple((state, None) for state, _ in states))
    yield WarningKind.REACTIVATED, Reactivated(people)


def answers(texts: Texts, name: str) -> Iterator[tuple[str, Answer]]:
    """One of every message, with that name wherever a name stands."""
    for count in COUNTS:
        for kind, what in whats(name, count):
            if not count and not isinstance(what, Jumped | Peaked | PeriodEnds):  # of nobody there is nothing to tell
                continue
            for offers in (OFFERS, {}):
                told = Warned(a_line(name, kind, min(count, 50)), "key", what)
                yield f"{kind} {count}", warnings.warned(texts, "/seats", told, offers)
        lines = [a_line(name, list(WarningKind)[n % 6], n % 2) for n in range(min(count, 200))]
        workspace = Workspace(1, name, CALENDAR, "en", "T1")
        for native in (NATIVE, ()):
            for page in (1, 2) if count > PAGE else (1,):
                for admin in (True, False):
                    listed = standing_warnings.listed(
                        texts, workspace, lines, native=native, page=page, here="0" * 32, admin=admin
                    )
                    yield "list", listed
                raised = Raised(some_people(name, count), (), ())
                yield "raised", warnings.raised(texts, raised, native=native, page=page)
        for line in lines[:6]:
            mutes = dict.fromkeys((1, 7, 30), "0" * 32)
            yield "one", standing_warnings.one(texts, workspace, line, mute=mutes, remove="0" * 32)
    for code in ("channel_not_found", "is_archived", "not_in_channel", "silent", "<!channel>"):
        yield "undelivered", warnings.undelivered(texts, a_line(name, WarningKind.JUMP, 3), code)
    for kind in (Kind.WARN_ADD, Kind.WARN_REMOVE, Kind.WARN_MUTE):
        touched = (a_line(name, WarningKind.JUMP, 3),)
        for done in (
            Change(7, kind, warnings=touched),
            Change(None, kind, warnings=touched),
            Change(8, Kind.UNDO, warnings=touched, takes_back=7, undone=Made(7, kind, "U0GRACE001", NOW)),
        ):
            yield "change", change.made(texts, done)
            yield "question", change.preview(texts, done, ID)


@pytest.mark.parametrize(("texts", "name"), list(zip(cycle(READERS), NAMES, strict=False)))
def test_slack_takes_every_warning(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        assert check_blocks(answer.blocks), kind
        if name in NAMES[:2]:
            assert CHECK(answer.blocks) == [], kind
        assert 0 < len(answer.text) <= 40_000, kind
        assert len(json.dumps(answer.blocks)) < 26_000, kind
        assert len(answer.blocks) < 50, kind
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks), kind


def test_that_one_did_not_arrive_reads_well_in_both_languages() -> None:
    english, french = READERS[:2]
    line = a_line("#billing", WarningKind.JUMP, 0)
    assert warnings.undelivered(english, line, "is_archived").text == (
        "A message of warning 7 (jump, #billing) could not be posted.\nThe channel is archived.\n"
        "The warning stays. You are not told again until a message of it has arrived."
    )
    assert warnings.undelivered(french, line, "is_archived").text == (
        "Un message de l’alerte 7 (saut, #billing) n’a pas pu être publié.\nLe canal est archivé.\n"
        "L’alerte reste en place. Vous ne recevrez pas d’autre avis avant qu’un de ses messages soit arrivé."
    )


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_no_name_in_a_warning_becomes_a_mention_or_turns_the_direction_of_writing(texts: Texts) -> None:
    for name in NAMES[1:3]:
        for kind, answer in answers(texts, name):
            assert "<!" not in answer.text, kind
            assert "\u202e" not in answer.text + json.dumps(answer.blocks, ensure_ascii=False), kind


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_what_a_kind_is_called_and_how_it_is_explained_can_be_typed(texts: Texts) -> None:
    named = [line.split()[0] for line in words.explained(texts)]
    assert [kinds.kind_of(name) for name in named] == list(DEFAULTS)


def test_a_new_peak_reads_well_in_both_languages() -> None:
    people = some_people("Acme", 2)
    raised = Raised(people, (Gain("Acme", 2),), (Made(12, Kind.SYNC, "sync", NOW),))
    what = Peaked(NewPeak(PERIOD, NOW, 840, NOW, 842), raised, ())
    told = Warned(a_line("#billing", WarningKind.PEAK, 0), "key", what)
    english, french = (warnings.warned(texts, "/seats", told, {}).text for texts in READERS)
    assert english == (
        "New peak: 842\n"
        "The peak of the period that began on 27 Oct 2026 rose by 2, from 840 to 842, reached on 24 Nov 2026 07:00.\n"
        "By account: Acme +2.\nBy these changes: #12 sync.\n"
        "2 people are counted since then:\n0Acme@x.example (Acme)\n1Acme@x.example (Acme)"
    )
    assert french == (
        "Nouveau pic\u00a0: 842\n"
        "Le pic de la période commencée le 27 oct. 2026 a augmenté de 2, de 840 à 842, "
        "atteint le 24 nov. 2026 à 13:00.\n"
        "Par compte\u00a0: Acme +2.\nPar ces changements\u00a0: #12 synchronisation.\n"
        "2 personnes sont comptées depuis\u00a0:\n0Acme@x.example (Acme)\n1Acme@x.example (Acme)"
    )
