"""What goes wrong at Graph has a name, and nobody is read by halves."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.playground.directories.graph_faults import ALWAYS, What
from bot.playground.directories.tenants import GROUPS, HIDDEN, USERS, Person
from bot.services.directories import failures
from tests.integration.directories.m365.conftest import Scene


def test_an_error_of_a_moment_is_waited_for(scene: Scene) -> None:
    scene.graph.faults.order(What.STATUS, page=2, times=4)
    assert len(scene.read().members) == 3
    assert [1 <= scene.waits[0] <= 2, 2 <= scene.waits[1] <= 4, 4 <= scene.waits[2] <= 8] == [True] * 3
    assert len(scene.waits) == 4


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_error_that_stays_ends_the_read(scene: Scene, status: int) -> None:
    scene.graph.faults.order(What.STATUS, page=2, times=ALWAYS, status=status)
    failure = scene.failure(failures.DirectoryTroubled)
    assert failure.fields["code"] == status
    assert len(scene.waits) == 4  # five tries
    assert failure.retry_after is None


@pytest.mark.parametrize("status", [429, 503, 504])
@pytest.mark.parametrize(("said", "seconds"), [("7", 7), ("2.5", 2.5), ("0", 0)])
def test_throttling_is_obeyed(scene: Scene, status: int, said: str, seconds: float) -> None:
    scene.graph.faults.order(What.STATUS, page=2, times=2, status=status, retry_after=said)
    assert len(scene.read().members) == 3
    assert len(scene.waits) == 2
    assert all(seconds <= wait <= seconds + 1 for wait in scene.waits)


def test_a_date_to_wait_for_is_obeyed(scene: Scene) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    scene.graph.faults.order(What.STATUS, status=429, retry_after=until)
    assert len(scene.read().members) == 3
    assert 30 <= scene.waits[0] <= 42  # a date has no fractions, and the answer's is a second old at most


@pytest.mark.parametrize("said", ["soon", "", "-5", "nan", "Fri, 31 Feb 2026 00:00:00 GMT", None])
def test_throttling_without_a_time_waits_longer_each_time(scene: Scene, said: str | None) -> None:
    scene.graph.faults.order(What.STATUS, times=ALWAYS, status=429, retry_after=said)
    failure = scene.failure(failures.DirectoryBusy)
    assert failure.retry_after is None
    assert len(scene.waits) == 4
    assert sum(scene.waits) <= 30


def test_a_read_that_is_sent_away_for_a_day_ends_at_once(scene: Scene) -> None:
    scene.graph.faults.order(What.STATUS, page=2, status=429, retry_after="86400")
    failure = scene.failure(failures.DirectoryBusy)
    assert failure.retry_after == 86400
    assert failure.fields["minutes"] == 1440
    assert scene.waits == []


def test_waiting_is_bounded_over_all_pages(scene: Scene) -> None:
    scene.graph.faults.order(What.STATUS, page=1, times=3, status=429, retry_after="30")
    scene.graph.faults.order(What.STATUS, page=2, times=3, status=429, retry_after="30")
    failure = scene.failure(failures.DirectoryBusy)
    assert failure.retry_after == 30
    assert sum(scene.waits) <= 120


@pytest.mark.parametrize("what", [What.CUT, What.CUT_HALFWAY])
def test_a_connection_that_is_cut_is_tried_again(scene: Scene, what: What) -> None:
    scene.graph.faults.order(what, page=2, times=2)
    assert len(scene.read().members) == 3
    scene.graph.faults.order(what, page=2, times=ALWAYS)
    scene.failure(failures.DirectoryAway)


def test_silence_is_given_up(scene: Scene) -> None:
    scene.read()
    scene.graph.faults.order(What.SILENCE, page=2, times=ALWAYS)
    scene.failure(failures.DirectoryAway, silence=0.1)
    assert len(scene.waits) == 4


def test_nobody_listens(scene: Scene) -> None:
    scene.changed["graph_url"] = "https://127.0.0.1:1/v1.0"
    failure = scene.failure(failures.DirectoryAway)
    assert failure.fields == {"host": "127.0.0.1:1"}


@pytest.mark.parametrize("what", [What.HALF_JSON, What.NO_LIST])
def test_half_an_answer_is_none(scene: Scene, what: What) -> None:
    scene.graph.faults.order(what, page=2)
    scene.failure(failures.StrangeAnswer)


@pytest.mark.parametrize("status", [200, 403, 407])
def test_a_page_of_a_proxy_is_no_answer(scene: Scene, status: int) -> None:
    scene.graph.faults.order(What.HTML, page=2, status=status)
    scene.failure(failures.StrangeAnswer)


def test_a_redirect_is_not_followed(scene: Scene) -> None:
    scene.graph.faults.order(What.REDIRECT, page=2)
    scene.failure(failures.ForeignLink)
    scene.graph.faults.order(What.REDIRECT, page=2, link="/login")
    scene.failure(failures.StrangeAnswer)


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.example.com/v1.0/users?$skiptoken=x",
        "https://127.0.0.1/v1.0/users?$skiptoken=x",
        "http://{host}/v1.0/users?$skiptoken=x",
        "https://{host}@graph.example.com/v1.0/users",
        "https://[graph",
        "/v1.0/users?$skiptoken=x",
    ],
)
def test_a_link_to_another_host_is_refused(scene: Scene, link: str) -> None:
    host = scene.served.url.removeprefix("https://")
    scene.graph.faults.order(What.LINK, page=1, link=link.format(host=host))
    scene.failure(failures.ForeignLink)
    assert len(scene.graph.asked) == 1


@pytest.mark.parametrize("end", ["é", "\n", " "])
def test_a_link_that_is_none_is_refused(scene: Scene, end: str) -> None:
    scene.graph.faults.order(What.LINK, page=1, link=f"{scene.served.url}/v1.0/users?$skiptoken={end}")
    scene.failure(failures.StrangeAnswer)
    assert len(scene.graph.asked) == 1


def test_pages_that_lead_in_a_circle_are_noticed(scene: Scene) -> None:
    scene.graph.faults.order(What.LOOP, page=2, times=ALWAYS)
    scene.failure(failures.LoopingPages)
    assert len(scene.graph.asked) == 2


def test_pages_that_expire_are_read_again_from_the_first(scene: Scene) -> None:
    anna = next(iter(scene.tenant.people.values()))
    scene.graph.faults.order(What.EXPIRED, page=2, times=2)
    assert len(scene.read().members) == 3
    assert [pages for pages, _ in scene.progress] == [1, 2, 3, 4]
    assert scene.progress[-1] == (4, 3)
    scene.graph.faults.order(What.EXPIRED, page=2, times=3)
    scene.failure(failures.PagesExpired)
    assert anna.id in scene.tenant.people


def test_what_was_read_of_expired_pages_is_dropped(scene: Scene) -> None:
    first = scene.tenant.everybody()[0]
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.graph.faults.order(What.EXPIRED, page=2)
    pages: list[int] = []

    def leave(page: int, _: int) -> None:
        pages.append(page)
        if page == 1:
            scene.tenant.remove(first)

    pool = scene.read_with(leave, groups=(group.id,))
    assert first.id not in {one.id for one in pool.members}
    assert len(pool.members) == 2


def test_a_number_that_was_not_read_is_a_failure(scene: Scene) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.graph.faults.order(What.COUNT, page=1)
    failure = scene.failure(failures.IncompletePool, groups=(group.id,))
    assert failure.fields == {"said": 4, "read": 3}


def test_a_group_that_empties_between_its_pages_is_a_failure(scene: Scene) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.graph.faults.order(What.EMPTY, page=2)
    scene.failure(failures.IncompletePool, groups=(group.id,))


def test_an_answer_with_nobody_is_an_empty_pool(scene: Scene) -> None:
    scene.graph.faults.order(What.EMPTY, page=1)
    assert scene.read().members == ()


@pytest.mark.parametrize(
    "missing",
    [
        "id",
        "displayName",
        "mail",
        "userPrincipalName",
        "proxyAddresses",
        "accountEnabled",
        "userType",
        "assignedLicenses",
    ],
)
def test_what_is_absent_is_unknown_and_not_false(scene: Scene, missing: str) -> None:
    scene.graph.faults.order(What.MISSING, page=2, missing=missing)
    scene.failure(failures.UnreadableMembers)


def test_stubs_are_a_failure(scene: Scene) -> None:
    scene.graph.faults.order(What.STUBS, page=2)
    failure = scene.failure(failures.UnreadableMembers)
    assert failure.fields == {"permission": "User.Read.All"}


def test_a_group_without_the_permission_to_read_users_has_stubs(scene: Scene) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.tenant.permissions = {GROUPS}
    scene.failure(failures.UnreadableMembers, groups=(group.id,))


def test_a_missing_permission_is_named(scene: Scene) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.tenant.permissions = {USERS}
    failure = scene.failure(failures.PermissionMissing, groups=(group.id,))
    assert failure.fields == {"permission": "GroupMember.Read.All"}
    scene.tenant.permissions = set()
    failure = scene.failure(failures.PermissionMissing)
    assert failure.fields == {"permission": "User.Read.All"}


@pytest.mark.parametrize("as_what", ["groups", "excluded"])
def test_a_group_that_is_gone_is_a_failure(scene: Scene, as_what: str) -> None:
    group = scene.tenant.add_group("all", *scene.tenant.people.values())
    scene.read(**{as_what: (group.id,)})
    del scene.tenant.groups[group.id]
    failure = scene.failure(failures.GroupGone, **{as_what: (group.id,)})
    assert failure.fields == {"group": group.id}


def test_a_group_with_a_name_for_an_id_is_no_other_address(scene: Scene) -> None:
    failure = scene.failure(failures.GroupGone, groups=("../users?$top=1#",))
    assert failure.fields == {"group": "../users?$top=1#"}
    assert scene.graph.asked == []


def test_a_hidden_group_takes_a_permission_of_its_own(scene: Scene) -> None:
    group = scene.tenant.add_group("secret", *scene.tenant.people.values(), is_hidden=True)
    assert scene.read(groups=(group.id,)).members == ()
    scene.tenant.permissions.add(HIDDEN)
    assert len(scene.read(groups=(group.id,)).members) == 3


def test_a_directory_without_an_address_is_the_wrong_one(scene: Scene) -> None:
    scene.tenant.people.clear()
    scene.tenant.keep(Person("Guest", "a_b.example#EXT#@acme.example"))
    scene.failure(failures.NoAddresses)
    scene.tenant.people.clear()
    scene.tenant.keep(Person("Room", "a_b.example#EXT#@acme.example", enabled=False))
    assert scene.read().members == ()


def test_a_wrong_address_of_graph_is_said(scene: Scene) -> None:
    scene.changed["graph_url"] = f"{scene.served.url}/v2.0"
    scene.failure(failures.StrangeAnswer)
