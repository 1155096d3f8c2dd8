"""Who is in the pool of a tenant, and how Graph is asked."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.playground.directories.graph_faults import What
from bot.playground.directories.tenants import Person
from bot.services.directories.base import Absentee, Outside, Pool
from tests.integration.directories.m365.conftest import Scene

ANNA, BRUNO, CHLOE = "anna.arnold@acme.example", "bruno.berg@acme.example", "chloé.carré@acme.example"


def test_everybody_is_in_the_pool(scene: Scene) -> None:
    pool = scene.read()
    assert {(one.email, one.name, one.licensed) for one in pool.members} == {
        (ANNA, "Anna Arnold", True),
        (BRUNO, "Bruno Berg", True),
        (CHLOE, "Chloé Carré", True),
    }
    assert {one.id for one in pool.members} == set(scene.tenant.people)
    assert pool.absent == ()


def test_a_tenant_is_named_by_its_domain_too(scene: Scene) -> None:
    assert scene.read("ACME.example") == scene.read(scene.tenant.id)


def test_five_thousand_people_come_in_six_pages(scene: Scene) -> None:
    scene.graph.page_size = 999
    for number in range(4997):
        scene.tenant.add(f"Person {number}")
    assert len(scene.read().members) == 5000
    assert scene.progress == [(1, 999), (2, 1998), (3, 2997), (4, 3996), (5, 4995), (6, 5000)]


def test_an_empty_tenant_gives_an_empty_pool(scene: Scene) -> None:
    scene.tenant.people.clear()
    assert scene.read() == Pool((), ())
    assert scene.progress == [(1, 0)]


@pytest.mark.parametrize(
    ("mail", "proxies", "upn", "address"),
    [
        ("Mail@acme.example", ["SMTP:other@acme.example"], "upn@acme.example", "Mail@acme.example"),
        (None, ["smtp:alias@acme.example", "SMTP:First@acme.example"], "upn@acme.example", "First@acme.example"),
        (None, ["smtp:alias@acme.example", "X500:/o=Acme"], "UPN@acme.example", "UPN@acme.example"),
        ("", [], "upn@acme.example", "upn@acme.example"),
    ],
)
def test_the_address_is_the_mail_or_the_primary_one_or_the_upn(
    scene: Scene, mail: str | None, proxies: list[str], upn: str, address: str
) -> None:
    someone = scene.tenant.keep(Person("Someone", upn, mail, proxies))
    assert {one.email for one in scene.read().members if one.id == someone.id} == {address}


def test_who_is_not_in_the_pool_is_told_with_the_reason(scene: Scene) -> None:
    room = scene.tenant.add("Room", enabled=False, is_licensed=False)
    guest = scene.tenant.add("Guest", kind="Guest", is_licensed=False)
    nobody = scene.tenant.keep(Person(None, "x_y.example#EXT#@acme.example"))
    pool = scene.read()
    assert len(pool.members) == 3
    assert set(pool.absent) == {
        Absentee(room.id, "room@acme.example", Outside.DISABLED),
        Absentee(guest.id, "guest@acme.example", Outside.GUEST),
        Absentee(nobody.id, None, Outside.NO_ADDRESS),
    }


def test_guests_count_where_an_account_wants_them(scene: Scene) -> None:
    scene.tenant.add("Guest", kind="Guest")
    assert scene.emails(guests=True) - scene.emails() == {"guest@acme.example"}


def test_only_licensed_people_count_where_an_account_wants_that(scene: Scene) -> None:
    mailbox = scene.tenant.add("Info", is_licensed=False)
    assert "info@acme.example" in scene.emails()
    pool = scene.read(licensed_only=True)
    assert len(pool.members) == 3
    assert pool.absent == (Absentee(mailbox.id, "info@acme.example", Outside.UNLICENSED),)


def test_users_of_before_there_were_kinds_of_them_are_members(scene: Scene) -> None:
    scene.tenant.add("Old Hand", kind=None)
    assert "old.hand@acme.example" in scene.emails()


def test_groups_are_united_with_the_groups_within_them(scene: Scene) -> None:
    anna, bruno, _ = scene.tenant.people.values()
    inner = scene.tenant.add_group("inner", anna)
    outer = scene.tenant.add_group("outer", inner, anna)
    other = scene.tenant.add_group("other", anna, bruno)
    assert scene.emails(groups=(outer.id,)) == {ANNA}
    pool = scene.read(groups=(outer.id, other.id))
    assert sorted(one.email for one in pool.members) == [ANNA, BRUNO]
    assert pool.absent == ()


def test_members_of_a_group_that_is_left_out_are_told(scene: Scene) -> None:
    anna, bruno, _ = scene.tenant.people.values()
    stopped = scene.tenant.add("Stopped", enabled=False)
    out = scene.tenant.add_group("out", anna, stopped)
    pool = scene.read(excluded=(out.id,))
    assert {one.email for one in pool.members} == {BRUNO, CHLOE}
    assert set(pool.absent) == {
        Absentee(anna.id, ANNA, Outside.LEFT_OUT),
        Absentee(stopped.id, "stopped@acme.example", Outside.DISABLED),
    }
    assert scene.emails(groups=(scene.tenant.add_group("in", anna, bruno).id,), excluded=(out.id,)) == {BRUNO}


def test_the_next_read_sees_what_has_changed(scene: Scene) -> None:
    anna, bruno, chloe = scene.tenant.people.values()
    before = {one.id: one.email for one in scene.read().members}
    scene.tenant.remove(anna)
    scene.tenant.rename(bruno, "bruno.new@acme.example")
    chloe.enabled = False
    assert {one.id: one.email for one in scene.read().members} == {bruno.id: "bruno.new@acme.example"}
    again = scene.tenant.recreate(bruno)
    assert again.id not in before
    assert {one.id: one.email for one in scene.read().members} == {again.id: "bruno.new@acme.example"}


def test_the_directory_is_asked_for_what_decides_and_no_more(scene: Scene) -> None:
    scene.read()
    [first, _] = scene.graph.asked
    assert first.url.startswith("/v1.0/users?")
    assert parse_qs(urlsplit(first.url).query) == {
        "$select": ["id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType,assignedLicenses"],
        "$top": ["999"],
    }
    assert "consistencylevel" not in first.headers


def test_groups_are_asked_for_with_their_number(scene: Scene) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.read(groups=(group.id,))
    [first, second] = scene.graph.asked
    assert first.url.startswith(f"/v1.0/groups/{group.id}/transitiveMembers/microsoft.graph.user?")
    assert parse_qs(urlsplit(first.url).query)["$count"] == ["true"]
    assert first.headers["consistencylevel"] == second.headers["consistencylevel"] == "eventual"


def test_every_question_has_an_id_of_its_own_and_the_answers_are_logged(scene: Scene) -> None:
    scene.read()
    ours = [asked.headers["client-request-id"] for asked in scene.graph.asked]
    assert len(set(ours)) == 2
    pages = [entry for entry in scene.logged if entry["client_request_id"] in ours]
    assert [entry["status"] for entry in pages] == [200, 200]
    assert all(entry["request_id"] for entry in pages)


def test_links_are_followed_as_they_are_written(scene: Scene) -> None:
    scene.read()
    assert "&$skiptoken=%7E" in scene.graph.asked[1].url  # requests would write it ~
    assert "%2F%27" in scene.graph.asked[1].url


def test_an_empty_page_is_not_the_end(scene: Scene) -> None:
    scene.graph.faults.order(What.EMPTY_PAGE, page=1)
    assert len(scene.read().members) == 3
    assert scene.progress == [(1, 0), (2, 2), (3, 3)]


def test_one_token_serves_many_pages_and_reads(scene: Scene) -> None:
    scene.read()
    scene.read("acme.example")
    scene.read()
    assert len(scene.graph.entra.tokens) == 2  # one for each name of the tenant


def test_a_token_that_graph_no_longer_takes_is_renewed(scene: Scene) -> None:
    scene.read()
    scene.graph.entra.tokens.clear()
    assert len(scene.read().members) == 3
