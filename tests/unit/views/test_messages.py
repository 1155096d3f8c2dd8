"""Every message that the bot sends is one that Slack takes, in both languages, whatever names are in it."""

import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import bot
from bot.commands.registry import SUBCOMMANDS
from bot.playground.blocks_check import check_blocks
from bot.services import errors
from bot.services.billing.peaks import AccountFigures, Bill, DayFigures, Report
from bot.services.billing.periods import Calendar
from bot.services.changes import Change, Effect
from bot.services.people import Person
from bot.services.workspaces import Workspace
from bot.views import change, refusal, report
from bot.views import help as help_view
from bot.views.answer import Answer
from bot.views.texts import Texts
from db.models import Kind, Status

SHARED = Path(bot.__file__).parent.parent.parent / "shared" / "slack" / "check_blocks.py"
NAMES = ["Acme", "<!channel> & <@U0GRACE001>", "\u202eemca\u2066", "x" * 500, "`*_~:smile:", "«\u00a0Ünï\u00a0» 🦄"]
PARIS = ZoneInfo("Europe/Paris")
READERS = [Texts("en", ZoneInfo("America/New_York")), Texts("fr", PARIS)]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALENDAR = Calendar(27, PARIS)
PERIOD = CALENDAR.holding(NOW)


def shared_check() -> Callable[[Any], list[str]]:
    """The checker beside the checkout, where there is one."""
    if not SHARED.exists():
        return lambda blocks: []
    spec = importlib.util.spec_from_file_location("check_blocks", SHARED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.faults  # type: ignore[no-any-return]


CHECK = shared_check()


def a_report(name: str, accounts: int, *, closed: bool = False) -> Report:
    figures = tuple(
        AccountFigures(number, f"{name} {number}", Status.ACTIVE, 10**6, 10**6, number + 1, NOW)
        for number in range(accounts)
    )
    days = tuple(DayFigures(PERIOD.first_day + timedelta(days=number), number, number) for number in range(31))
    workspace = Workspace(1, name, CALENDAR, "en", "T1")
    peak_at = NOW if accounts else None
    return Report(workspace, PERIOD, closed, accounts, accounts, peak_at, figures, days)


def some_people(name: str, count: int) -> tuple[Person, ...]:
    return tuple(Person(number, number % 3, name, f"{number}{name}@x.example", name, True) for number in range(count))


def a_change(name: str, count: int, kind: Kind = Kind.DEACTIVATE) -> Change:
    people = some_people(name, count)
    entries = tuple(f"{number}{name}@x.example" for number in range(count))
    effect = Effect(Bill(10**6, 10**6), Bill(10**6, 0), PERIOD)
    return Change(
        7,
        kind,
        changed=people,
        unchanged=people,
        left=people,
        comes_back=people,
        patterns=entries,
        removed=entries,
        known=entries,
        account=name,
        effect=effect,
        takes_back=6,
    )


def answers(texts: Texts, name: str) -> Iterator[tuple[str, Answer]]:
    """One of every message, with that name wherever a name stands."""
    for accounts in (0, 1, 3000):
        for closed in (False, True):
            found = a_report(name, accounts, closed=closed)
            yield f"report of {accounts}", report.of_workspace(texts, found, charts=True)
            yield f"report of {accounts}, plain", report.of_workspace(texts, found, charts=False)
    one = replace(a_report(name, 1), account=a_report(name, 1).accounts[0])
    yield "account", report.of_account(texts, one, name, charts=True)
    yield "account without a status", report.of_account(texts, a_report(name, 0), name, charts=False)
    for count in (1, 3, 5000):
        done = a_change(name, count)
        yield "deactivated", change.deactivated(texts, done, [(name, "f" * 32)] * change.MOST_OFFERS)
        yield "denied", change.denied(texts, replace(done, kind=Kind.DENY_ADD), "f" * 32)
        yield "undone", change.undone(texts, replace(done, kind=Kind.UNDO))
        yield "preview", change.preview(texts, done, "f" * 32)
    nothing = Change(None, Kind.DEACTIVATE, unchanged=some_people(name, 1))
    yield "nothing to deactivate", change.deactivated(texts, nothing, [])
    yield "nothing to deny", change.denied(texts, Change(None, Kind.DENY_ADD, known=("a@x",), account=name), None)
    yield "recalled", change.undone(texts, Change(7, Kind.UNDO, takes_back=6))
    force = errors.DenyNeedsForce(deactivated=11, active=12, account=name)
    yield "force", change.needs_force(texts, force, "f" * 32)
    accounts_of = [f"{name} {number}" for number in range(60)]
    ambiguous = errors.AmbiguousPerson(email=f"{name}@x", accounts=accounts_of)
    yield "which account", change.which_account(texts, ambiguous, ["f" * 32] * change.MOST_BUTTONS)
    yield "cancelled", change.cancelled(texts)
    yield "help", help_view.overview(texts, "/seats", [(one.help, one.admin) for one in SUBCOMMANDS])
    for command in SUBCOMMANDS:
        yield "help of one", help_view.one(texts, "/seats", command.help)
        yield "misused", help_view.misused(texts, "/seats", command.help)
    for nearest in (None, "report"):
        yield "unknown", help_view.unknown(texts, "/seats", name, nearest, "help")
    yield "failed", refusal.failed(texts, "0123abcd")
    yield "refused", refusal.refused(texts, errors.AmbiguousAccount(asked=name, candidates=[name] * 6))
    yield "for admins", refusal.refused(texts, errors.AdminsOnly(admins=["U0GRACE001", name, "W0BIG"]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_slack_takes_every_message(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        assert check_blocks(answer.blocks), kind
        assert CHECK(answer.blocks) == [], kind
        assert 0 < len(answer.text) <= 40_000, kind
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks), kind


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_no_name_becomes_a_mention_or_turns_the_direction_of_writing(texts: Texts) -> None:
    for name in NAMES[1:3]:
        for kind, answer in answers(texts, name):
            assert "<!" not in answer.text, kind
            assert "\u202e" not in answer.text + json.dumps(answer.blocks, ensure_ascii=False), kind
            marked = [block["text"]["text"] for block in answer.blocks if block.get("text", {}).get("type") == "mrkdwn"]
            assert not any("<!" in text for text in marked), kind


def test_a_period_longer_than_the_axis_shows_the_highest_of_several_days() -> None:
    found = a_report("Acme", 1)
    [block] = [one for one in report.of_workspace(READERS[0], found, charts=True).blocks if "chart" in one]
    points = block["chart"]["series"][0]["data"]
    assert [point["value"] for point in points] == [*range(1, 31, 2), 30]
    assert points[0]["label"] == "27 Oct"


def test_a_period_has_its_last_day_in_it() -> None:
    assert PERIOD.end_day == date(2026, 11, 27)
    text = report.of_workspace(READERS[1], a_report("Acme", 1), charts=False).text
    assert "du 27 oct. 2026 au 26 nov. 2026 (Europe/Paris), en cours." in text
