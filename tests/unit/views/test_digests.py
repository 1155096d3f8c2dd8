"""Digests are messages that Slack takes, in both languages, whatever names are in them; and say what there is."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playground.blocks_check import check_blocks
from bot.services.accounts import Account
from bot.services.attention import Attention, EndingTrial, HeldSync, StaleSync
from bot.services.billing.counted import Billable, Repeated
from bot.services.billing.peaks import AccountFigures, DayFigures, Report
from bot.services.digest_content import Content
from bot.services.digest_rows import Digest
from bot.services.news import Did, Moved, News
from bot.services.recipients import Recipient
from bot.services.rhythm import DAYS, Rhythm
from bot.services.suggestions import Suggestion, Why
from bot.services.workspaces import Workspace
from bot.views import digests
from bot.views.slack import digest as view
from bot.views.slack.answer import Answer
from bot.views.slack.digest import Ways
from bot.views.texts import Texts
from db.models import Kind, Status
from tests.unit.views.test_messages import CALENDAR, NAMES, NATIVE, NOW, PERIOD, READERS

WAYS = Ways("a" * 32, "b" * 32, "c" * 32, "d" * 32)
ENGLISH, FRENCH = (Texts(locale, ZoneInfo("Europe/Paris")) for locale in ("en", "fr"))


def a_digest(name: str, accounts: int | None = None, every: str = "day", trouble: str | None = None) -> Digest:
    only = None if accounts is None else tuple(Account(number, f"{name} {number}") for number in range(accounts))
    rhythm = Rhythm(every, 485, ZoneInfo("Europe/Paris"))
    return Digest(7, Recipient("C0X", f"#{name}"), rhythm, "fr", only, False, NOW, NOW, 3, trouble, "U0GRACE001")


def a_content(name: str, many: int, accounts: int | None = None, *, closed: bool = False) -> Content:
    figures = tuple(
        AccountFigures(number, f"{name} {number}", Status.ACTIVE, 10**6, 10**6, 10**6, NOW) for number in range(many)
    )
    daily = tuple(DayFigures(PERIOD.first_day + timedelta(days=number), 5, 4) for number in range(30))
    report = Report(Workspace(1, name, CALENDAR, "en", None), PERIOD, closed, 10**6, 10**6, NOW, figures, daily)
    email = f"{name}@x.example"
    news = News(
        NOW,
        tuple(Moved(f"{name} {number}", 5, 5 + (number + 1) * (-1) ** number) for number in range(many)),
        tuple(Did(number, Kind.SYNC, f"sync:{name}", NOW, 3, (name,) * 9) for number in range(min(many, 5))),
        many,
        3 if many else None,
        tuple(Billable(name, email, name, number) for number in range(many)),
    )
    attention = Attention(
        tuple(HeldSync(name, number, NOW, 10_000, 10_000) for number in range(many)),
        tuple(StaleSync(name, NOW if number else None, 3, number) for number in range(many)),
        tuple(EndingTrial(name, NOW, number, bool(number % 2), number) for number in range(many)),
        tuple(Suggestion(name, email, name, True, (Why.SERVICE,), (), number) for number in range(many)),
        tuple(Repeated(email, name, (name,) * 30, number) for number in range(many)),
    )
    following = CALENDAR.after(PERIOD)
    return Content(a_digest(name, accounts), NOW, 9, report, following, 10**6, figures, None, news, attention)


def answers(texts: Texts, name: str) -> Iterator[Answer]:
    for many in (0, 1, 3000):
        running, closed = a_content(name, many), a_content(name, many, 40, closed=True)
        some = [a_digest(name, number % 30 or None, trouble="is_archived") for number in range(many)]
        for native in ((), NATIVE):
            yield view.posted(texts, running, WAYS, native=native)
            yield view.posted(texts, closed, WAYS, native=native)
            yield view.listed(texts, some, native=native, page=1, here="e" * 32, admin=True)
    yield view.one(texts, a_digest(name, 30, trouble="x"), run="a", pause="b", resume="c", remove="d")
    for code in ("channel_not_found", "is_archived", "not_in_channel", "silent", "unsure", "<!channel>"):
        yield view.undelivered(texts, a_digest(name), code)
    yield view.given_up(texts, a_digest(name), "0a1b")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", READERS, ids=lambda texts: texts.locale)
def test_slack_takes_every_one_and_no_name_becomes_a_mention(texts: Texts, name: str) -> None:
    for one in answers(texts, name):
        check_blocks(one.blocks)
        assert "<!" not in one.text
        assert "\u202e" not in one.text


@pytest.mark.parametrize(
    "every", ["day", "weekday", "period-end", "before-end:1", "before-end:5", *map("week:{}".format, DAYS)]
)
def test_every_rhythm_has_its_words(every: str) -> None:
    one = a_digest("a", every=every)
    assert digests.every(ENGLISH, one).endswith("at 08:05 (Europe/Paris)")
    assert digests.every(FRENCH, one).endswith("à 08:05 (Europe/Paris)")


def test_french_tells_the_same() -> None:
    said = view.posted(FRENCH, a_content("Acme", 1), WAYS, native=()).text
    for words in (
        "Le pic a augmenté",
        "Synchronisations qui attendent un admin",
        "Sans synchronisation depuis deux jours",
        "Essais bientôt terminés",
        "peut-être comptée à tort",
        "comptée dans plusieurs comptes",
    ):
        assert words in said
