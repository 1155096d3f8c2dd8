"""A believable history of an MSP, as arrays: drawn from a fixed seed, relative to a fixed date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bot.services.workspaces import Workspace
from db.models import Cause, Kind, Status, to_micros

Ints = NDArray[np.int64]

SEED = 20_261_124
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND
MONTH_DAYS = 30.4375
ROWS_A_USER = 4

STATUSES = (Status.INACTIVE, Status.ACTIVE, Status.TRIAL, Status.CLOSED)
INACTIVE, ACTIVE, TRIAL, CLOSED = range(4)
CAUSES = (Cause.SYNC, Cause.MANUAL, Cause.IMPORT)
SYNC, MANUAL, IMPORT = range(3)
WAYS = (0.6, 0.3, 0.1)
"""How much of the users' history came by nightly syncs, by hand in office hours, and by monthly imports."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a history is; `in_largest` of its people are in the first account."""

    rows: int
    months: int = 36
    accounts: int = 3_000
    in_largest: int = 0

    @property
    def first_day(self) -> datetime:
        day = NOW - timedelta(days=round(self.months * MONTH_DAYS))
        return day.replace(hour=0, minute=0)

    @property
    def days(self) -> int:
        """Whole days from the first one to the one before NOW."""
        return (NOW - self.first_day).days


@dataclass(frozen=True, slots=True)
class Rows:
    """Ledger rows; `user` is 0 in an account's own row, else, as `account`, counted from 1."""

    account: Ints
    user: Ints
    at: Ints
    status: Ints
    way: Ints


@dataclass(frozen=True, slots=True)
class History:
    """Rows as they are stored, by table and without their ids, which count from 1 in this order."""

    accounts: int
    account_of_user: Ints
    change_recorded: Ints
    change_way: Ints
    ledger: Rows
    ledger_change: Ints

    def account_rows(self, workspace: Workspace) -> Iterator[tuple[Any, ...]]:
        for number in range(1, self.accounts + 1):
            yield workspace.id, account_name(number), account_name(number).lower()

    def user_rows(self, workspace: Workspace) -> Iterator[tuple[Any, ...]]:
        for number, account in enumerate(self.account_of_user.tolist(), 1):
            yield workspace.id, account, email(number, account), email(number, account), f"Person {number}"

    def change_rows(self, workspace: Workspace) -> Iterator[tuple[Any, ...]]:
        kinds = (Kind.SYNC, Kind.ACTIVATE, Kind.IMPORT_USERS)
        for way, recorded in zip(self.change_way.tolist(), self.change_recorded.tolist(), strict=True):
            yield workspace.id, kinds[way].value, "cli:anna", recorded

    def ledger_rows(self, workspace: Workspace) -> Iterator[tuple[Any, ...]]:
        rows = self.ledger
        columns = (rows.account, rows.user, rows.status, rows.at, rows.way, self.ledger_change)
        statuses, causes = [status.value for status in STATUSES], [cause.value for cause in CAUSES]
        for account, user, status, at, way, change in zip(*(column.tolist() for column in columns), strict=True):
            yield workspace.id, account, user or None, statuses[status], at, causes[way], change


def account_name(number: int) -> str:
    return f"Client {number:05}"


def email(number: int, account: int) -> str:
    return f"person{number}@client{account}.example"


def draw(shape: Shape) -> History:
    """A history of that shape; the same at every call."""
    rng = np.random.default_rng(SEED)
    born = np.where(rng.random(shape.accounts) < 0.4, 0, rng.random(shape.accounts) * shape.days * 0.8).astype(np.int64)
    of_accounts = draw_accounts(rng, shape, born)
    account_of_user = draw_people(rng, shape)
    of_users = draw_users(rng, shape, born, account_of_user, shape.rows - len(of_accounts.at))
    rows = Rows(*(np.concatenate(pair) for pair in zip(columns(of_accounts), columns(of_users), strict=True)))
    change, recorded, way = group_changes(rows)
    order = np.argsort(change, kind="stable")
    return History(
        accounts=shape.accounts,
        account_of_user=account_of_user[: of_users.user[-1]],
        change_recorded=recorded,
        change_way=way,
        ledger=Rows(*(column[order] for column in columns(rows))),
        ledger_change=change[order],
    )


def columns(rows: Rows) -> tuple[Ints, ...]:
    return rows.account, rows.user, rows.at, rows.status, rows.way


