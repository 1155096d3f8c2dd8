"""Workspaces: one MSP each, with its billing day and time zone (domain.md, Periods)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Row, bindparam, update
from sqlalchemy import select as rows_of
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.clock import Clock
from bot.services import due_digests, names, pricing
from bot.services.billing import ledger, prices
from bot.services.billing.periods import Calendar
from bot.services.billing.prices import Price
from bot.services.errors import (
    BadBillingDay,
    BadLocale,
    BadTeam,
    BadTimezone,
    NeedsCorrect,
    NothingToSet,
    NoWorkspace,
    SeveralWorkspaces,
    TeamBound,
    UnknownWorkspace,
    WorkspaceExists,
)
from db import models
from db.models import WORKSPACE
from db.session import begin_writing

LOCALES = ("en", "fr")
TEAM = re.compile(r"[TE][A-Z0-9]{1,30}")
NO_PLACE = ("localtime", "posixrules", "Factory")
"""Files beside the time zones that are none, or mean another one on every machine."""
known_timezones = cache(available_timezones)  # from hundreds of files
CALENDAR = "--billing-day"
"""So the words of a change begin that gave periods other bounds, where it set prices too."""
OF_ID = rows_of(WORKSPACE).where(WORKSPACE.c.id == bindparam("workspace"))
OF_TEAM = rows_of(WORKSPACE).where(WORKSPACE.c.slack_team == bindparam("team"))


@dataclass(frozen=True, slots=True)
class Workspace:
    """One MSP: its name, how it is billed and the language of its channel posts.

    `native` are the newer blocks that its Slack takes, `native_at` (UTC) is when Slack was asked that. `price` is what
    a user costs it and `resale` what a user brings, both in `currency`, where they are known.
    """

    id: int
    name: str
    calendar: Calendar
    locale: str
    slack_team: str | None
    native: frozenset[str] = frozenset()
    native_at: datetime | None = None
    currency: str | None = None
    price: Price | None = None
    resale: Decimal | None = None


def find(session: Session, name: str | None = None) -> Workspace:
    """The workspace of that name; without one, the only one there is.

    Raises NoWorkspace, SeveralWorkspaces, UnknownWorkspace.
    """
    found = everyone(session)
    if not found:
        raise NoWorkspace()
    known = [workspace.name for workspace in found]
    if name is None:
        if len(found) > 1:
            raise SeveralWorkspaces(known=known)
        return found[0]
    for workspace in found:
        if names.key(workspace.name) == names.key(name):
            return workspace
    raise UnknownWorkspace(asked=names.printable(name), known=known)


def everyone(session: Session) -> list[Workspace]:
    """All workspaces, by name. Raises BadTimezone where a zone is not known on this machine."""
    return [as_workspace(row) for row in session.exec(select(models.Workspace).order_by(models.Workspace.name_key))]


def of_team(session: Session, team: str) -> Workspace | None:
    """The workspace that is bound to a Slack team."""
    row = session.execute(OF_TEAM, {"team": team}).one_or_none()
    return as_workspace(row) if row else None


def by_id(session: Session, id_: int) -> Workspace:
    """The workspace of that id, which there must be."""
    return as_workspace(session.execute(OF_ID, {"workspace": id_}).one())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A workspace to be made, its values checked."""

    name: str
    billing_day: int
    timezone: str
    locale: str
    slack_team: str | None


def check(
    name: str, billing_day: int = 1, timezone: str = "UTC", locale: str = "en", slack_team: str | None = None
) -> Wanted:
    """Check the values of a workspace. Raises BadName, BadBillingDay, BadTimezone, BadLocale, BadTeam. Pure."""
    return Wanted(
        names.check_name(name),
        check_billing_day(billing_day),
        check_timezone(timezone).key,
        check_locale(locale),
        None if slack_team is None else check_team(slack_team),
    )


def create(session: Session, wanted: Wanted) -> Workspace:
    """A new workspace. Raises WorkspaceExists, TeamBound."""
    begin_writing(session)
    check_free(session, wanted.name, wanted.slack_team)
    row = models.Workspace(
        name=wanted.name,
        name_key=names.key(wanted.name),
        billing_day=wanted.billing_day,
        timezone=wanted.timezone,
        locale=wanted.locale,
        slack_team=wanted.slack_team,
    )
    session.add(row)
    try:
        session.commit()
    except IntegrityError:  # another process was quicker
        session.rollback()
        check_free(session, wanted.name, wanted.slack_team)
        raise
    return as_workspace(row)


