"""Whom a directory of Google Workspace gives: read by the real client from a local Admin SDK."""

import json
import ssl
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.playground.directories.google_customer import READ_MEMBERS, READ_USERS, Mishap
from bot.playground.directories.google_tokens import Token
from bot.services.directories.base import Absentee, Member, Outside
from tests.integration.directories.google_fixtures import ADMIN, DOMAIN, Google, Json, check_answer, local_google

BOB, EVE, KIM = "bob@acme.example", "eve@acme.example", "kim@acme.example"
SALES, EMEA, CONTRACTORS = "sales@acme.example", "sales-emea@acme.example", "contractors@acme.example"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    with local_google(monkeypatch) as google:
        yield google


def test_the_pool_has_everybody_with_id_address_and_name(google: Google) -> None:
    bob = google.customer.add("Bob@Acme.example", "Bob Baker")
    ada = google.customer.user(ADMIN)
    pool = google.read()
    assert set(pool.members) == {Member(ada.id, ADMIN, "Ada Admin"), Member(bob.id, "Bob@Acme.example", "Bob Baker")}
    assert pool.absent == ()


def test_the_suspended_and_the_archived_are_told_of_and_not_in_the_pool(google: Google) -> None:
    bob, eve = google.customer.add(BOB), google.customer.add(EVE)
    google.customer.change(BOB, suspended=True)
    google.customer.change(EVE, archived=True)
    pool = google.read()
    assert [member.email for member in pool.members] == [ADMIN]
    assert set(pool.absent) == {Absentee(bob.id, BOB, Outside.DISABLED), Absentee(eve.id, EVE, Outside.DISABLED)}


def test_five_thousand_users_come_over_many_pages_and_every_page_is_told(google: Google) -> None:
    google.people(4_999)
    pool = google.read()
    assert len({member.id for member in pool.members}) == 5_000
    assert google.told == [(page, page * 500) for page in range(1, 11)]
    assert google.customer.calls == ["token"] + ["users"] * 10


def test_an_empty_page_is_not_the_last_one(google: Google) -> None:
    google.people(1_200)
    google.let(Mishap.GAP, page=1)
    google.let(Mishap.GAP, page=2)
    assert len(google.read().members) == 1_201
    assert google.told == [(1, 0), (2, 500), (3, 500), (4, 1_000), (5, 1_201)]


def test_users_of_all_the_customers_domains_count(google: Google) -> None:
    google.customer.add("bob@acme-labs.example")
    assert google.addresses() == {ADMIN, "bob@acme-labs.example"}


def test_a_renamed_user_keeps_the_id_and_a_recreated_one_the_address(google: Google) -> None:
    bob, eve = google.customer.add(BOB), google.customer.add(EVE)
    google.customer.change(BOB, email="robert@acme.example")
    assert google.customer.recreate(EVE).id != eve.id
    found = {member.email: member.id for member in google.read().members}
    assert found["robert@acme.example"] == bob.id
    assert found[EVE] not in (eve.id, bob.id)


def test_whoever_leaves_is_in_the_next_pool_no_more(google: Google) -> None:
    google.customer.add(BOB)
    assert google.addresses() == {ADMIN, BOB}
    google.customer.remove(BOB)
    assert google.addresses() == {ADMIN}


def test_a_pool_that_is_empty_is_given_as_that(google: Google) -> None:
    google.customer.change(ADMIN, archived=True)
    assert google.read(domain="elsewhere.example").members == ()


# Groups


def test_groups_are_united_with_the_groups_in_them(google: Google) -> None:
    for email in (BOB, EVE, KIM):
        google.customer.add(email)
    google.customer.put_group(EMEA, EVE, BOB)
    google.customer.put_group(SALES, BOB, EMEA)
    google.customer.put_group(CONTRACTORS, KIM)
    assert google.addresses(groups=[SALES]) == {BOB, EVE}
    assert google.addresses(groups=[SALES, CONTRACTORS]) == {BOB, EVE, KIM}


def test_a_group_that_holds_the_whole_account_is_everybody(google: Google) -> None:
    google.customer.add(BOB)
    google.customer.put_group(SALES, holds_all=True)
    assert google.addresses(groups=[SALES]) == {ADMIN, BOB}


def test_members_are_joined_by_id_and_outsiders_are_nobody(google: Google) -> None:
    google.customer.add(BOB)
    google.customer.put_group(SALES, BOB, "partner@elsewhere.example")
    google.customer.change(BOB, email="robert@acme.example")
    assert google.addresses(groups=[SALES]) == {"robert@acme.example"}


