"""Syncs among everything else that happens to an account, against a model of domain.md and sync.md that knows nothing
of how a sync is planned: who is active and why, what is held, which figures are told, what the peak is."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from bot.services import account_status, accounts, deny_list, sync, undo, users, workspaces
from bot.services.billing import peaks, verify
from bot.services.changes import Change
from bot.services.directories.base import Member, Pool, Progress
from bot.services.directories.failures import (
    DirectoryAway,
    HeldActivations,
    HeldDeactivations,
    HeldEmpty,
    HoldOutdated,
    HoldSettled,
)
from bot.services.errors import AccountClosed, DenyNeedsForce, Refusal
from bot.services.imports.users import import_users
from bot.services.sync import Synced
from bot.services.sync_plan import Figures
from db.models import HELD_MEMBER, LEDGER, SYNC_RUN, USER, Status, SyncOutcome
from tests.brute import Brute, Row
from tests.conftest import DrivenClock, Store

NUMBERS = count(1)
SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.title,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: f" {text} ",
]
picks = st.integers(0, 999)
spellings = st.sampled_from(SPELLINGS)
leaving = st.sampled_from([1, 1, 2, 9, 10, 11, 12])
joining = st.sampled_from([1, 1, 2, 24, 25, 26])


def folded(address: str) -> str:
    return unicodedata.normalize("NFC", address.strip()).casefold()


@dataclass(eq=False)
class Person:
    """A user of the account, as the model has them; `change` is the latest that turned them."""

    number: int
    id: str | None
    address: str
    synced: bool = False
    active: bool = False
    cause: str = ""
    change: int | None = None


@dataclass
class Foreseen:
    """What a sync must come to."""

    new: list[tuple[str, str, bool]] = field(default_factory=list)
    on: list[Person] = field(default_factory=list)
    off: list[tuple[Person, str]] = field(default_factory=list)
    followed: list[tuple[Person, str, str]] = field(default_factory=list)
    denied: int = 0
    unchanged: int = 0

    @property
    def turns(self) -> set[Any]:
        return {*self.new, *((one, True) for one in self.on), *((one, False) for one, _ in self.off)}

    @property
    def figures(self) -> Figures:
        return Figures(len(self.new), len(self.on), len(self.off), self.denied, self.unchanged)


class Given:
    """A directory that answers, or breaks off after some pages."""

    def __init__(self, members: list[Member], fails_after: int | None = None) -> None:
        self.members, self.fails_after = members, fails_after

    def read(self, progress: Progress) -> Pool:
        for page in range(self.fails_after or 0):
            progress(page + 1, 10 * page)
        if self.fails_after is not None:
            raise DirectoryAway(host="graph.test")
        return Pool(tuple(self.members))


class Syncs(RuleBasedStateMachine):
    """One account, its directory, its admins, and time."""

    def __init__(self, store: Store, folder: Path) -> None:
        super().__init__()
        self.session = store.session()
        self.clock = DrivenClock()
        name = f"MSP {next(NUMBERS)}"
        fields = workspaces.check(name, billing_day=27, timezone="Europe/Paris")
        self.workspace = workspaces.create(self.session, fields)
        self.file = folder / "users.csv"
        self.order = count(1)
        self.rows: list[Row] = []
        self.status = Status.ACTIVE
        done = account_status.add(self.session, self.workspace, "Acme", Status.ACTIVE, actor="t", clock=self.clock)
        assert done.id
        self.rows.append(Row("Acme", None, self.clock.now, "active", next(self.order)))
        self.account = accounts.find(self.session, self.workspace, "Acme")
        self.directory: dict[str, str] = {}
        self.gone: dict[str, str] = {}
        self.people: list[Person] = []
        self.holder: dict[str, Person] = {}
        self.denied: dict[str, int] = {}
        self.waiting: tuple[int, list[Member], set[Any]] | None = None
        self.settled: list[int] = []
        self.undoable: dict[int, tuple[list[tuple[Person, bool]], bool]] = {}

    @property
    def by(self) -> Any:
        return {"actor": "t", "clock": self.clock}

    def teardown(self) -> None:
        self.session.close()

    # The model

    def is_denied(self, address: str) -> bool:
        return address in self.denied or f"*@{address.split('@')[1]}" in self.denied

    def active(self) -> int:
        return sum(person.active for person in self.people)

    def foresee(self, pool: list[Member]) -> Foreseen:
        groups: dict[str, list[str]] = defaultdict(list)
        for member in pool:
            groups[folded(member.email)].append(member.id)
        by_id = {person.id: person for person in self.people if person.id}
        chosen = {}
        for address, ids in groups.items():
            known = [by_id[id_] for id_ in ids if id_ in by_id]
            least = min(
                known, key=lambda one: (not one.active, self.holder.get(address) is not one, one.id), default=None
            )
            chosen[address] = (least.id or "") if least else min(ids)
        foreseen, met = Foreseen(), set()
        for address, id_ in chosen.items():
            person = by_id.get(id_)
            if person is None and (there := self.holder.get(address)) and there.id not in chosen.values():
                person = there
            if self.is_denied(address):
                foreseen.denied += 1
                if person and person.synced:
                    met.add(person)
                    foreseen.followed.append((person, id_, address))
                    foreseen.off += [(person, "deny_list")] if person.active else []
                continue
            if person is None:
                foreseen.new.append((id_, address, False))
                continue
            met.add(person)
            foreseen.followed.append((person, id_, address))
            if person.active:
                foreseen.unchanged += 1
            else:
                foreseen.on.append(person)
        foreseen.off += [(one, "sync") for one in self.people if one.synced and one.active and one not in met]
        foreseen.new = [(id_, address, self.is_local(address, met)) for id_, address, _ in foreseen.new]
        return foreseen

    def is_local(self, address: str, met: set[Person]) -> bool:
        """Whether somebody has the address whom no sync may touch."""
        there = self.holder.get(address)
        return there is not None and not there.synced and there not in met

    def why_held(self, foreseen: Foreseen, pool: list[Member]) -> type[Refusal] | None:
        brought = [person for person in self.people if person.synced]
        if not pool and any(person.active for person in brought):
            return HeldEmpty
        if len(foreseen.off) > max(Fraction(10), Fraction(20, 100) * self.active()):
            return HeldDeactivations
        activated = len(foreseen.new) + len(foreseen.on)
        if brought and activated > max(Fraction(25), Fraction(50, 100) * self.active()):
            return HeldActivations
        return None

    def carry_out(self, foreseen: Foreseen, change: int | None) -> None:
        met = {person for person, _, _ in foreseen.followed}
        for person in met:
            if self.holder.get(person.address) is person:
                del self.holder[person.address]
        for person, id_, address in foreseen.followed:
            person.id, person.address, person.synced = id_, address, True
            if not self.is_local(address, met):
                self.holder[address] = person
        for id_, address, _ in foreseen.new:
            person = self.newcomer(id_, address, synced=True)
            if not self.is_local(address, met):
                self.holder[address] = person
            self.turn(person, True, "sync", change)
        for person in foreseen.on:
            self.turn(person, True, "sync", change)
        for person, cause in foreseen.off:
            self.turn(person, False, cause, change)

    def newcomer(self, id_: str | None, address: str, *, synced: bool) -> Person:
        person = Person(len(self.people), id_, address, synced)
        self.people.append(person)
        return person

    def turn(self, person: Person, active: bool, cause: str, change: int | None) -> None:
        assert person.active != active
        person.active, person.cause, person.change = active, cause, change
        status = "active" if active else "inactive"
        self.rows.append(Row("Acme", str(person.number), self.clock.now, status, next(self.order)))

    # What the directory does

    def fresh(self, spelling: Callable[[str], str] = str) -> str:
        number = next(NUMBERS)
        return spelling(f"zoé{number}@{'other' if number % 4 == 0 else 'acme'}.test")

    def entry(self, pick: int) -> str | None:
        return sorted(self.directory)[pick % len(self.directory)] if self.directory else None

    @initialize(number=st.integers(20, 34))
    def begin(self, number: int) -> None:
        for _ in range(number):
            self.join(1, str)
        self.sync("plain")

    @rule(number=joining, spelling=spellings)
    def join(self, number: int, spelling: Callable[[str], str]) -> None:
        for _ in range(number):
            self.directory[f"id-{next(NUMBERS)}"] = self.fresh(spelling)

    @rule(number=leaving, pick=picks)
    def leave(self, number: int, pick: int) -> None:
        for _ in range(number):
            if id_ := self.entry(pick):
                self.gone[id_] = self.directory.pop(id_)

    @rule(pick=picks)
    def come_back(self, pick: int) -> None:
        if self.gone:
            id_ = sorted(self.gone)[pick % len(self.gone)]
            self.directory[id_] = self.gone.pop(id_)

    @rule()
    def everybody_goes(self) -> None:
        self.gone |= self.directory
        self.directory.clear()

    @rule()
    def everybody_comes_back(self) -> None:
        self.directory |= self.gone
        self.gone.clear()

    @rule(pick=picks, other=picks, spelling=spellings, how=st.sampled_from(["rename", "share", "swap", "take", "new"]))
    def address(self, pick: int, other: int, spelling: Callable[[str], str], how: str) -> None:
        one, two = self.entry(pick), self.entry(other)
        if not one or not two:
            return
        if how == "rename":
            self.directory[one] = self.fresh(spelling)
        elif how == "share":
            self.directory[one] = spelling(folded(self.directory[two]))
        elif how == "swap":
            self.directory[one], self.directory[two] = self.directory[two], self.directory[one]
        elif how == "new":
            self.directory[f"id-{next(NUMBERS)}"] = spelling(folded(self.directory.pop(one)))
        elif self.people:  # the address of anybody who ever was there
            self.directory[one] = spelling(self.people[other % len(self.people)].address)

    # What people do

    def known(self, pick: int) -> Person | None:
        there = [person for person in self.people if self.holder.get(person.address) is person]
        return there[pick % len(there)] if there else None

    @rule(pick=picks, active=st.booleans())
    def hand(self, pick: int, active: bool) -> None:
        if not (person := self.known(pick)):
            return
        self.clock.advance(seconds=1)
        act = users.activate if active else users.deactivate
        address = [person.address]
        try:
            done = act(self.session, self.workspace, address, account=self.account, **self.by)
        except Refusal:
            assert active
            assert self.is_denied(person.address)
            return
        assert not (active and self.is_denied(person.address))
        assert (done.id is not None) == (person.active != active)
        self.note(done, [person] if done.id else [], active, "manual")

    def note(self, done: Change, changed: list[Person], active: bool, cause: str, *, denies: bool = False) -> None:
        for person in changed:
            self.turn(person, active, cause, done.id)
        if done.id is not None:
            self.undoable[done.id] = ([(person, active) for person in changed], denies)

    @rule(pick=picks, domain=st.integers(0, 7), spelling=spellings)
    def deny(self, pick: int, domain: int, spelling: Callable[[str], str]) -> None:
        if not self.people:
            return
        pattern = self.people[pick % len(self.people)].address
        pattern = f"*@{pattern.split('@')[1]}" if domain == 0 else pattern
        meant = [one for one in self.people if pattern in (one.address, f"*@{one.address.split('@')[1]}")]
        meant = [one for one in meant if one.active and one.synced]
        self.clock.advance(seconds=1)
        try:
            done = deny_list.add(self.session, self.workspace, self.account, [spelling(pattern)], **self.by)
        except DenyNeedsForce:
            assert len(meant) > max(Fraction(10), Fraction(20, 100) * self.active())
            return
        assert len(meant) <= max(Fraction(10), Fraction(20, 100) * self.active())
        if done.id:
            is_new = pattern not in self.denied
            self.note(done, meant, False, "deny_list", denies=is_new)
            if is_new:
                self.denied[pattern] = done.id

    @rule(pick=picks)
    def allow(self, pick: int) -> None:
        if self.denied:
            pattern = sorted(self.denied)[pick % len(self.denied)]
            self.clock.advance(seconds=1)
            deny_list.remove(self.session, self.workspace, self.account, [pattern], **self.by)
            del self.denied[pattern]

    @rule(pick=picks)
    def undo(self, pick: int) -> None:
        if not self.undoable:
            return
        change = sorted(self.undoable)[-1 - pick % min(2, len(self.undoable))]
        turned, denies = self.undoable.pop(change)
        removed = [pattern for pattern, by in self.denied.items() if by == change] if denies else []
        allowed = {pattern: by for pattern, by in self.denied.items() if pattern not in removed}
        before, self.denied = self.denied, allowed
        back = [(one, is_on) for one, is_on in turned if one.change == change]
        back = [(one, is_on) for one, is_on in back if is_on or not self.is_denied(one.address)]
        self.clock.advance(seconds=1)
        try:
            done = undo.undo(self.session, self.workspace, change=str(change), **self.by)
        except Refusal:
            assert (removed, back) == ([], [])
            self.denied = before
            return
        assert removed or back
        for person, is_on in back:
            self.turn(person, not is_on, "undo", done.id)

    @rule(pick=picks, own=st.booleans(), spelling=spellings)
    def import_somebody(self, pick: int, own: bool, spelling: Callable[[str], str]) -> None:
        """A file sets somebody active, who may be of the directory or not."""
        entry = self.entry(pick)
        address = folded(self.directory[entry]) if entry and own else self.fresh()
        self.file.write_text(f"account,email,status\nAcme,{spelling(address)},active\n", encoding="utf-8")
        self.clock.advance(seconds=1)
        done = import_users(self.session, self.workspace, self.file, **self.by)
        person = self.holder.get(address) or self.newcomer(None, address, synced=False)
        self.holder[address] = person
        if not person.active:
            self.turn(person, True, "import", done.change)

    @rule(status=st.sampled_from([Status.ACTIVE, Status.ACTIVE, Status.TRIAL, Status.CLOSED]))
    def account_becomes(self, status: Status) -> None:
        self.clock.advance(seconds=1)
        account_status.set_status(self.session, self.workspace, self.account, status, **self.by)
        if status != self.status:
            self.rows.append(Row("Acme", None, self.clock.now, status.value, next(self.order)))
        self.status = status

    @rule(days=st.sampled_from([1, 2, 20]))
    def time_passes(self, days: int) -> None:
        self.clock.advance(days=days)

    # Syncs

    def synced(self, directory: Given, **how: Any) -> Synced:
        self.clock.advance(seconds=1)
        told = lambda pages, users: None  # noqa: E731
        return sync.sync(self.session, self.workspace, self.account, directory, progress=told, **self.by, **how)

    def written(self) -> int:
        self.session.rollback()
        return int(self.session.execute(select(func.count()).select_from(LEDGER)).scalar_one())

    @rule(pages=st.integers(0, 3), force=st.booleans())
    def the_directory_fails(self, pages: int, force: bool) -> None:
        before = self.written()
        if self.status == Status.CLOSED:
            return
        failed = self.synced(Given(self.pool(), fails_after=pages), force=force)
        assert (failed.outcome, failed.figures) == (SyncOutcome.FAILED, Figures())
        assert self.written() == before

    def pool(self) -> list[Member]:
        return [Member(id_, email) for id_, email in self.directory.items()]

    @rule(how=st.sampled_from(["plain", "plain", "plain", "force", "preview"]))
    def sync(self, how: str) -> None:
        pool, before = self.pool(), self.written()
        if self.status == Status.CLOSED:
            try:
                self.synced(Given(pool))
            except AccountClosed:
                assert self.written() == before
                return
            raise AssertionError("a closed account was synced")
        foreseen = self.foresee(pool)
        shown = self.synced(Given(pool), preview=True)
        held = self.why_held(foreseen, pool)
        assert (shown.outcome, shown.figures) == (SyncOutcome.PREVIEW, foreseen.figures)
        assert type(shown.refusal) is (held or type(None))
        assert self.written() == before
        if how == "preview":
            return
        done = self.synced(Given(pool), force=how == "force")
        assert (done.figures, done.turned) == (foreseen.figures, shown.turned)
        if held and how != "force":
            assert (done.outcome, type(done.refusal)) == (SyncOutcome.HELD, held)
            assert self.written() == before
            self.keep(done, pool, foreseen)
            return
        assert done.effect == shown.effect
        self.outdate()
        self.check_applied(done, foreseen, before)

    def keep(self, done: Synced, pool: list[Member], foreseen: Foreseen) -> None:
        """The admins are asked once about one thing."""
        assert done.run
        if self.waiting and self.waiting[2] == foreseen.turns:
            assert (done.waits, done.run) == (True, self.waiting[0])
            return
        assert not done.waits
        self.outdate()
        self.waiting = (done.run, pool, foreseen.turns)

    def outdate(self) -> None:
        if self.waiting:
            self.settled.append(self.waiting[0])
        self.waiting = None

    def check_applied(self, done: Synced, foreseen: Foreseen, before: int) -> None:
        """A sync did what it must, and the same pool again does nothing."""
        assert done.outcome == (SyncOutcome.APPLIED if foreseen.turns else SyncOutcome.UNCHANGED)
        self.carry_out(foreseen, done.change)
        after = self.written()
        assert after - before == len(foreseen.turns)
        if done.outcome == SyncOutcome.APPLIED:
            again = self.synced(Given(self.pool()[::-1])) if self.foresee(self.pool()).turns == set() else None
            assert again is None or (again.outcome, again.change) == (SyncOutcome.UNCHANGED, None)
            assert self.written() == after

    @rule(yes=st.booleans())
    def answer(self, yes: bool) -> None:
        if not self.waiting:
            return
        run, pool, turns = self.waiting
        before = self.written()
        self.clock.advance(seconds=1)
        if not yes:
            sync.reject(self.session, self.workspace, run, **self.by)
            self.outdate()
            assert self.written() == before
            return
        foreseen = self.foresee(pool)
        try:
            done = sync.confirm(self.session, self.workspace, run, **self.by)
        except AccountClosed:
            assert self.status == Status.CLOSED
            assert self.written() == before
            return
        except HoldOutdated:
            assert foreseen.turns != turns
            assert self.written() == before
            self.outdate()
            return
        assert (self.status != Status.CLOSED, foreseen.turns, done.figures) == (True, turns, foreseen.figures)
        self.outdate()
        self.check_applied(done, foreseen, before)

    @rule(pick=picks)
    def answer_again(self, pick: int) -> None:
        if not self.settled or self.status == Status.CLOSED:
            return
        before = self.written()
        try:
            sync.confirm(self.session, self.workspace, self.settled[pick % len(self.settled)], **self.by)
        except (HoldSettled, HoldOutdated):
            assert self.written() == before
            return
        raise AssertionError("a settled sync was applied")

    # What must be so

    @invariant()
    def everybody_is_as_the_model_has_them(self) -> None:
        self.session.rollback()
        lines = {line.id: line for line in users.listed(self.session, self.workspace, self.account)}
        u = USER.c
        rows = self.session.execute(select(u.id, u.external_id).where(u.account_id == self.account.id)).all()
        found = Counter(
            (
                folded(lines[id_].email or ""),
                external,
                lines[id_].synced,
                lines[id_].status == "active",
                lines[id_].cause.value,
                lines[id_].denied,
            )
            for id_, external in rows
        )
        expected = Counter(
            (one.address, one.id, one.synced, one.active, one.cause, self.is_denied(one.address)) for one in self.people
        )
        assert found == expected

    @invariant()
    def the_peak_is_what_counting_gives(self) -> None:
        assert verify.differences(self.session, self.workspace) == []
        period = self.workspace.calendar.holding(self.clock.now)
        report = peaks.report(self.session, self.workspace, period, self.clock.now)
        brute = Brute(self.rows)
        assert report.current == brute.total(self.clock.now)
        assert (report.peak, report.peak_at) == brute.peak(brute.total, period.start, period.end)
        self.session.rollback()

    @invariant()
    def what_waits_is_kept_and_nothing_else(self) -> None:
        h = HELD_MEMBER.c
        kept = set(self.session.execute(select(h.run_id).distinct()).scalars())
        run = {self.waiting[0]} if self.waiting and self.waiting[1] else set()
        assert kept - run - self.others(kept) == set()
        assert run <= kept

    def others(self, kept: set[int]) -> set[int]:
        """Runs of other examples."""
        mine = select(SYNC_RUN.c.id).where(SYNC_RUN.c.account_id == self.account.id)
        return kept - set(self.session.execute(mine).scalars())


def test_whatever_happens_a_sync_does_what_the_rules_say(store: Store, tmp_path: Path) -> None:
    is_local = store.engine.dialect.name == "sqlite"
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        lambda: Syncs(store, tmp_path),
        settings=settings(
            max_examples=20 if is_local else 8,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
