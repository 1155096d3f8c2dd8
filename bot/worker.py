"""`seatbot worker`: more background work in a process of its own; and what background work there is."""

from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from bot import closing, digesting, logs, stopping, warning
from bot.clock import Clock
from bot.digesting import Digesting
from bot.jobs import Jobs
from bot.services import closings, daily_syncs, digests, posts, store
from bot.services.billing import freezing
from bot.services.closings import Closings
from bot.services.daily_syncs import DailySyncs
from bot.services.directories.opening import open_directory
from bot.services.due_digests import DueDigests
from bot.services.errors import WorkerNeedsServer
from bot.services.posts import Post
from bot.services.warnings import watch
from bot.services.warnings.watch import Watches
from bot.services.workspaces import Workspace
from bot.settings import Settings, revealed
from bot.stopping import Stop
from bot.surfaces.channel_outbox import ChannelOutbox
from bot.surfaces.outbox import Outbox
from bot.surfaces.people import People
from bot.surfaces.web import web_client
from bot.syncing import Directories, Syncing

log = structlog.get_logger(__name__)


def background(settings: Settings, engine: Engine, clock: Clock, directories: Directories | None = None) -> Jobs:
    """The background work of `seatbot serve` and `seatbot worker`: the only place where work is registered.

    `directories` opens them, where it is not done by what the settings say. Without a bot token messages are left to
    workers that have one.
    """
    jobs, token, keys = Jobs(engine, clock), revealed(settings.slack_bot_token), revealed(settings.encryption_keys)
    client = web_client(settings, token)
    opened = directories or partial(open_directory, credentials=settings.credentials)
    syncing = Syncing(opened, client, settings.command, keys)
    jobs.register(daily_syncs.NAME, syncing.do, DailySyncs(), syncing.given_up)
    jobs.register(watch.NAME, partial(warning.warn_all, root=settings.command), Watches())
    jobs.register(closings.NAME, closing.close, Closings())
    jobs.register(freezing.TELLING, closing.tell)
    if token:
        people = People(client, clock)
        jobs.register(posts.NAME, Outbox(client, people, settings.admins, keys).send)
        jobs.register(posts.IN_CHANNEL, ChannelOutbox(client, ended).send)
        jobs.register(digests.NAME, Digesting(people).do, DueDigests(), digesting.given_up)
    return jobs


def ended(session: Session, workspace: Workspace, post: Post, trouble: str | None, now: datetime) -> None:
    """A post in a channel is over: whoever made it hears of that."""
    for hears in (digesting.posted, warning.posted, closing.posted):
        hears(session, workspace, post, trouble, now)


def worker(settings: Settings, clock: Clock, *, stop_within: float = stopping.SECONDS) -> None:
    """Do what is due until SIGINT or SIGTERM, beside any other worker on the same store.

    Told to stop, it takes nothing new and finishes what is under way; after `stop_within` seconds, or at a second
    signal, the process ends at once, and another worker takes up what it had. Raises WorkerNeedsServer, StoreMissing,
    StoreOutdated, StoreNewer, StoreUnreachable.
    """
    logs.configure(settings.log_format, settings.secrets)
    if settings.database_url.startswith("sqlite"):
        raise WorkerNeedsServer()
    stop = Stop()
    engine = store.open_store(settings.database_url)
    jobs = background(settings, engine, clock)
    try:
        jobs.start()
        log.info("working")
        stop.wait()
    finally:
        stopping.close([jobs.close], stop_within)
        engine.dispose()
    log.info("stopped")
