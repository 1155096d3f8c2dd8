"""Digests in tests: added, and what a worker makes of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session

from bot.jobs import hand_over
from bot.playground.messages import Message
from bot.playground.team import BILLING, GRACE, Channel
from bot.services import digests, work
from bot.services.accounts import Account
from bot.services.recipients import Recipient
from bot.services.work import Presence
from bot.worker import background
from db.models import DIGEST, WORK
from tests.slack_requests import Desk

ROUNDS = 1000


def add(
    desk: Desk, every: str = "day", channel: Channel = BILLING, accounts: Sequence[Account] = (), **options: Any
) -> str:
    """A digest that Grace added; gives its id."""
    actor = options.pop("actor", GRACE.id)
    wanted = digests.check(
        desk.workspace, Recipient(channel.id, f"#{channel.name}"), every, accounts=accounts, **options
    )
    with Session(desk.store.engine) as session:
        done = digests.add(session, desk.workspace, wanted, actor=actor, clock=desk.clock)
        assert done.digest
        return done.digest.partition(" ")[0]


def work_off(at: Desk, engine: Engine | None = None) -> None:
    """One worker, in one thread, does what is due now, and what that makes due now."""
    engine = engine or at.store.engine
    jobs, presence = background(at.settings, engine, at.clock), Presence(engine)
    number = presence.number()
    with Session(engine) as session:
        for name, recurring in jobs._recurring.items():
            hand_over(session, name, recurring, at.clock())
        while task := work.claim(session, jobs._works, number, at.clock()):
            jobs._do(task)
    presence.end()


def settle(at: Desk, seconds: float = 2) -> None:
    """As `work_off`, until nothing is left to be done, however long the clock has to run for that."""
    for _ in range(ROUNDS):
        work_off(at)
        with at.store.engine.connect() as connection:
            if connection.execute(select(WORK.c.id).where(WORK.c.ended_at.is_(None)).limit(1)).first() is None:
                return
        at.clock.advance(seconds=seconds)
    raise AssertionError("there is no end of work")


def posted(at: Desk, channel: Channel = BILLING) -> list[Message]:
    """What stands in a channel by the app."""
    return [one for one in at.slack.messages_seen_by(GRACE.id, channel.id) if not one.is_ephemeral]


def next_at(at: Desk, digest: str) -> datetime | None:
    with at.store.engine.connect() as connection:
        found: datetime | None = connection.execute(
            select(DIGEST.c.next_at).where(DIGEST.c.id == int(digest))
        ).scalar_one()
        return found


def fall_due(at: Desk, digest: str, late: timedelta = timedelta()) -> None:
    """Let the clock run until a digest is due, and a while longer."""
    due = next_at(at, digest)
    assert due
    at.clock.now = due + late
