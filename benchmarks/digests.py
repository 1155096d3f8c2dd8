"""Digests: how long one takes to be made, and whether many at once all arrive, each once."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import String, cast, func, literal, select, true, update

from benchmarks.jobs import filled, shape_of
from benchmarks.stores import Place, Store, settle
from benchmarks.table import Line, answer, duration, plain, slower
from benchmarks.timing import in_turn
from bot.clock import system_clock
from bot.digesting import behind
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import GRACE, NORTHWIND, Channel
from bot.services import digest_content, digest_rows, digests, suggestions, workspaces
from bot.services.billing import amounts, course, peaks
from bot.services.recipients import Recipient
from bot.settings import Settings
from bot.views.slack import digest as digest_view
from bot.views.slack import report as report_view
from bot.views.slack.report import Beside
from bot.views.texts import Texts
from bot.worker import background
from db.models import CHANGE, DIGEST, USER
from db.session import begin_writing

CHANNELS, EACH = 50, 10
PATIENCE = 300
OFFER = "0" * 32
"""What a button stands for is kept, not made."""
BLOCKS = ("table", "data_visualization")


def lines(place: Place, rows: int) -> Iterator[Line]:
    """The lines about digests; the history has so many rows."""
    store = filled(place, "digest_full", shape_of(rows))
    doubt(store)
    add(store, Recipient("C0BENCH", "#bench"))
    a_day_ago(store)
    whole, shown, bare, guessed = in_turn(
        9, lambda: made(store), lambda: reported(store), lambda: alone(store), lambda: suggested(store)
    )
    yield slower("digest of 3,000 accounts, ready to post", whole, shown, "their `/seats report`, ready to post", 3)
    yield slower("the same", whole, bare, "`peaks.report` and its view with nothing beside it, ready to post", 3)
    yield plain("its suggestions", guessed)
    yield many(place)


def doubt(store: Store) -> None:
    """Give the history what real addresses have: of 100 people one has another client's domain, of 200 one the address
    of a team or a thing, of 500 one an address that is counted elsewhere too."""
    u = USER.c
    changes = (
        (100, literal("person") + cast(u.id, String) + literal("@client1.example")),
        (200, literal("info.") + cast(u.id, String) + literal("@client") + cast(u.account_id, String) + ".example"),
        (500, literal("guest") + cast(u.id % 100_000, String) + literal("@elsewhere.example")),
    )
    with store.session() as session:
        begin_writing(session)
        for every, address in changes:
            some = u.account_id % 4 == 0 if every == 100 else true()  # most clients have one domain
            session.execute(update(USER).where(u.id % every == 0, some).values(email=address, email_key=address))
        session.commit()
    settle(store)


def a_day_ago(store: Store) -> None:
    """The digest has told what happened until a day ago."""
    then = store.clock() - timedelta(days=1)
    with store.session() as session:
        latest = select(func.max(CHANGE.c.id)).where(CHANGE.c.recorded_at <= then)
        change = session.execute(latest).scalar_one()
        session.execute(update(DIGEST).values(told_to=then, told_change=change))
        session.commit()


def add(store: Store, channel: Recipient) -> None:
    with store.session() as session:
        wanted = digests.check(store.workspace, channel, "day")
        digests.add(session, store.workspace, wanted, actor=GRACE.id, clock=store.clock)


def made(store: Store) -> object:
    """A digest as it is kept to be posted."""
    with store.session() as session:
        [digest] = digest_rows.listed(session, store.workspace)
        found = digest_content.content(session, store.workspace, digest, store.clock())
        texts = Texts("en", store.workspace.calendar.zone)
        return digest_view.posted(texts, found, behind(found)[1], native=BLOCKS)


def reported(store: Store) -> object:
    """What `/seats report` answers: the report, what stands beside it, and who is counted twice."""
    now, zone = store.clock(), store.workspace.calendar.zone
    with store.session() as session:
        found = peaks.report(session, store.workspace, store.workspace.calendar.holding(now), now)
        repeated = peaks.repeated(session, found)
        money = amounts.of_report(session, found)
        beside = Beside(peaks.before(session, found), course.ahead(session, found), money)
        return report_view.of_workspace(
            Texts("en", zone),
            found,
            native=BLOCKS,
            here=OFFER,
            now=OFFER,
            at_peak=OFFER,
            repeated=repeated,
            all_repeated=OFFER,
            beside=beside,
        )


def alone(store: Store) -> object:
    """The report and its view, with nothing beside it."""
    now, zone = store.clock(), store.workspace.calendar.zone
    with store.session() as session:
        found = peaks.report(session, store.workspace, store.workspace.calendar.holding(now), now)
        return report_view.of_workspace(Texts("en", zone), found, native=BLOCKS, here=OFFER, now=OFFER, at_peak=OFFER)


def suggested(store: Store) -> object:
    with store.session() as session:
        return suggestions.listed(session, store.workspace, store.clock())


def many(place: Place) -> Line:
    """All that are due in one minute, posted where Slack takes one message a second for each channel."""
    store = place.make("digests")
    channels = [Channel(f"C0BENCH{number:03}", f"bench-{number}") for number in range(CHANNELS)]
    slack = LocalSlack(system_clock, channels=channels, throttled=True)
    with store.session() as session:
        workspace = workspaces.bind_team(session, store.workspace, NORTHWIND.id)
    store = replace(store, workspace=workspace, clock=system_clock)
    for _ in range(EACH):
        for channel in channels:
            add(store, Recipient(channel.id, f"#{channel.name}"))
    with running(slack) as server:
        settings = Settings(
            _env_file=None, SLACK_API_URL=f"{server.url}/api/", SLACK_BOT_TOKEN=NORTHWIND.bot_token, SEATBOT_ADMINS=""
        )
        with store.session() as session:
            session.execute(update(DIGEST).values(next_at=system_clock()))
            session.commit()
        jobs, begun = background(settings, store.engine, system_clock), time.perf_counter()
        jobs.start()
        while sum(posted(slack).values()) < CHANNELS * EACH and time.perf_counter() - begun < PATIENCE:
            time.sleep(0.1)
        took = time.perf_counter() - begun
        jobs.close(5)
    is_each_once = posted(slack) == dict.fromkeys((channel.id for channel in channels), EACH)
    refused = sum(bool(entry.refused) for entry in slack.journal())
    return Line(
        f"{CHANNELS * EACH} digests due in one minute, {EACH} for each channel",
        duration(took),
        "a message a second for each channel",
        duration(EACH - 1),
        f"{refused} refused by Slack",
        "each once",
        answer(is_each_once),
    )


def posted(slack: LocalSlack) -> Counter[str]:
    """How many messages each channel has."""
    with slack.changed:
        return Counter({one.id: len(slack.conversations.kept(one.id)) for one in slack.channels() if not one.with_user})
