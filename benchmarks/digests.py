"""Digests: how long one takes to be made, and whether many at once all arrive, each once."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import update

from benchmarks.jobs import filled, report, shape_of
from benchmarks.stores import Place, Store
from benchmarks.table import Line, answer, duration, plain, slower
from benchmarks.timing import in_turn
from bot.clock import system_clock
from bot.digesting import behind
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import GRACE, NORTHWIND, Channel
from bot.services import digest_content, digest_rows, digests, suggestions, workspaces
from bot.services.billing import peaks
from bot.services.digest_rows import Channel as Place_
from bot.settings import Settings
from bot.views.slack import digest as digest_view
from bot.views.texts import Texts
from bot.worker import background
from db.models import DIGEST

CHANNELS, EACH = 50, 10
PATIENCE = 300
BLOCKS = ("table", "data_visualization")


def lines(place: Place, rows: int) -> Iterator[Line]:
    """The lines about digests; the history has so many rows."""
    store = filled(place, "digest_full", shape_of(rows))
    add(store, Place_("C0BENCH", "#bench"))
    whole, guessed, its = in_turn(9, lambda: made(store), lambda: suggested(store), lambda: told(store))
    against = "the report and who is counted twice"
    yield slower("digest of 3,000 accounts, but for its suggestions", max(whole - guessed, 0), its, against, 3)
    yield plain("its suggestions, for which everybody's address is looked at", guessed)
    yield many(place)


def add(store: Store, channel: Place_) -> None:
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


def suggested(store: Store) -> object:
    with store.session() as session:
        return suggestions.listed(session, store.workspace, store.clock())


def told(store: Store) -> object:
    with store.session() as session:
        return peaks.repeated(session, report(store))


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
            add(store, Place_(channel.id, f"#{channel.name}"))
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
