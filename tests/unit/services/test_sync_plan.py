"""The plan of a sync, against a model of what a pool means that knows nothing of how it is planned."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bot.services.directories.base import Member
from bot.services.sync_plan import Details, Known, Newcomer, Plan, plan
from db.models import Cause

ADDRESSES = [f"{letter}@acme.test" for letter in "abcd"]
IDS = [f"id-{number}" for number in range(1, 6)]


def known(id_: int, external_id: str | None, email: str | None, *, synced: bool = True, active: bool = True) -> Known:
    return Known(id_, external_id, email, email, None, synced, active)


def member(id_: str, email: str) -> Member:
    return Member(id_, email)


def carried_out(users: list[Known], planned: Plan) -> list[Known]:
    """The users after a plan, as a store would have them. Two may not have one key or one id."""
    after = {user.id: user for user in users}
    for one in planned.details:
        assert isinstance(one, Details)
        after[one.id] = Known(one.id, one.external_id, one.key, one.email, one.name, one.synced, after[one.id].active)
    for user in planned.on:
        assert not after[user.id].active
        after[user.id] = after[user.id]._replace(active=True)
    for user, _ in planned.off:
        assert after[user.id].active
        after[user.id] = after[user.id]._replace(active=False)
    for number, new in enumerate(planned.created, max(after, default=0) + 1):
        assert isinstance(new, Newcomer)
        after[number] = Known(number, new.external_id, new.key, new.email, new.name, True, True)
    for field in ("key", "external_id"):
        values = [value for one in after.values() if (value := getattr(one, field)) is not None]
        assert len(values) == len(set(values)), field
    return list(after.values())


@st.composite
def accounts(draw: st.DrawFn) -> list[Known]:
    addresses = draw(st.lists(st.sampled_from(ADDRESSES), unique=True))
    ids = draw(st.permutations(IDS))
    users = []
    for number, (email, external_id) in enumerate(zip(addresses, ids, strict=False), 1):
        synced = draw(st.booleans())
        has_id = synced or draw(st.booleans())
        active = draw(st.booleans())
        users.append(known(number, external_id if has_id else None, email, synced=synced, active=active))
    return users


pools = st.lists(
    st.builds(member, st.sampled_from(IDS), st.sampled_from([*ADDRESSES, "A@ACME.test"])), unique_by=lambda one: one.id
)
lists = st.sets(st.sampled_from([*ADDRESSES, "*@acme.test"]), max_size=2)


@given(accounts(), pools, lists)
def test_after_a_sync_the_pool_is_who_is_active(users: list[Known], pool: list[Member], denied: set[str]) -> None:
    planned = plan(users, pool, denied)
    after = carried_out(users, planned)
    wanted = {one.email.lower() for one in pool if not denied & {one.email.lower(), "*@acme.test"}}
    brought = [user for user in after if user.synced and user.active]
    assert sorted((user.email or "").lower() for user in brought) == sorted(wanted)
    assert planned.denied == len({one.email.lower() for one in pool}) - len(wanted)
    assert planned.unchanged + planned.activated == len(wanted)


@given(accounts(), pools, lists)
def test_whom_no_sync_brought_and_the_pool_does_not_mean_is_untouched(
    users: list[Known], pool: list[Member], denied: set[str]
) -> None:
    after = {user.id: user for user in carried_out(users, plan(users, pool, denied))}
    for user in users:
        meant = user.external_id in {one.id for one in pool} or user.key in {one.email.lower() for one in pool}
        if not user.synced and not meant:
            assert after[user.id] == user


@given(accounts(), pools, lists, pools, lists)
def test_the_same_pool_again_changes_nothing(
    users: list[Known], earlier: list[Member], denied_then: set[str], pool: list[Member], denied: set[str]
) -> None:
    users = carried_out(users, plan(users, earlier, denied_then))
    after = carried_out(users, plan(users, pool, denied))
    again = plan(after, pool, denied)
    assert (again.turns, again.details) == (False, ())


@given(accounts(), pools, lists, st.randoms())
def test_no_order_of_users_or_members_matters(
    users: list[Known], pool: list[Member], denied: set[str], chance: random.Random
) -> None:
    others, shuffled = list(users), list(pool)
    chance.shuffle(others)
    chance.shuffle(shuffled)
    first, second = plan(users, pool, denied), plan(others, shuffled, denied)
    for field in ("created", "details", "on", "off"):
        assert set(getattr(first, field)) == set(getattr(second, field))
    assert (first.denied, first.unchanged, first.active) == (second.denied, second.unchanged, second.active)


def test_a_renamed_member_is_the_same_user() -> None:
    planned = plan([known(1, "1", "a@acme.test")], [member("1", "b@acme.test")], set())
    assert (planned.turns, planned.unchanged) == (False, 1)
    assert [(one.id, one.email) for one in planned.details] == [(1, "b@acme.test")]


def test_a_member_that_was_made_anew_continues_the_user() -> None:
    planned = plan([known(1, "1", "a@acme.test")], [member("2", "A@acme.test")], set())
    assert (planned.turns, planned.unchanged) == (False, 1)
    assert [one.external_id for one in planned.details] == ["2"]


def test_two_may_change_addresses() -> None:
    users = [known(1, "1", "a@acme.test"), known(2, "2", "b@acme.test")]
    planned = plan(users, [member("1", "b@acme.test"), member("2", "a@acme.test")], set())
    assert not planned.turns
    after = carried_out(users, planned)
    assert [user.key for user in after] == ["b@acme.test", "a@acme.test"]


def test_an_address_that_a_leaver_had_goes_to_whoever_has_it_now() -> None:
    users = [known(1, "1", "a@acme.test"), known(2, "2", "b@acme.test")]
    planned = plan(users, [member("2", "a@acme.test")], set())
    assert [user.id for user, cause in planned.off if cause == Cause.SYNC] == [1]
    first, second = carried_out(users, planned)
    assert second.key == "a@acme.test"
    assert (first.email, first.key) == ("a@acme.test", "a@acme.test\x1f1")


def test_an_address_of_somebody_whom_no_sync_may_touch_stays_theirs() -> None:
    users = [known(1, None, "a@acme.test", synced=False), known(2, "2", "b@acme.test")]
    planned = plan(users, [member("2", "a@acme.test")], set())
    first, second = carried_out(users, planned)
    assert first == users[0]
    assert (second.email, second.key) == ("a@acme.test", "a@acme.test\x1f2")


def test_whoever_is_on_the_deny_list_is_kept_out() -> None:
    users = [known(1, "1", "a@acme.test"), known(2, None, "b@acme.test", synced=False)]
    pool = [member("1", "a@acme.test"), member("2", "b@acme.test"), member("3", "c@acme.test")]
    planned = plan(users, pool, {"*@acme.test"})
    assert [(user.id, cause) for user, cause in planned.off] == [(1, Cause.DENY_LIST)]
    assert (planned.denied, planned.activated, planned.details) == (3, 0, ())


def test_an_empty_pool_is_told_from_one_of_nobody() -> None:
    assert plan([known(1, "1", "a@acme.test")], [], set()).is_empty
    assert not plan([known(1, "1", "a@acme.test", active=False)], [], set()).is_empty
    assert not plan([known(1, None, "a@acme.test", synced=False)], [], set()).is_empty


def test_of_two_who_share_a_denied_address_that_somebody_has_the_same_one_stands_each_time() -> None:
    users = [known(1, "1", "b@acme.test", active=False), known(2, "2", "c@acme.test")]
    users.append(Known(3, None, "a@acme.test", "a@acme.test", None, synced=False, active=False))
    pool = [member("1", "a@acme.test"), member("2", "a@acme.test")]
    after = carried_out(users, plan(users, pool, {"a@acme.test"}))
    again = plan(after, pool, {"a@acme.test"})
    assert (again.turns, again.details) == (False, ())


def test_of_two_who_share_a_denied_address_the_one_stands_who_stands_once_both_are_inactive() -> None:
    beside = known(2, "w", "b@acme.test", active=False)._replace(key="b@acme.test\x1fw")
    users = [known(1, "x", "b@acme.test"), beside]
    pool, denied = [member("w", "b@acme.test"), member("x", "b@acme.test")], {"b@acme.test"}
    after = carried_out(users, plan(users, pool, denied))
    assert not any(user.active for user in after)
    again = plan(after, pool, denied)
    assert (again.turns, again.details) == (False, ())
