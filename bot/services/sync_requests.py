"""Syncs that somebody asks for: handed over to the background, once a request."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from bot.services import requests, sync_runs, work
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.daily_syncs import NAME
from bot.services.work import Due
from bot.services.workspaces import Workspace
from db.models import WORK

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a sync, by Slack user id, and how they are told: in which language and time zone, and by
    which sealed `response_url`, or else by direct message.

    `confirms` is the held sync that is to be applied. With `quiet` nothing is said of one that changes nobody.
    """

    actor: str
    locale: str
    zone: str
    url: str | None = None
    preview: bool = False
    quiet: bool = False
    confirms: int | None = None


def ask(
    session: Session,
    workspace: Workspace,
    accounts: Sequence[Account],
    wish: Wish,
    *,
    request: str,
    now: datetime,
) -> None:
    """Hand syncs of these accounts over; the same request again does nothing."""
    with ledger.locked(session, workspace):
        if requests.is_first(session, workspace, request, now):
            hand_over(session, workspace, accounts, wish, now)


def ask_confirmed(
    session: Session, workspace: Workspace, run: int, wish: Wish, *, request: str, now: datetime
) -> Account:
    """Hand over that a held sync is applied, once, however many say so; gives its account. Raises HoldSettled,
    HoldOutdated."""
    account = sync_runs.account_of(session, workspace, run)
    with ledger.locked(session, workspace):
        if requests.is_first(session, workspace, request, now):
            sync_runs.waiting(session, run)
            if requests.is_first(session, workspace, confirmation(run), now):
                hand_over(session, workspace, [account], replace(wish, confirms=run), now)
    return account


def reopen(session: Session, workspace: Workspace, run: int) -> None:
    """A held sync that could not be applied may be confirmed again; in the session's own transaction, which must be one
    that writes."""
    requests.forget(session, workspace, confirmation(run))


def confirmation(run: int) -> str:
    """The key of the request that confirms a held sync."""
    return f"confirm {run}"


def hand_over(session: Session, workspace: Workspace, accounts: Sequence[Account], wish: Wish, now: datetime) -> None:
    # Later than all there is, since of one account and instant there is but one piece of work.
    latest = session.execute(
        select(func.max(WORK.c.due_at)).where(
            WORK.c.workspace_id == workspace.id, WORK.c.name == NAME, WORK.c.due_at >= now
        )
    ).scalar_one()
    at = now if latest is None else latest + MICROSECOND
    work.hand_over(session, NAME, [Due(workspace.id, str(one.id), at, asdict(wish)) for one in accounts], now)
