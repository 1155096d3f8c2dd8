"""The demo's MSP: some 600 invented people at a dozen clients, with fourteen months of changes up to a given day.

Pure: the same day gives an equal history, on any machine. People and addresses are the same on every day; what
happens to them moves with it. Every address ends in `.example`, a name reserved for such uses (RFC 2606).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.playground.demo_names import address, local_part

Cause = Literal["import", "manual", "sync", "deny_list"]
Status = Literal["trial", "active", "closed"]
Directory = Literal["m365", "google"]
Names = dict[str, dict[str, list[str]]]  # language → "given" and "family" → names


@dataclass(frozen=True, slots=True)
class DemoEvent:
    """One change of one person: `active` holds from `at` (aware UTC) on."""

    at: datetime
    active: bool
    cause: Cause


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person at one client; `events` oldest first, alternately active and inactive, beginning with active."""

    email: str
    name: str
    events: tuple[DemoEvent, ...]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A client; nobody's first event is before its first status.

    `statuses` are (aware UTC, status), oldest first; `trial_ends` is planned, and set only while a trial is running;
    `synced` says that its people come from a directory, `directory` which one it is still connected with; `denied`
    holds addresses and `*@domain` patterns.
    """

    name: str
    domain: str
    statuses: tuple[tuple[datetime, Status], ...]
    trial_ends: datetime | None
    synced: bool
    directory: Directory | None
    people: tuple[DemoPerson, ...]
    denied: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoMSP:
    """The whole MSP, as one Slack workspace holds it."""

    name: str
    billing_day: int
    timezone: str
    locale: str
    accounts: tuple[DemoAccount, ...]


@dataclass(frozen=True, slots=True)
class _Client:
    """What demo_clients.json tells of a client; `since`, `converted`, `closed` and `denied` are days before today."""

    name: str
    domain: str
    language: Literal["en", "fr"]
    size: int
    since: int
    synced: bool = False
    directory: Directory | None = None
    trial: bool = False
    converted: int | None = None
    closed: int | None = None
    mailboxes: Sequence[str] = ()  # directory entries that are no person
    agency: str | None = None  # a temp agency's domain
    denied: int | None = None  # when mailboxes and agency went on the deny list
    shared: Mapping[str, str] = field(default_factory=dict)  # name → address' domain of people of two clients
    forgotten: Sequence[str] = ()  # mailboxes on the first list of people, which nobody has noticed
    bump: int = 0  # people whom a sync switched on by mistake in the running period


SILENT_FOR = timedelta(days=4)
"""So long Microsoft's directory has not answered."""
_ZONE = ZoneInfo("Europe/Paris")
_BILLING_DAY = 27
_BUMP_AGO = 9
_TRIAL = timedelta(days=30)
# January to December: schools and offices hire in September and January, people leave before the summer.
_HIRING = (1.6, 1.0, 1.0, 1.0, 0.9, 0.8, 0.5, 0.3, 1.8, 1.2, 1.0, 0.5)
_LEAVING = (0.9, 0.8, 1.0, 1.0, 1.0, 1.7, 1.5, 0.7, 1.0, 0.9, 0.8, 1.4)


def northwind(today: date) -> DemoMSP:
    """Northwind MSP as it stands at 06:00 in Paris on `today`; no event is later, only a running trial's end is."""
    names = _data("demo_names.json")
    accounts = tuple(_account(_Client(**client), names, today) for client in _data("demo_clients.json"))
    return DemoMSP("Northwind MSP", _BILLING_DAY, _ZONE.key, "en", accounts)


def _data(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))


