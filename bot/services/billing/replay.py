"""The meter's rule: ledger rows in, counts and peaks out (domain.md, History, Peak and Billable).

Pure functions over arrays: no database, no clock. Instants are microseconds since 1970. A *span* is a stretch of time
with a peak of its own, a billing period or a local day; spans follow each other without a gap.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Code(IntEnum):
    """An account's status in an array; NONE is before its first one."""

    NONE = 0
    TRIAL = 1
    ACTIVE = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True)
class UserRows:
    """Ledger rows of users, in any order; `active` is 0 or 1, `change` the order of recording."""

    user: Ints
    account: Ints
    at: Ints
    change: Ints
    active: Ints


@dataclass(frozen=True, slots=True)
class AccountRows:
    """Ledger rows of accounts, in any order."""

    account: Ints
    at: Ints
    change: Ints
    code: Ints


@dataclass(frozen=True, slots=True)
class Counts:
    """What stood just before the rows: of each account (ascending) its active users and its status."""

    account: Ints
    active: Ints
    code: Ints

    @property
    def billable(self) -> Ints:
        return np.where(self.code == Code.ACTIVE, self.active, 0)


@dataclass(frozen=True, slots=True)
class Steps:
    """What held from each instant on, by account and instant; one step for an account and instant."""

    account: Ints
    at: Ints
    active: Ints
    billable: Ints
    code: Ints


@dataclass(frozen=True, slots=True)
class Totals:
    """The billable users of all accounts together from each instant on, in order of time."""

    opening: int
    at: Ints
    count: Ints


@dataclass(frozen=True, slots=True)
class Spans:
    """Peaks as tables of entity by span: `peak` and the earliest instant at which it held; `last` is the index of the
    last step at the span's end, -1 where none has been yet."""

    peak: Ints
    peak_at: Ints
    last: Ints


def replay(users: UserRows, before: Ints, accounts: AccountRows, opening: Counts) -> Steps:
    """The steps that rows make after an opening.

    `before` holds the ids, ascending, of the users who were active just before the rows. All rows of one instant take
    effect together, and of two rows for one user or account at one instant the one recorded last decides.
    """
    account, at, delta = user_deltas(users, before)
    kept = last_of_instant(accounts.account, accounts.at, accounts.change)
    account = np.concatenate([account, accounts.account[kept]])
    at = np.concatenate([at, accounts.at[kept]])
    delta = np.concatenate([delta, np.zeros(len(kept), np.int64)])
    code = np.concatenate([np.full(len(account) - len(kept), -1, np.int64), accounts.code[kept]])
    if not len(account):
        return Steps(account, at, delta, delta, code)

    order = np.lexsort((at, account))
    account, at, delta, code = account[order], at[order], delta[order], code[order]
    firsts = np.flatnonzero(starts_group(account, at))
    account, at = account[firsts], at[firsts]
    delta, code = np.add.reduceat(delta, firsts), np.maximum.reduceat(code, firsts)

    first = starts_group(account)
    owner = np.cumsum(first) - 1
    opened_active, opened_code = look_up(opening.account, account[first], opening.active, opening.code)
    running = np.cumsum(delta)
    active = running - (running[first] - delta[first] - opened_active)[owner]
    code[first] = np.where(code[first] < 0, opened_code, code[first])
    code = code[np.maximum.accumulate(np.where(code >= 0, np.arange(len(code)), 0))]
    return Steps(account, at, active, np.where(code == Code.ACTIVE, active, 0), code)


def user_deltas(users: UserRows, before: Ints) -> tuple[Ints, Ints, Ints]:
    """Account, instant and +1 or -1 of every time a user's status really changed."""
    kept = last_of_instant(users.user, users.at, users.change)
    user, active = users.user[kept], users.active[kept]
    previous = np.roll(active, 1)
    first = starts_group(user)
    (previous[first],) = look_up(before, user[first], np.ones_like(before))
    delta = active - previous
    changed = delta != 0
    kept = kept[changed]
    return users.account[kept], users.at[kept], delta[changed]


def total(steps: Steps, opening: Counts) -> Totals:
    """The sum over accounts. A sum of counts, instant by instant: peaks of accounts do not add up."""
    previous = np.roll(steps.billable, 1)
    first = starts_group(steps.account)
    (previous[first],) = look_up(opening.account, steps.account[first], opening.billable)
    delta = steps.billable - previous
    order = np.argsort(steps.at, kind="stable")
    at, delta = steps.at[order], delta[order]
    opened = int(opening.billable.sum())
    firsts = np.flatnonzero(starts_group(at))
    if not len(firsts):
        return Totals(opened, at, delta)
    return Totals(opened, at[firsts], opened + np.cumsum(np.add.reduceat(delta, firsts)))


def peaks(entity: Ints, at: Ints, count: Ints, opening: Ints, starts: Ints) -> Spans:
    """The peak of every entity in every span.

    `entity` numbers the rows of `opening` (the count just before the first span); steps come by entity and instant,
    none before the first of the ascending `starts`. What held when a span began counts from its first instant, unless
    a step at exactly that instant replaced it.
    """
    spans = len(starts)
    group = entity * spans + np.searchsorted(starts, at, side="right") - 1
    firsts = np.flatnonzero(starts_group(group))
    groups = group[firsts]

    last = np.full(len(opening) * spans, -1, np.int64)
    last[groups] = np.append(firsts[1:], len(group))[: len(firsts)] - 1
    last = np.maximum.accumulate(last.reshape(len(opening), spans), axis=1)
    close = np.where(last >= 0, count[last] if len(count) else 0, opening[:, None])
    peak = np.concatenate([opening[:, None], close[:, :-1]], axis=1)
    peak_at = np.tile(starts, (len(opening), 1))
    if len(firsts):
        highest = np.maximum.reduceat(count, firsts)
        reached = np.flatnonzero(count == np.repeat(highest, np.diff(np.append(firsts, len(group)))))
        reached = reached[starts_group(group[reached])]  # the earliest of each group
        opened = peak.ravel()[groups]
        replaced = at[firsts] == peak_at.ravel()[groups]
        wins = replaced | (highest > opened)
        peak.ravel()[groups[wins]] = highest[wins]
        peak_at.ravel()[groups[wins]] = at[reached[wins]]
    return Spans(peak, peak_at, last)


def last_of_instant(entity: Ints, at: Ints, change: Ints) -> Ints:
    """Indices, by entity and instant, of the row recorded last for each entity and instant."""
    order = np.lexsort((change, at, entity))
    if not len(order):
        return order
    following = starts_group(entity[order], at[order])
    kept: Ints = order[np.append(following[1:], True)]
    return kept


def starts_group(*keys: Ints) -> Flags:
    """Where a run of equal keys begins."""
    begins = np.ones(len(keys[0]), np.bool_)
    if len(begins):
        begins[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return begins


def look_up(known: Ints, wanted: Ints, *values: Ints) -> list[Ints]:
    """The values of `wanted` in an ascending `known`, 0 for what is missing."""
    if not len(known):
        return [np.zeros(len(wanted), np.int64) for _ in values]
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[place] == wanted
    return [np.where(found, value[place], 0) for value in values]
