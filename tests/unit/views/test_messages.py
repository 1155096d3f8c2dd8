"""Every message that the bot sends is one that Slack takes, in both languages, whatever names are in it."""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest

import bot
from bot.commands.registry import TYPED
from bot.playground.blocks_check import check_blocks, check_view
from bot.services import errors
from bot.services.billing import prices
from bot.services.billing.amounts import AccountAmount, Amounts
from bot.services.billing.counted import Billable, Repeated
from bot.services.billing.course import Course
from bot.services.billing.peaks import AccountFigures, Bill, DayFigures, Report
from bot.services.billing.periods import Calendar
from bot.services.changes import Change, Effect
from bot.services.faq.topics import Topic
from bot.services.people import Person
from bot.services.what_if import Supposed
from bot.services.workspaces import Workspace
from bot.views import reports
from bot.views.parts import Table
from bot.views.slack import answer as answer_view
from bot.views.slack import change, faq, modal, more, prompts, refusal, report, settings, topic_form, what_if
from bot.views.slack import help as help_view
from bot.views.slack.answer import PAGE, Answer
from bot.views.slack.report import Beside
from bot.views.texts import Texts
from db.models import Kind, Status

SHARED = Path(bot.__file__).parent.parent.parent / "shared" / "slack" / "check_blocks.py"
NAMES = ["Acme", "<!channel> & <@U0GRACE001>", "\u202eemca\u2066", "x" * 500, "`*_~:smile:", "«\u00a0Ünï\u00a0» 🦄"]
PARIS = ZoneInfo("Europe/Paris")
ID = "f" * 32
NATIVE = ("table", "data_visualization")
READERS = [Texts("en", ZoneInfo("America/New_York")), Texts("fr", PARIS)]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALENDAR = Calendar(27, PARIS)
PERIOD = CALENDAR.holding(NOW)
TIERS = prices.Price("EUR", (prices.Tier(1, Decimal(5)), prices.Tier(100, Decimal("4.5"))))
PRICED = Workspace(1, "Northwind", CALENDAR, "en", "T1", currency="EUR", price=TIERS, resale=Decimal(6))