class _Diary:
    """A client's days, and the instants at which things happen there."""

    def __init__(self, client: _Client, today: date) -> None:
        # Text seeds a Random the same in every process, which hash() would not.
        self.rng = Random(f"{client.domain} diary")  # noqa: S311 - a story, no secret
        self.synced = client.synced
        self.first = _workday(today - timedelta(days=client.since))
        self.last = today if client.closed is None else _workday(today - timedelta(days=client.closed))
        self._sync_second = self.rng.randrange(15 * 60, 40 * 60)
        self.opened = self.office(self.first)

    def office(self, day: date) -> datetime:
        """Some moment of the office hours."""
        return _instant(day, 9 * 3600 + self.rng.randrange(9 * 3600))

    def sync(self, day: date) -> datetime:
        """The night's one sync: always the same instant, about half past two."""
        return _instant(day, 2 * 3600 + self._sync_second + day.toordinal() * 37 % 300)

    def pick(self, seasons: tuple[float, ...], start: date, end: date) -> date:
        """A working day of [start, end], which holds one, the likelier the busier its month."""
        rng = Random(self.rng.random())  # noqa: S311 - its own, so that a rejected day does not disturb what follows
        while True:
            day = start + timedelta(days=rng.randrange((end - start).days + 1))
            if day.weekday() < 5 and rng.random() * max(seasons) < seasons[day.month - 1]:
                return day

    def began(self) -> DemoEvent:
        """Loaded with the client's first list of people."""
        return DemoEvent(self.opened, True, "sync" if self.synced else "import")

    def on(self, day: date) -> DemoEvent:
        """Joined that day: found by the night's sync, or typed in by an admin."""
        return DemoEvent(self.sync(day), True, "sync") if self.synced else self.by_hand(day, True)

    def off(self, day: date) -> DemoEvent:
        """Left that day: missed by the next night's sync, or set inactive by an admin."""
        return DemoEvent(self.sync(day + timedelta(days=1)), False, "sync") if self.synced else self.by_hand(day, False)

    def by_hand(self, day: date, active: bool) -> DemoEvent:
        return DemoEvent(self.office(day), active, "manual")


def _account(client: _Client, names: Names, today: date) -> DemoAccount:
    diary = _Diary(client, today - SILENT_FOR if client.directory == "m365" else today)
    first: Status = "trial" if client.trial or client.converted is not None else "active"
    statuses = [(diary.opened, first)]
    if client.converted is not None:
        statuses.append((diary.office(_workday(today - timedelta(days=client.converted))), "active"))
    if client.closed is not None:
        statuses.append((diary.office(diary.last), "closed"))
    strangers = _strangers(client, names)
    people = [
        *_staff(client, diary, strangers),
        *_shared(client, diary),
        *_denied(client, diary, strangers),
        *_bump(client, diary, strangers, today),
        *(DemoPerson(address(name, client.domain), name, (diary.began(),)) for name in client.forgotten),
    ]
    return DemoAccount(
        name=client.name,
        domain=client.domain,
        statuses=tuple(statuses),
        trial_ends=diary.opened + _TRIAL if client.trial else None,
        synced=client.synced,
        directory=client.directory,
        people=tuple(sorted(people, key=lambda person: person.email)),
        denied=tuple(address(name, client.domain) for name in client.mailboxes)
        + ((f"*@{client.agency}",) if client.agency else ()),
    )


def _strangers(client: _Client, names: Names) -> Iterator[str]:
    """Names, each once for a client; nine in ten are of the client's language."""
    rng = Random(f"{client.domain} names")  # noqa: S311 - a story, no secret
    taken = {local_part(name) for name in client.shared}
    other = "en" if client.language == "fr" else "fr"
    while True:
        pool = names[client.language if rng.random() < 0.9 else other]
        name = f"{rng.choice(pool['given'])} {rng.choice(pool['family'])}"
        if (local := local_part(name)) not in taken:
            taken.add(local)
            yield name


def _staff(client: _Client, diary: _Diary, strangers: Iterator[str]) -> Iterator[DemoPerson]:
    """The client's own people: most stay, some leave, a few are away for months or come back against a hand's will."""
    young = diary.last - diary.first < timedelta(days=90)
    for number in range(client.size):
        if young:
            events = _newcomer(diary) if number < 2 else [diary.began()]
        elif client.synced and number < 3:
            events = _revived(diary, recent=number == 0)
        else:
            events = _career(diary)
        name = next(strangers)
        yield DemoPerson(address(name, client.domain), name, tuple(events))


def _newcomer(diary: _Diary) -> list[DemoEvent]:
    return [diary.on(diary.pick(_HIRING, diary.first + timedelta(days=1), diary.last - timedelta(days=1)))]