def test_whoever_is_in_no_chosen_group_is_not_told_of(google: Google) -> None:
    google.customer.add(BOB)
    google.customer.add(EVE)
    google.customer.change(EVE, suspended=True)
    google.customer.put_group(SALES, BOB)
    pool = google.read(groups=[SALES])
    assert [member.email for member in pool.members] == [BOB]
    assert pool.absent == ()


def test_members_of_a_group_left_out_are_told_of_and_not_in_the_pool(google: Google) -> None:
    bob, eve = google.customer.add(BOB), google.customer.add(EVE)
    google.customer.change(EVE, suspended=True)
    google.customer.put_group(EMEA, BOB, EVE)
    google.customer.put_group(CONTRACTORS, EMEA)
    pool = google.read(excluded=[CONTRACTORS])
    assert [member.email for member in pool.members] == [ADMIN]
    assert set(pool.absent) == {Absentee(bob.id, BOB, Outside.LEFT_OUT), Absentee(eve.id, EVE, Outside.DISABLED)}
    assert google.read(groups=[EMEA], excluded=[CONTRACTORS]).members == ()


def test_a_large_group_comes_over_many_pages(google: Google) -> None:
    google.people(450)
    google.customer.put_group(SALES, *(f"user{one:05}@{DOMAIN}" for one in range(450)))
    assert len(google.read(groups=[SALES]).members) == 450
    assert google.customer.calls.count("members") == 3
    assert google.told == [(1, 0), (2, 0), (3, 0), (4, 451)]


# Access


def test_no_more_scopes_are_asked_for_than_are_needed(google: Google) -> None:
    google.customer.put_group(SALES, ADMIN)
    google.read()
    google.read(groups=[SALES])
    google.read(excluded=[SALES])
    both = frozenset({READ_USERS, READ_MEMBERS})
    asked = [Token(ADMIN, scopes) for scopes in (frozenset({READ_USERS}), both, both)]
    assert list(google.customer.office.issued.values()) == asked


def test_the_key_may_be_a_file(google: Google, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(google.served.key_file)
    assert google.addresses(service_account=str(key)) == {ADMIN}


def test_a_token_that_ends_on_the_way_is_replaced(google: Google) -> None:
    google.people(600)
    pool = google.read(lambda pages, users: google.customer.office.issued.clear())
    assert len(pool.members) == 601
    assert google.customer.calls == ["token", "users", "users", "token", "users"]


def test_several_threads_may_read_at_once(google: Google) -> None:
    google.people(100)
    directory = google.directory()
    with ThreadPoolExecutor(4) as threads:
        pools = list(threads.map(lambda _: directory.read(lambda pages, users: None), range(8)))
    assert [len(pool.members) for pool in pools] == [101] * 8


# What the local Admin SDK is worth


def ask(google: Google, path: str) -> Json:
    """What it answers to somebody with a token."""
    google.customer.office.issued["token"] = Token(ADMIN, frozenset({READ_USERS, READ_MEMBERS}))
    trusting = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=google.served.ca))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusting)
    request = urllib.request.Request(  # noqa: S310
        f"{google.served.url}admin/directory/v1/{path}", headers={"authorization": "Bearer token"}
    )
    with opener.open(request, timeout=10) as answer:
        found: Json = json.load(answer)
        return found


def test_whole_answers_are_as_google_describes_them(google: Google) -> None:
    google.customer.put_group(EMEA, ADMIN)
    google.customer.put_group(SALES, EMEA, holds_all=True)
    check_answer("Users", ask(google, "users?customer=my_customer"))
    check_answer("Members", ask(google, f"groups/{SALES}/members?includeDerivedMembership=true"))


def test_the_check_sees_a_field_that_google_does_not_have(google: Google) -> None:
    users = ask(google, "users?customer=my_customer")
    users["users"][0]["licensed"] = True
    with pytest.raises(AssertionError, match="licensed"):
        check_answer("Users", users)


def test_fields_not_asked_for_are_not_answered(google: Google) -> None:
    google.people(1)
    answer = ask(google, "users?customer=my_customer&maxResults=1&fields=users(id,name/fullName)")
    assert list(answer) == ["users"]
    assert [sorted(user) for user in answer["users"]] == [["id", "name"]]
    assert [list(user["name"]) for user in answer["users"]] == [["fullName"]]