def draw_accounts(rng: Generator, shape: Shape, born: Ints) -> Rows:
    """Accounts start on trial or active, most trials convert, some accounts close."""
    number = np.arange(1, shape.accounts + 1)
    on_trial = rng.random(shape.accounts) < 0.5
    converted = born + rng.integers(14, 46, shape.accounts)
    closed = born + rng.integers(60, max(61, shape.days), shape.accounts)
    converts = on_trial & (rng.random(shape.accounts) < 0.8) & (converted < shape.days)
    closes = (rng.random(shape.accounts) < 0.1) & (closed < shape.days)
    account = np.concatenate([number, number[converts], number[closes]])
    day = np.concatenate([born, converted[converts], closed[closes]])
    begun = np.where(on_trial, TRIAL, ACTIVE)
    status = np.concatenate([begun, np.full(converts.sum(), ACTIVE), np.full(closes.sum(), CLOSED)])
    at = in_office_hours(rng, shape, day)
    return Rows(account, np.zeros_like(account), at, status, np.full_like(account, MANUAL))


def draw_people(rng: Generator, shape: Shape) -> Ints:
    """The account of each person: few accounts are large, most are small."""
    people = max(shape.rows // ROWS_A_USER, shape.in_largest)
    sizes = rng.lognormal(0, 1, shape.accounts)
    account = rng.choice(shape.accounts, people, p=sizes / sizes.sum()) + 1
    account[: shape.in_largest] = 1
    return account


def draw_users(rng: Generator, shape: Shape, born: Ints, account_of_user: Ints, wanted: int) -> Rows:
    """People join (many with their account's first sync), leave and come back: `wanted` rows of them."""
    count = 1 + rng.poisson(ROWS_A_USER - 0.7, len(account_of_user))
    user = np.repeat(np.arange(1, len(account_of_user) + 1), count)
    account = account_of_user[user - 1]
    since = born[account - 1]
    day = since + (rng.random(len(user)) * (shape.days - since)).astype(np.int64)
    way = rng.choice(len(WAYS), len(user), p=WAYS)
    founding = (np.diff(user, prepend=0) > 0) & (rng.random(len(user)) < 0.4)
    day[founding], way[founding] = since[founding], SYNC
    at = np.where(
        way == MANUAL,
        in_office_hours(rng, shape, day),
        np.where(way == SYNC, by_night(shape, day, since, account), instant_of(shape, day)),
    )
    order = np.lexsort((at, user))
    user, account, at, way = user[order], account[order], at[order], way[order]
    single = np.append(True, (user[1:] != user[:-1]) | (at[1:] != at[:-1]))
    user, account, at, way = (column[single][:wanted] for column in (user, account, at, way))
    assert len(at) == wanted, "too few rows were drawn"
    first = np.maximum.accumulate(np.where(np.diff(user, prepend=0) > 0, np.arange(len(user)), 0))
    status = np.where((np.arange(len(user)) - first) % 2, INACTIVE, ACTIVE)
    return Rows(account, user, at, status, way)


def instant_of(shape: Shape, day: Ints) -> Ints:
    """Midnight of a day of the history."""
    return to_micros(shape.first_day) + day * DAY


def in_office_hours(rng: Generator, shape: Shape, day: Ints) -> Ints:
    """An instant between 8 and 18 o'clock, on the Friday before where the day is one of a weekend."""
    weekday = (shape.first_day.weekday() + day) % 7
    day = np.maximum(day - np.maximum(weekday - 4, 0), 0)
    return instant_of(shape, day) + rng.integers(8 * 3600 * SECOND, 18 * 3600 * SECOND, len(day))


def by_night(shape: Shape, day: Ints, since: Ints, account: Ints) -> Ints:
    """The instant of the account's sync: one for all whom it changed; few nights change something."""
    night = np.maximum(day - (day + account) % 5, since)
    return instant_of(shape, night) + 3600 * SECOND + account * 4 * SECOND


def group_changes(rows: Rows) -> tuple[Ints, Ints, Ints]:
    """The change of each row, counted from 1 in the order of recording; when each was recorded, and its way.

    A sync is one change, so is what is done by hand, and so are a month's imported lines, recorded at its end.
    """
    month = round(MONTH_DAYS * DAY)
    recorded = np.where(rows.way == IMPORT, np.minimum((rows.at // month + 1) * month, to_micros(NOW) - 1), rows.at)
    what = np.select([rows.way == SYNC, rows.way == MANUAL], [rows.account, -1 - np.arange(len(rows.at))], 0)
    order = np.lexsort((what, recorded))
    begins = np.append(True, (np.diff(recorded[order]) != 0) | (np.diff(what[order]) != 0))
    change = np.empty(len(order), np.int64)
    change[order] = np.cumsum(begins)
    firsts = order[begins]
    return change, recorded[firsts], rows.way[firsts]