def _career(diary: _Diary) -> list[DemoEvent]:
    """Joins with the first list or later; stays, leaves, or leaves and returns."""
    day, yesterday = timedelta(days=1), diary.last - timedelta(days=1)
    joined = diary.first
    events = [diary.began()]
    if diary.rng.random() < 0.17:
        joined = diary.pick(_HIRING, diary.first + day, yesterday)
        events = [diary.on(joined)]
    fate = diary.rng.random()
    if fate > 0.21 or yesterday - joined < 40 * day:
        return events
    left = diary.pick(_LEAVING, joined + 20 * day, yesterday)
    back = left + diary.rng.randrange(45, 110) * day
    if fate < 0.02:  # at once by hand; out of the directory the same day, so that no sync brings them back
        return [*events, diary.by_hand(left, False)]
    if fate < 0.16:
        return [*events, diary.off(left)]
    return [*events, diary.off(left), *([diary.on(_workday(back))] if back < yesterday else [])]


def _revived(diary: _Diary, *, recent: bool) -> list[DemoEvent]:
    """Set inactive by hand but still in the directory: the next sync sets them active again."""
    day = timedelta(days=1)
    start = diary.last - 12 * day if recent else diary.first + 20 * day
    tried = diary.pick(_LEAVING, start, diary.last - 2 * day)
    return [diary.began(), diary.by_hand(tried, False), diary.on(tried + day)]


def _shared(client: _Client, diary: _Diary) -> Iterator[DemoPerson]:
    for name, domain in client.shared.items():
        events = [diary.began()] if client.domain == domain else _newcomer(diary)
        yield DemoPerson(address(name, domain), name, tuple(events))


def _denied(client: _Client, diary: _Diary, strangers: Iterator[str]) -> Iterator[DemoPerson]:
    """Mailboxes and temps that the directory brought and the deny list took out, all in one change."""
    if client.denied is None:
        return
    day = _workday(diary.last - timedelta(days=client.denied))
    tried = _workday(day - timedelta(days=4))
    out = DemoEvent(diary.office(day), False, "deny_list")
    attempt = (diary.by_hand(tried, False), diary.on(tried + timedelta(days=1)))  # what taught them the deny list
    for number, name in enumerate(client.mailboxes):
        yield DemoPerson(address(name, client.domain), name, (diary.began(), *(attempt if number == 0 else ()), out))
    for name in (next(strangers) for _ in range(3 if client.agency else 0)):
        yield DemoPerson(address(name, str(client.agency)), name, (diary.on(day - timedelta(days=20)), out))


def _bump(client: _Client, diary: _Diary, strangers: Iterator[str], today: date) -> Iterator[DemoPerson]:
    """People of a group that was synced by mistake: on with one sync of the running period, soon off by hand."""
    on = max(today - timedelta(days=_BUMP_AGO), _period_start(today))
    later = [day for day in (on + timedelta(days=number) for number in range(1, 5)) if day < today]
    offs = [day for day in later if day.weekday() < 5][:2] or later[-1:] or [on]
    for number in range(client.bump):
        off = diary.by_hand(offs[number % len(offs)], False)
        if on == today:  # the period is some hours old: somebody was up early
            off = DemoEvent(_instant(today, 5 * 3600 + number * 60), False, "manual")
        name = next(strangers)
        yield DemoPerson(address(name, client.domain), name, (DemoEvent(diary.sync(on), True, "sync"), off))


def _period_start(today: date) -> date:
    this_month = today.replace(day=_BILLING_DAY)
    return this_month if this_month <= today else (today.replace(day=1) - timedelta(days=1)).replace(day=_BILLING_DAY)


def _workday(day: date) -> date:
    """The nearest working day: Saturday's is Friday, Sunday's is Monday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def _instant(day: date, second: int) -> datetime:
    """The clock's time of that day in Paris; one that the spring skips is an hour later."""
    wall = datetime.combine(day, time(second // 3600, second // 60 % 60, second % 60), tzinfo=_ZONE)
    return wall.astimezone(UTC)
