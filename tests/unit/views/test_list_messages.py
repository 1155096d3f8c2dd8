"""Lists, stories, the menu and help are messages that Slack takes, in both languages, whatever names are in them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle

import pytest

from bot.commands.registry import TYPED, entries
from bot.playground.blocks_check import check_blocks
from bot.services import errors
from bot.services.accounts import Account, AccountLine
from bot.services.attention import Attention, HeldSync, StaleSync
from bot.services.billing.counted import Billable
from bot.services.billing.ledger import Standing
from bot.services.billing.peaks import Bill
from bot.services.deny_list import DenyCount, DenyLine
from bot.services.directories.base import Outside
from bot.services.history import Counted, Event, Story
from bot.services.log import Line
from bot.services.people import Person
from bot.services.suggestions import Suggestion, Why
from bot.services.sync import Synced, Turned
from bot.services.users import UserLine
from bot.services.workspaces import Workspace
from bot.views import reports
from bot.views.slack import help as help_view
from bot.views.slack import lists, menu, refusal, report, story, syncs
from bot.views.slack.answer import PAGE, Answer
from bot.views.texts import Texts
from db.models import Cause, Kind, Status, SyncOutcome
from tests.unit.views.test_messages import (
    CALENDAR,
    CHECK,
    ID,
    NAMES,
    NATIVE,
    NOW,
    PERIOD,
    READERS,
    some_repeated,
    with_more,
)

COUNTS = (0, 1, 3000)
IDS = tuple(f"own-{number}" for number in range(200))
Numbered = Iterator[tuple[str, Answer]]


def a_story(name: str, number: int, changes: int) -> Story:
    person = Person(number, number, f"{name} {number}", f"{name}@x.example", name, True)
    standing = Standing(Status.INACTIVE, NOW, Cause.MANUAL, 7)
    event = Event(NOW, Status.ACTIVE, Cause.SYNC, 7, Kind.SYNC, name, name, PERIOD, billed=True, next_billed=False)
    bill = Counted(PERIOD, 10**6, NOW, counted=True, next_counted=False)
    denied = (f"{name}@x", f"*@{name}")
    return Story(person, standing, Status.ACTIVE, False, denied, True, True, (event,) * changes, bill)


def answers(texts: Texts, name: str) -> Numbered:
    """One of every message of this module, with that name wherever a name stands."""
    workspace = Workspace(1, name, CALENDAR, "en", "T1")
    for count in COUNTS:
        for native in (NATIVE, ()):
            for page in (1, 2) if count > PAGE else (1,):
                for kind, answer in listed(texts, workspace, name, count, native, page):
                    yield f"{kind} of {count}", with_more(texts, answer)
    for may in (False, True):
        bill = Bill(10**6, 0)
        yield "menu", menu.menu(texts, workspace, bill, NOW, root="/seats", here=ID, admin=may, syncs=may)
    yield from of_syncs(texts, name)
    some = entries(TYPED)
    yield "help", help_view.overview(texts, "/seats", some)
    yield "group", help_view.of_group(texts, "/seats", some, name)
    for entry, admin in some:
        yield "help of one", help_view.one(texts, "/seats", entry, admin)
        yield "misused", help_view.misused(texts, "/seats", entry, admin)
    asked = ("asked", "change", "kind", "emails", "account", "deactivated", "active", "last")
    fields = dict.fromkeys(asked, name)
    for kind_ in refusal.IN_SLACK:
        yield kind_.__name__, refusal.refused(texts, kind_(**fields), "/seats")
    yield "named", refusal.refused(texts, errors.AmbiguousName(email=name, candidates=[name, "…"]), "/seats")


def of_syncs(texts: Texts, name: str) -> Numbered:
    """What is said of syncs."""
    for count in (2, syncs.MOST_BUTTONS, 500):
        several = errors.SeveralConnected(known=[f"{name} {n}" for n in range(count)])
        picks = [(one, ID) for one in several.fields["known"][: syncs.MOST_BUTTONS]]
        yield "which", syncs.which(texts, several, picks, every=ID, usage="/seats sync ACCOUNT")
        yield "all begun", syncs.all_begun(texts, several.fields["known"], preview=False)
    for count in (0, 1, 500):
        held = tuple(HeldSync(name, n, NOW, 10_000, 10_000) for n in range(count))
        stale = tuple(StaleSync(name, NOW if n else None, n, n) for n in range(count))
        for may in (False, True):
            yield "waiting", syncs.waiting(texts, Attention(held, stale), admin=may)
    account = Account(1, name)
    turned = tuple(Turned(f"{n}{name}@x", name, Status.ACTIVE, Cause.SYNC, True) for n in range(300))
    refusal = errors.DenyNeedsForce(deactivated=2, active=3, account=name)
    for outcome in SyncOutcome:
        synced = Synced(account, outcome, turned=turned, outside=dict.fromkeys(Outside, 9), refusal=refusal, run=10**9)
        for native in (NATIVE, ()):
            told = syncs.result(texts, synced, native=native, people=ID, after=ID, failing=True)
            yield str(outcome), told
    for is_here in (False, True):
        yield "begun", syncs.begun(texts, name, preview=is_here, is_here=is_here)
        yield "confirmed", syncs.confirmed(texts, name, is_here=is_here)
        yield "given up", syncs.given_up(texts, name, "0123abcd", failing=is_here)
    yield "rejected", syncs.rejected(texts, name)
    yield "progress", syncs.progress(texts, name, 10**6, 10**9)


def listed(texts: Texts, workspace: Workspace, name: str, count: int, native: tuple[str, ...], page: int) -> Numbered:
    """The lists with so many rows."""
    account = Account(1, name)
    numbers = range(count)
    accounts = [AccountLine(f"{name} {n}", Status.TRIAL, 9, 9, name, NOW, id=n) for n in numbers]
    for search in ("", name):
        yield (
            "accounts",
            lists.accounts(texts, workspace, accounts, search=search, native=native, page=page, here=ID),
        )
    users = [UserLine(f"{n}{name}@x", name, Status.ACTIVE, True, True, NOW, Cause.SYNC, n) for n in numbers]
    forgotten = [UserLine(None, None, Status.INACTIVE, False, False, NOW, Cause.MANUAL, n) for n in numbers]
    for status, lines in ((None, users), ("denied", users), ("inactive", forgotten)):
        shown = lists.users(
            texts, workspace, account, lines, status=status, search=name, native=native, page=page, here=ID
        )
        yield "users", shown
    counts = [DenyCount(f"{name} {n}", n, n) for n in numbers]
    yield "deny lists", lists.deny_lists(texts, counts, native=native, page=page, here=ID)
    denied = [DenyLine(f"{n}{name}@x", NOW, name) for n in numbers]
    yield (
        "deny list",
        lists.deny_list(texts, workspace, account, denied, native=native, page=page, who=lambda actor: name),
    )
    lines_ = [
        Line(NOW, name, n, Kind.UNDO, 9, (name,) * 3, name, name, 5, 6, topics=IDS, topics_removed=IDS) for n in numbers
    ]
    refused = [Line(NOW, name, refusal="AdminsOnly", asked=name)] if count else []
    for about in (None, name):
        log = [*refused, *lines_]
        yield (
            "log",
            lists.log(texts, workspace, log, about=about, longest=9, native=native, page=page, who=lambda actor: name),
        )
    people = [Billable(name, f"{n}{name}@x", name, n) for n in numbers]
    moment = reports.moment(texts, workspace, NOW)
    title = reports.counted(texts, count, moment, name)
    yield "counted", report.counted(texts, people, title, native=native, page=page, here=ID)
    kept_out = [Suggestion(name, f"{n}{name}@x", name, True, tuple(Why), (name, name), n) for n in numbers]
    for may in (False, True):
        shown = lists.suggestions(texts, account, kept_out, native=native, page=page, here=ID, admin=may)
        yield "suggestions", shown
    twice = some_repeated(name, count)
    title = reports.repeated_title(texts, count, moment)
    yield "counted more than once", report.repeated(texts, twice, title, native=native, page=page, here=ID)
    if count:
        for stories in ([a_story(name, 1, count)], [a_story(name, n, 1) for n in numbers]):
            offers = [(one, ID) for one in stories[: story.MOST_OFFERS]]
            shown = story.stories(
                texts, workspace, stories, native=native, page=page, who=lambda actor: name, offers=offers
            )
            yield "stories", shown


@pytest.mark.parametrize(("texts", "name"), list(zip(cycle(READERS), NAMES, strict=False)))
def test_slack_takes_every_list(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        assert check_blocks(answer.blocks), kind
        if name in NAMES[:2]:  # it takes half a second for a long table
            assert CHECK(answer.blocks) == [], kind
        assert 0 < len(answer.text) <= 40_000, kind
        assert len(json.dumps(answer.blocks)) < 26_000, kind
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks), kind


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_no_name_in_a_list_becomes_a_mention_or_turns_the_direction_of_writing(texts: Texts) -> None:
    for name in NAMES[1:3]:
        for kind, answer in answers(texts, name):
            assert "<!" not in answer.text, kind
            assert "\u202e" not in answer.text + json.dumps(answer.blocks, ensure_ascii=False), kind
            assert not any(block.get("text", {}).get("type") == "mrkdwn" for block in answer.blocks), kind


def test_instants_of_the_bill_are_in_the_workspaces_zone_which_is_named_where_it_is_not_the_readers() -> None:
    workspace = Workspace(1, "Northwind", CALENDAR, "en", "T1")
    at = datetime(2026, 11, 15, 6, 21, tzinfo=UTC)
    new_york, paris = READERS
    assert reports.moment(new_york, workspace, at) == "15 Nov 2026 07:21 (Europe/Paris)"
    assert reports.moment(paris, workspace, at) == "15 nov. 2026 à 07:21"