def shared_check() -> Callable[[Any], list[str]]:
    """The checker beside the checkout, where there is one."""
    if not SHARED.exists():
        return lambda blocks: []
    spec = importlib.util.spec_from_file_location("check_blocks", SHARED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with patch.dict(sys.modules, jsonschema=jsonschema_rs):  # of which it needs what both have, and that quickly
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


def some_repeated(name: str, count: int) -> list[Repeated]:
    """People counted more than once, the first of them in most accounts."""
    return [
        Repeated(f"{number}{name}@x.example", name, tuple(f"{name} {at}" for at in range(max(2, 40 - number))), number)
        for number in range(count)
    ]


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


def with_more(texts: Texts, shown: Answer) -> Answer:
    """The answer with every button that may follow, or as everybody sees it."""
    if not shown.lasts:
        return shown
    everything = more.added(texts, shown, here=ID, back=ID, previous=ID, following=ID)
    assert len(everything.blocks) == len(shown.blocks) + 1
    shared = more.shared(texts, everything, "U0GRACE001", "/seats report <!channel>")
    assert check_blocks(shared.blocks)
    assert "<!" not in shared.text
    return everything


def answers(texts: Texts, name: str) -> Iterator[tuple[str, Answer]]:
    """One of every message, with that name wherever a name stands."""
    for accounts in (0, 1, 3000):
        for closed in (False, True):
            found = a_report(name, accounts, closed=closed)
            for native in (NATIVE, ()):
                for page in (1, 2) if accounts > PAGE else (1,):
                    shown = report.of_workspace(
                        texts, found, native=native, page=page, here=ID, now=ID, at_peak=ID if accounts else None
                    )
                    yield f"report of {accounts}", with_more(texts, shown)
    for count in (1, 2, 4, 5000):
        found, twice = a_report(name, 3), some_repeated(name, count)
        shown = report.of_workspace(
            texts, found, native=NATIVE, here=ID, now=ID, at_peak=ID, repeated=twice, all_repeated=ID
        )
        assert shown.blocks[-1]["elements"][-1]["action_id"] == "open_repeated"
        yield f"report with {count} counted more than once", with_more(texts, shown)
    for resale in (None, Decimal(10**7)):
        whole = a_report(name, 3000)
        shares = {one.id: AccountAmount(10**6, Decimal(10**7), resale) for one in whole.accounts}
        money = Amounts(prices.flat(Decimal("4.5"), "EUR"), 3000, shares)
        near = Beside(replace(whole, closed=True), Course(10**6, 10**6, 5), money)
        twice = some_repeated(name, 4)
        shown = report.of_workspace(
            texts, whole, native=NATIVE, here=ID, now=ID, at_peak=ID, repeated=twice, all_repeated=ID, beside=near
        )
        yield "report with money", with_more(texts, shown)
        single = replace(a_report(name, 1), account=whole.accounts[0])
        yield (
            "account with money",
            report.of_account(texts, single, name, native=NATIVE, now=ID, at_peak=ID, users=ID, beside=near),
        )
    one = replace(a_report(name, 1), account=a_report(name, 1).accounts[0])
    yield "account", report.of_account(texts, one, name, native=NATIVE, now=ID, at_peak=ID)
    yield "account without a status", report.of_account(texts, a_report(name, 0), name, native=(), now=ID, at_peak=None)
    for count in (0, 1, 5000):
        people = [Billable(name, f"{number}{name}@x.example", name) for number in range(count)]
        for native in (NATIVE, ()):
            title = reports.counted(texts, count, NOW, name)
            yield "people counted", with_more(texts, report.counted(texts, people, title, native=native, page=1))
    for count in (1, 3, 5000):
        done = a_change(name, count)
        yield "deactivated", change.deactivated(texts, done, [(name, ID)] * change.MOST_OFFERS)
        yield "denied", change.denied(texts, replace(done, kind=Kind.DENY_ADD), ID)
        yield "undone", change.made(texts, replace(done, kind=Kind.UNDO))
        yield "preview", change.preview(texts, done, ID)
        supposed = Supposed(whole.workspace, "deactivate", done, done.effect, near.course, near.course)
        for native in (NATIVE, ()):
            yield "what if", with_more(texts, what_if.supposed(texts, supposed, native=native, do=ID))
    nothing = Change(None, Kind.DEACTIVATE, unchanged=some_people(name, 1))
    yield "nothing to deactivate", change.deactivated(texts, nothing, [])
    yield "nothing to deny", change.denied(texts, Change(None, Kind.DENY_ADD, known=("a@x",), account=name), None)
    yield "recalled", change.made(texts, Change(7, Kind.UNDO, takes_back=6))
    accounts_of = [f"{name} {number}" for number in range(60)]
    ambiguous = errors.AmbiguousPerson(email=f"{name}@x", accounts=accounts_of)
    yield "which account", change.which_account(texts, ambiguous, [ID] * change.MOST_BUTTONS)
    yield "cancelled", change.cancelled(texts)
    yield "help", help_view.overview(texts, "/seats", [(one.help, one.admin) for one in TYPED])
    for command in TYPED:
        yield "help of one", help_view.one(texts, "/seats", command.help)
        yield "misused", help_view.misused(texts, "/seats", command.help)
    yield "unknown", help_view.unknown(texts, "/seats", name, "help")
    for offer in (None, ID):
        yield "meant", help_view.meant(texts, name, f"/seats report {name}", offer)
    yield "hint", prompts.hint(texts, "/seats")
    yield "thanks", faq.thanks(texts, helpful=True)
    yield "noted", faq.thanks(texts, helpful=False)
    topic = Topic("own-x", "en", name[:75], name, phrasings=(name,))
    for number in (None, 7):
        yield "topic saved", topic_form.saved(texts, topic, Change(number, Kind.TOPICS))
    yield "form too late", modal.too_late(texts)
    yield "failed", refusal.failed(texts, "0123abcd")
    yield "refused", refusal.refused(texts, errors.AmbiguousAccount(asked=name, candidates=[name] * 6))
    yield "for admins", refusal.refused(texts, errors.AdminsOnly(admins=["U0GRACE001", name, "W0BIG"]))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_slack_takes_every_message(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        assert check_blocks(answer.blocks), kind
        if name in NAMES[:2]:  # it takes half a second for a long table
            assert CHECK(answer.blocks) == [], kind
        assert 0 < len(answer.text) <= 40_000, kind
        assert len({block["block_id"] for block in answer.blocks}) == len(answer.blocks), kind


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_slack_takes_every_form(texts: Texts, name: str) -> None:
    topic = Topic("own-x", "fr", name[:75], (name * 20)[:2000], phrasings=(name[:400],) * 200)
    refused = modal.instead(texts, refusal.refused(texts, errors.AdminsOnly(admins=["U0GRACE001", name])))
    priced = settings.prices(texts, PRICED, [(name, Decimal(7))] * 300)
    for view in (topic_form.form(texts, None), topic_form.form(texts, topic), refused, priced):
        assert check_view(view, "modal")
        assert CHECK(view) == []
        assert len(view["title"]["text"]) <= 24
    assert topic_form.form(texts, topic, "own-x")["private_metadata"] == "own-x"


def test_the_form_for_prices_says_what_holds_now() -> None:
    english, french = (settings.standing(texts, PRICED, [("Acme", Decimal(7))] * 12) for texts in READERS)
    assert english[0] == "Now a user costs you €5.00 from 1 user on and €4.50 from 100 users on in a period."
    assert english[1:] == [
        "A user brings you €6.00.",
        f"What a user brings you at single clients: {'Acme (€7.00), ' * 9}Acme (€7.00), and 2 more.",
    ]
    assert "4,50\u00a0€ à partir de 100 utilisateurs" in french[0]
    assert settings.standing(READERS[0], replace(PRICED, price=None, resale=None), []) == ["No price is set yet."]


@pytest.mark.parametrize(("texts", "name"), list(zip(cycle(READERS), NAMES)))
def test_slack_takes_every_message_in_a_window_and_where_it_shows_none(texts: Texts, name: str) -> None:
    for kind, answer in answers(texts, name):
        view = modal.of_answer(texts, answer)
        assert check_view(view, "modal"), kind
        if name in NAMES[:2]:
            assert CHECK(view) == [], kind
        assert len({block["block_id"] for block in view["blocks"]}) == len(view["blocks"]), kind
        assert check_blocks(modal.without_window(texts, answer).blocks), kind


def test_a_window_shows_the_rows_of_a_table_as_lines_with_what_is_in_them_by_its_title() -> None:
    table = Table(["Account", "Peak", "Since"], [["*Acme*", "1,024", ""], ["Blue", "", ""]], total=["All", "1,024", ""])
    for texts, peak in zip(READERS, ("Peak: 1,024", "Peak\u00a0: 1,024"), strict=True):
        shown = modal.of_answer(texts, answer_view.answer([], [answer_view.grid(modal.NATIVE, "rows", table)]))
        told = [
            (block["type"], (block["elements"][0].get("elements") or block["elements"])[0]["text"])
            for block in shown["blocks"]
        ]
        assert told == [
            ("rich_text", "*Acme*"),
            ("context", peak),
            ("rich_text", "Blue"),
            ("rich_text", "All"),
            ("context", peak),
        ]


@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_slack_takes_feedback_buttons(texts: Texts) -> None:
    block = faq.feedback(texts, ID)._resolve()
    assert check_blocks([block])
    assert CHECK([block]) == []


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
    [block] = [
        one
        for one in report.of_workspace(READERS[0], found, native=NATIVE, here=ID, now=ID, at_peak=ID).blocks
        if "chart" in one
    ]
    points = block["chart"]["series"][0]["data"]
    assert [point["value"] for point in points] == [*range(1, 31, 2), 30]
    assert points[0]["label"] == "27 Oct"


def test_a_period_has_its_last_day_in_it() -> None:
    assert PERIOD.end_day == date(2026, 11, 27)
    text = report.of_workspace(READERS[1], a_report("Acme", 1), native=(), here=ID, now=ID, at_peak=ID).text
    assert "du 27 oct. 2026 au 26 nov. 2026 (Europe/Paris), en cours." in text


ANN = Repeated("ann@x", "Ann", ("Acme", "Blue"))
BOB = Repeated("bob@x", None, ("Acme", "Blue", "Cyan", "Dune", "Echo"))


@pytest.mark.parametrize(
    ("people", "english", "french"),
    [
        (
            [ANN],
            (
                "At the peak 1 person was counted in more than one account, which makes 1 seat too many: "
                "ann@x (Acme and Blue). usecure bills each account’s user."
            ),
            (
                "Au pic, 1 personne était comptée dans plusieurs comptes, soit 1 siège de trop\u00a0: "
                "ann@x (Acme et Blue). usecure facture l’utilisateur de chaque compte."
            ),
        ),
        (
            [BOB, ANN],
            (
                "At the peak 2 people were counted in more than one account, which makes 5 seats too many: "
                "bob@x (Acme, Blue, Cyan, and 2 more) and ann@x (Acme and Blue). usecure bills each account’s user."
            ),
            (
                "Au pic, 2 personnes étaient comptées dans plusieurs comptes, soit 5 sièges de trop\u00a0: "
                "bob@x (Acme, Blue, Cyan et 2 autres) et ann@x (Acme et Blue). "
                "usecure facture l’utilisateur de chaque compte."
            ),
        ),
        (
            [BOB, ANN, ANN, ANN, ANN],
            (
                "At the peak 5 people were counted in more than one account, which makes 8 seats too many: "
                "bob@x (Acme, Blue, Cyan, and 2 more), ann@x (Acme and Blue), ann@x (Acme and Blue), and 2 more. "
                "usecure bills each account’s user."
            ),
            (
                "Au pic, 5 personnes étaient comptées dans plusieurs comptes, soit 8 sièges de trop\u00a0: "
                "bob@x (Acme, Blue, Cyan et 2 autres), ann@x (Acme et Blue), ann@x (Acme et Blue) et 2 autres. "
                "usecure facture l’utilisateur de chaque compte."
            ),
        ),
    ],
)
def test_those_who_are_counted_more_than_once_are_told_in_one_sentence(
    people: list[Repeated], english: str, french: str
) -> None:
    for texts, told in zip(READERS, (english, french), strict=True):
        assert reports.repeated(texts, people) == told
        assert (
            told
            in report.of_workspace(
                texts, a_report("Acme", 1), native=(), here=ID, now=ID, at_peak=ID, repeated=people, all_repeated=ID
            ).text
        )


def test_long_names_leave_the_sentence_about_those_counted_more_than_once_whole() -> None:
    texts, people = READERS[0], some_repeated("x" * 500, 5000)
    [said] = [
        block["text"]["text"]
        for block in report.of_workspace(
            texts, a_report("x" * 500, 1), native=(), here=ID, now=ID, at_peak=ID, repeated=people, all_repeated=ID
        ).blocks
        if block["block_id"] == "figures"
    ]
    assert said.endswith(", and 4,997 more. usecure bills each account’s user.")
    assert said.count("more)") == 3


def test_where_nobody_is_counted_more_than_once_a_report_says_nothing_of_it() -> None:
    shown = report.of_workspace(READERS[0], a_report("Acme", 1), native=(), here=ID, now=ID, at_peak=ID)
    assert "more than one" not in shown.text
    assert "open_repeated" not in json.dumps(shown.blocks)