def change(
    session: Session,
    workspace: Workspace,
    *,
    actor: str,
    clock: Clock,
    billing_day: int | None = None,
    timezone: str | None = None,
    locale: str | None = None,
    correct: bool = False,
    prices: pricing.Wanted | None = None,
) -> tuple[Workspace, int]:
    """Change settings; gives the workspace as it is then, and the change's id.

    Another billing day or time zone corrects the past: all that is derived is computed anew. Raises NeedsCorrect
    without `correct`, NothingToSet, BadBillingDay, BadTimezone, BadLocale, and as `pricing.write`.
    """
    if billing_day is None and timezone is None and locale is None and prices is None:
        raise NothingToSet()
    with ledger.writing(session, workspace, clock) as instant:
        return changed(
            session,
            workspace,
            instant,
            actor=actor,
            billing_day=billing_day,
            timezone=timezone,
            locale=locale,
            correct=correct,
            prices=prices,
        )


def changed(
    session: Session,
    workspace: Workspace,
    instant: datetime,
    *,
    actor: str,
    name: str | None = None,
    billing_day: int | None = None,
    timezone: str | None = None,
    locale: str | None = None,
    correct: bool = False,
    prices: pricing.Wanted | None = None,
) -> tuple[Workspace, int]:
    """As `change`, and the name too, within a transaction that writes. Raises BadName, LongName and WorkspaceExists
    besides."""
    row = session.exec(select(models.Workspace).where(models.Workspace.id == workspace.id)).one()
    day = row.billing_day if billing_day is None else check_billing_day(billing_day)
    zone = row.timezone if timezone is None else check_timezone(timezone).key
    if name is not None and names.key(name) != row.name_key:
        check_free(session, names.check_name(name), None)
    words = prices.words if prices else None
    if (day, zone) != (row.billing_day, row.timezone):
        words = f"{CALENDAR} {day} --timezone {zone} {words}" if words else None
        if not correct and ledger.has_rows(session, workspace):
            raise NeedsCorrect()
        row.billing_day, row.timezone = day, zone
        ledger.discard_rollups(session, workspace)
    if name is not None:
        row.name, row.name_key = names.check_name(name), names.key(name)
    row.locale = row.locale if locale is None else check_locale(locale)
    account = prices.account.id if prices and prices.account else None
    change_id = ledger.begin_change(
        session, workspace, models.Kind.SET, actor, instant, reason=words, account_id=account
    )
    if prices:
        pricing.write(session, row, prices)
    session.flush()
    after = as_workspace(row)
    if after.calendar != workspace.calendar:
        due_digests.reschedule(session, after, instant)
    return after, change_id


def bind_team(session: Session, workspace: Workspace, team: str) -> Workspace:
    """Bind a workspace that has no Slack team yet to one. Raises TeamBound where another one has it."""
    begin_writing(session)
    check_free(session, None, team)
    row = session.exec(select(models.Workspace).where(models.Workspace.id == workspace.id)).one()
    row.slack_team = row.slack_team or team
    session.commit()
    return as_workspace(row)


def keep_native(session: Session, workspace: Workspace, native: Iterable[str], now: datetime) -> None:
    """Keep which of the newer blocks the workspace's Slack takes."""
    begin_writing(session)
    of_workspace = update(models.WORKSPACE).where(models.WORKSPACE.c.id == workspace.id)
    session.execute(of_workspace.values(native_blocks=" ".join(sorted(native)), native_blocks_at=now))
    session.commit()


def check_free(session: Session, name: str | None, team: str | None) -> None:
    for row in session.exec(select(models.Workspace)):
        if name is not None and row.name_key == names.key(name):
            raise WorkspaceExists(name=row.name)
        if team is not None and row.slack_team == team:
            raise TeamBound(team=team, name=row.name)


def as_workspace(row: models.Workspace | Row[Any]) -> Workspace:
    assert row.id is not None
    calendar = Calendar(row.billing_day, zone_of(row.timezone))
    native = frozenset((row.native_blocks or "").split())
    return Workspace(
        row.id,
        row.name,
        calendar,
        row.locale,
        row.slack_team,
        native,
        row.native_blocks_at,
        row.currency,
        prices.load(row.price) if row.price else None,
        Decimal(row.resale) if row.resale else None,
    )


def check_billing_day(day: int) -> int:
    if not 1 <= day <= 31:
        raise BadBillingDay()
    return day


def check_timezone(name: str) -> ZoneInfo:
    """The time zone of that name, one that is known everywhere. Raises BadTimezone."""
    if name in NO_PLACE or name not in known_timezones():
        raise BadTimezone(value=names.printable(name))
    return zone_of(name)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadTimezone(value=names.printable(name)) from None


def check_team(team: str) -> str:
    if not TEAM.fullmatch(team):
        raise BadTeam(value=names.printable(team))
    return team


def check_locale(locale: str) -> str:
    if locale not in LOCALES:
        raise BadLocale(value=names.printable(locale))
    return locale
