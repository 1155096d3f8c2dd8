"""The demo's MSP keeps its promises on every day, also around the billing day, leap days and clock changes."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.playground import demo_data
from bot.playground.demo_data import DemoAccount, DemoEvent, DemoMSP, DemoPerson

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)
northwind = cache(demo_data.northwind)  # the odd days are asked for by every test
FOREVER = datetime.max.replace(tzinfo=UTC)
ODD_DAYS = [
    date(2024, 2, 29),
    date(2028, 2, 29),
    date(2026, 6, 26),
    date(2026, 6, 27),
    date(2026, 6, 28),
    date(2026, 6, 29),
    date(2026, 1, 1),
    date(2024, 10, 27),  # the clock goes back on a billing day
    date(2024, 10, 28),
    date(2033, 3, 27),  # the clock goes forward on a billing day: half past two is skipped
    date(2033, 3, 28),
    date(2026, 3, 29),
]


def on_any_day(test):
    """Run a test on random days and on each odd one."""
    for day in ODD_DAYS:
        test = example(day)(test)
    days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
    return settings(max_examples=15, deadline=None)(given(days)(test))


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=PARIS).astimezone(UTC)


def period_start(today: date) -> date:
    return next(day for day in (today - DAY * back for back in range(31)) if day.day == 27)


def people(msp: DemoMSP) -> Iterator[tuple[DemoAccount, DemoPerson]]:
    return ((account, person) for account in msp.accounts for person in account.people)


def events(msp: DemoMSP) -> Iterator[DemoEvent]:
    return (event for _, person in people(msp) for event in person.events)


def spans(rows: list[tuple[datetime, bool]]) -> list[tuple[datetime, datetime]]:
    """The stretches [from, to) during which rows say yes."""
    ends = [at for at, _ in rows[1:]] + [FOREVER]
    return [(start, end) for (start, yes), end in zip(rows, ends, strict=True) if yes]


def billable(msp: DemoMSP) -> Counter[datetime]:
    """By how much the number of billable people changes at each instant."""
    changes: Counter[datetime] = Counter()
    for account, person in people(msp):
        for start, end in spans([(at, status == "active") for at, status in account.statuses]):
            for on, off in spans([(event.at, event.active) for event in person.events]):
                if max(start, on) < min(end, off):
                    changes[max(start, on)] += 1
                    changes[min(end, off)] -= 1
    return changes


def count(changes: Counter[datetime], until: datetime) -> int:
    """How many are billable at an instant."""
    return sum(change for instant, change in changes.items() if instant <= until)


@on_any_day
def test_the_same_day_tells_the_same_story(today: date):
    assert demo_data.northwind(today) == demo_data.northwind(today)


@on_any_day
def test_another_day_moves_the_story_and_keeps_its_people(today: date):
    now, later = northwind(today), northwind(today + 7 * DAY)
    assert [(a.name, p.email, p.name) for a, p in people(now)] == [(a.name, p.email, p.name) for a, p in people(later)]
    for before, after in zip(now.accounts, later.accounts, strict=True):
        for (early, status), (late, same) in zip(before.statuses, after.statuses, strict=True):
            assert same == status
            assert late.astimezone(PARIS).date() - early.astimezone(PARIS).date() == 7 * DAY
    assert northwind(today + DAY) != now


@on_any_day
def test_a_dozen_clients_and_some_six_hundred_people(today: date):
    msp = northwind(today)
    sizes = [len(account.people) for account in msp.accounts]
    assert (msp.name, msp.billing_day, msp.timezone, msp.locale) == ("Northwind MSP", 27, "Europe/Paris", "en")
    assert len(sizes) == len({account.domain for account in msp.accounts}) == 12
    assert 560 <= sum(sizes) <= 660
    assert min(sizes) == 4
    assert 120 <= max(sizes) <= 160


@on_any_day
def test_addresses_are_plain_reserved_and_once_in_a_client(today: date):
    for account in northwind(today).accounts:
        addresses = [person.email for person in account.people]
        assert len(set(addresses)) == len(addresses)
        assert all(address.isascii() and address == address.casefold() for address in addresses)
        assert all(address.endswith(".example") and " " not in address for address in addresses)


def test_an_address_is_the_name_without_accents():
    names = {person.name: person.email.partition("@")[0] for _, person in people(northwind(date(2026, 3, 10)))}
    assert names["Solène Berthelot"] == "solene.berthelot"
    assert any("-" in local for local in names.values())
    assert any(name.endswith("Le Gall") and names[name].endswith(".legall") for name in names)
    assert any("'" in name and "'" not in names[name] for name in names)


@on_any_day
def test_events_alternate_and_follow_each_other(today: date):
    for account, person in people(northwind(today)):
        assert [event.active for event in person.events] == [n % 2 == 0 for n in range(len(person.events))]
        assert person.events[0].at >= account.statuses[0][0]
        assert all(first.at < second.at for first, second in pairwise(person.events))


@on_any_day
def test_fourteen_months_and_nothing_in_the_future(today: date):
    msp = northwind(today)
    instants = [event.at for event in events(msp)] + [at for account in msp.accounts for at, _ in account.statuses]
    assert all(instant.tzinfo is UTC for instant in instants)
    assert max(instants) < at(today, 6)
    assert max(instants) > at(today - 9 * DAY, 0)
    assert 422 * DAY < at(today, 0) - min(instants) < 430 * DAY


@on_any_day
def test_hands_work_in_office_hours_and_syncs_run_once_a_night(today: date):
    for account in northwind(today).accounts:
        opened = account.statuses[0][0]
        runs: dict[date, set[datetime]] = {}
        for event in (event for person in account.people for event in person.events if event.at != opened):
            local = event.at.astimezone(PARIS)
            if event.cause == "sync":
                assert account.synced
                assert 2 <= local.hour <= 3
                runs.setdefault(local.date(), set()).add(event.at)
            elif local.date() < today:
                assert 9 <= local.hour < 18
        assert all(len(instants) == 1 for instants in runs.values())


@on_any_day
def test_nobody_changes_after_a_client_has_closed(today: date):
    (account,) = (account for account in northwind(today).accounts if account.statuses[-1][1] == "closed")
    closed = account.statuses[-1][0]
    assert 118 * DAY < at(today, 0) - closed < 126 * DAY
    assert all(person.events[-1].at < closed for person in account.people)
    assert any(person.events[-1].active for person in account.people)


@on_any_day
def test_a_converted_trial_brings_all_its_users_at_once(today: date):
    msp = northwind(today)
    (account,) = (account for account in msp.accounts if [s for _, s in account.statuses] == ["trial", "active"])
    converted = account.statuses[1][0]
    assert 148 * DAY < at(today, 0) - converted < 156 * DAY
    assert billable(msp)[converted] > 30
    assert account.trial_ends is None


@on_any_day
def test_one_trial_is_running(today: date):
    (account,) = (account for account in northwind(today).accounts if account.statuses[-1][1] == "trial")
    assert account.trial_ends is not None
    assert 8 * DAY < account.trial_ends - at(today, 6) < 12 * DAY
    assert [a.name for a in northwind(today).accounts if a.trial_ends] == [account.name]


@on_any_day
def test_syncs_bring_back_whom_a_hand_set_inactive(today: date):
    revived = Counter(
        account.name
        for account, person in people(northwind(today))
        for off, on in pairwise(person.events)
        if (off.cause, on.cause, on.active) == ("manual", "sync", True) and on.at - off.at < DAY
    )
    assert len(revived) >= 3
    assert revived.total() >= 12


@on_any_day
def test_denied_people_stay_inactive(today: date):
    denying = [account for account in northwind(today).accounts if account.denied]
    assert len(denying) == 2
    assert all(account.synced for account in denying)
    assert {pattern.startswith("*@") for account in denying for pattern in account.denied} == {True, False}
    for account in denying:
        hit = {
            person
            for person in account.people
            if person.email in account.denied or f"*@{person.email.partition('@')[2]}" in account.denied
        }
        assert len(hit) >= 2
        assert all((p.events[-1].active, p.events[-1].cause) == (False, "deny_list") for p in hit)
        assert hit == {p for p in account.people if any(event.cause == "deny_list" for event in p.events)}


@on_any_day
def test_five_people_are_active_at_two_clients(today: date):
    homes = Counter(person.email for _, person in people(northwind(today)) if person.events[-1].active)
    assert sorted(homes.values())[-6:] == [1, 2, 2, 2, 2, 2]


@on_any_day
def test_a_mistaken_sync_makes_the_peak_of_the_running_period(today: date):
    changes = billable(northwind(today))
    start, now = at(period_start(today), 0), at(today, 6)
    bump = max((instant for instant in changes if start <= instant <= now), key=changes.__getitem__)
    assert changes[bump] >= 15
    assert bump.astimezone(PARIS).date() == max(period_start(today), today - 9 * DAY)
    peak_instant = max((i for i in [start, *changes] if start <= i <= now), key=lambda i: count(changes, i))
    assert count(changes, peak_instant) >= count(changes, now) + 10
    assert bump <= peak_instant < bump + 5 * DAY


@pytest.mark.parametrize("today", ODD_DAYS)
def test_more_people_join_than_leave_over_the_year(today: date):
    changes = billable(northwind(today))
    assert count(changes, at(today, 6)) > count(changes, at(today - 365 * DAY, 6))


@on_any_day
def test_a_directory_that_has_not_answered_for_days_has_changed_nobody_since(today: date) -> None:
    for account in northwind(today).accounts:
        if account.directory == "m365":
            synced = [one.at for person in account.people for one in person.events if one.cause == "sync"]
            assert synced
            assert max(synced) < at(today - demo_data.SILENT_FOR, 6)
