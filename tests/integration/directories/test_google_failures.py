"""How reading a directory of Google Workspace fails: every way has a name, and none is taken for somebody's absence."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.playground.directories.google_customer import READ_MEMBERS, READ_USERS, Mishap
from bot.playground.directories.google_tokens import Token
from bot.services.directories import google_api
from bot.services.directories.failures import (
    BadServiceAccount,
    ClockOff,
    DelegationGone,
    DirectoryAway,
    DirectoryBusy,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    GoogleApiOff,
    GoogleKeyRefused,
    GroupGone,
    LoopingPages,
    PermissionMissing,
    StrangeAnswer,
    SubjectRefused,
    Untrusted,
    WrongDomain,
)
from tests.integration.directories.google_fixtures import ADMIN, DOMAIN, Google, local_google

BOB, SALES = "bob@acme.example", "sales@acme.example"
ALWAYS = 1_000
RATES = [Mishap.RATE, Mishap.USER_RATE, Mishap.QUOTA]
PASSING = [Mishap.TOO_MANY, Mishap.BROKEN, Mishap.AWAY]


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Google]:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(google_api, "USERS_A_PAGE", 5)
    with local_google(monkeypatch) as google:
        google.people(12)
        yield google
        google.check_secrets(caplog.text)


# Throttling


@pytest.mark.parametrize(
    ("on", "what"),
    [("users", what) for what in [*RATES, *PASSING]] + [("token", what) for what in PASSING],
)
def test_whoever_is_too_fast_waits_longer_each_time_and_reads_on(google: Google, on: str, what: Mishap) -> None:
    google.let(what, on, times=4)
    assert len(google.read().members) == 13
    assert [1 <= wait / 2**turn < 2 for turn, wait in enumerate(google.waits)] == [True] * 4


def test_waiting_is_never_the_same_for_two(google: Google) -> None:
    google.let(Mishap.RATE, times=4)
    google.read()
    google.let(Mishap.RATE, times=4)
    google.read()
    assert google.waits[:4] != google.waits[4:]


@pytest.mark.parametrize("what", [Mishap.RATE, Mishap.TOO_MANY, Mishap.AWAY])
def test_a_wait_that_google_names_is_waited(google: Google, what: Mishap) -> None:
    google.let(what, page=2, times=2, retry_after="7.5")
    assert len(google.read().members) == 13
    assert [7.5 <= wait < 8.5 for wait in google.waits] == [True, True]


def test_too_long_a_wait_is_not_waited_but_told(google: Google) -> None:
    google.let(Mishap.TOO_MANY, retry_after="3600")
    failure = google.failure()
    assert isinstance(failure, DirectoryBusy)
    assert (failure.retry_after, failure.fields["minutes"], google.waits) == (3600, 60, [])


@pytest.mark.parametrize("what", [*RATES, Mishap.TOO_MANY])
def test_after_five_tries_a_directory_is_busy(google: Google, what: Mishap) -> None:
    google.let(what, page=2, times=ALWAYS, retry_after="3")
    failure = google.failure()
    assert isinstance(failure, DirectoryBusy)
    assert failure.retry_after == 3
    assert google.customer.calls == ["token"] + ["users"] * 6
    assert len(google.waits) == 4


def test_all_waits_of_one_reading_are_bounded(google: Google) -> None:
    google.people(50)
    for page in range(1, 11):
        google.let(Mishap.RATE, page=page, retry_after="40")
    assert isinstance(google.failure(), DirectoryBusy)
    assert len(google.waits) == 2


@pytest.mark.parametrize("what", [Mishap.BROKEN, Mishap.AWAY])
@pytest.mark.parametrize("on", ["token", "users"])
def test_after_five_errors_of_the_server_nobody_is_changed(google: Google, what: Mishap, on: str) -> None:
    google.let(what, on, times=ALWAYS)
    failure = google.failure()
    assert isinstance(failure, DirectoryTroubled)
    assert str(what) in failure.fields["code"]
    assert google.customer.calls.count(on) == 5


def test_any_other_403_stops_at_once(google: Google) -> None:
    google.let(Mishap.DAY)
    failure = google.failure()
    assert isinstance(failure, DirectoryTroubled)
    assert failure.fields["code"] == "403 dailyLimitExceeded"
    assert google.waits == []


# A pool is whole or there is none


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Mishap.BROKEN, DirectoryTroubled),
        (Mishap.LOST, DirectoryAway),
        (Mishap.CUT, DirectoryAway),
        (Mishap.HALF, StrangeAnswer),
        (Mishap.HTML, StrangeAnswer),
        (Mishap.BARRED, StrangeAnswer),
        (Mishap.NOTHING, StrangeAnswer),
        (Mishap.EMPTY, StrangeAnswer),
        (Mishap.ELSEWHERE, ForeignLink),
    ],
)
@pytest.mark.parametrize("place", [("token", None), ("users", 1), ("users", 2), ("users", 3), ("members", 1)])
def test_what_is_no_answer_is_a_failure_wherever_it_comes(
    google: Google, what: Mishap, expected: type[DirectoryFailure], place: tuple[str, int | None]
) -> None:
    on, page = place
    google.customer.put_group(SALES, BOB)
    google.let(what, on, page=page, times=ALWAYS)
    assert type(google.failure(groups=[SALES])) is expected


@pytest.mark.parametrize("what", [Mishap.LOST, Mishap.CUT])
@pytest.mark.parametrize("on", ["token", "users"])
def test_a_connection_that_is_lost_once_is_opened_again(google: Google, what: Mishap, on: str) -> None:
    google.let(what, on, times=2)
    assert len(google.read().members) == 13


def test_a_page_that_leads_to_itself_is_refused(google: Google) -> None:
    google.let(Mishap.SAME_TOKEN, page=2)
    assert isinstance(google.failure(), LoopingPages)


def test_silence_is_not_waited_out(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_api, "SILENCE", 0.2)
    google.let(Mishap.SILENCE, page=2, times=ALWAYS)
    assert isinstance(google.failure(), DirectoryAway)
    assert [entry["why"] for entry in google.logged if "why" in entry] == ["ReadTimeout"] * 5


def test_nobody_is_there(google: Google) -> None:
    assert isinstance(google.failure(endpoint="https://127.0.0.1:1/"), DirectoryAway)


def test_a_certificate_of_nobody_known_is_not_trusted(google: Google, tmp_path: Path) -> None:
    assert isinstance(google.failure(ca=None), Untrusted)
    (tmp_path / "ca.pem").write_text("nothing")
    assert isinstance(google.failure(ca=str(tmp_path / "ca.pem")), Untrusted)
    assert isinstance(google.failure(ca=str(tmp_path / "missing.pem")), Untrusted)


# Whom Google does not let in


def check_delegation(failure: DirectoryFailure, *scopes: str) -> None:
    assert isinstance(failure, DelegationGone)
    assert failure.fields == {"domain": DOMAIN, "scopes": scopes}


def test_a_delegation_that_is_withdrawn_says_so(google: Google) -> None:
    google.customer.office.withdraw()
    check_delegation(google.failure(), READ_USERS)


def test_a_delegation_may_be_withdrawn_between_two_pages(google: Google) -> None:
    check_delegation(google.failure(lambda pages, users: google.customer.office.withdraw()), READ_USERS)


def test_groups_need_a_scope_that_may_not_be_delegated(google: Google) -> None:
    google.customer.office.delegated.remove(READ_MEMBERS)
    google.customer.put_group(SALES, BOB)
    check_delegation(google.failure(groups=[SALES]), READ_USERS, READ_MEMBERS)
    assert len(google.read().members) == 13


def test_a_token_that_is_good_for_nothing_is_a_lost_delegation(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google.customer.office, "issued", Forgetful())
    check_delegation(google.failure(), READ_USERS)


class Forgetful(dict[str, Token]):
    """Knows no token that it gave out."""

    def get(self, *_: object) -> None:  # type: ignore[override]
        return None


def test_a_token_without_the_scope_is_told_by_the_scope(google: Google) -> None:
    def narrow(pages: int, users: int) -> None:
        issued = google.customer.office.issued
        issued.update({token: Token(ADMIN, frozenset()) for token in issued})

    failure = google.failure(narrow)
    assert isinstance(failure, PermissionMissing)
    assert failure.fields == {"permission": READ_USERS}


def test_a_subject_whom_google_does_not_know(google: Google) -> None:
    failure = google.failure(subject="nobody@acme.example")
    assert isinstance(failure, SubjectRefused)
    assert failure.fields == {"subject": "nobody@acme.example", "domain": DOMAIN}


def test_a_subject_who_was_suspended(google: Google) -> None:
    google.customer.change(ADMIN, suspended=True)
    assert isinstance(google.failure(), SubjectRefused)


def test_a_subject_who_is_no_administrator(google: Google) -> None:
    google.customer.add(BOB)
    assert isinstance(google.failure(subject=BOB), SubjectRefused)


def test_a_subject_who_may_see_users_and_no_groups(google: Google) -> None:
    google.customer.put_group(SALES, BOB)
    google.customer.group_admins.clear()
    failure = google.failure(groups=[SALES])
    assert isinstance(failure, PermissionMissing)
    assert failure.fields == {"permission": "GROUPS_RETRIEVE"}


def test_an_api_that_is_switched_off(google: Google) -> None:
    google.customer.is_api_on = False
    assert isinstance(google.failure(), GoogleApiOff)


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(hours=-2)])
def test_a_clock_that_is_off(google: Google, ahead: timedelta) -> None:
    google.customer.office.clock_ahead = ahead
    assert isinstance(google.failure(), ClockOff)


def test_a_key_that_was_deleted(google: Google) -> None:
    google.customer.office.is_key_known = False
    assert isinstance(google.failure(), GoogleKeyRefused)


def test_the_wrong_domain(google: Google) -> None:
    failure = google.failure(domain="elsewhere.example")
    assert isinstance(failure, WrongDomain)
    assert failure.fields == {"domain": "elsewhere.example"}
    assert len(google.read(domain="ACME.example").members) == 13


def test_a_group_that_is_gone_is_not_an_empty_group(google: Google) -> None:
    google.customer.put_group(SALES, BOB)
    google.customer.remove_group(SALES)
    for options in ({"groups": [SALES]}, {"excluded": [SALES]}):
        failure = google.failure(**options)
        assert isinstance(failure, GroupGone)
        assert failure.fields == {"group": SALES}


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "authorized_user"},
        {"private_key": "nonsense"},
        {"private_key": None},
        {"private_key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"},
        {"client_email": ""},
        {"token_uri": "http://127.0.0.1/token"},
        {"universe_domain": "elsewhere.example"},
    ],
)
def test_a_key_that_is_none(google: Google, changes: dict[str, object]) -> None:
    key = json.dumps(json.loads(google.served.key_file) | changes)
    assert isinstance(google.failure(service_account=key), BadServiceAccount)
    assert google.customer.calls == []


@pytest.mark.parametrize("given", ["", "{", "[]", "{}", "no/such/file.json", "/", "\0", "x" * 5_000])
def test_what_is_not_even_a_key_file(google: Google, given: str) -> None:
    assert isinstance(google.failure(service_account=given), BadServiceAccount)


def test_credentials_do_not_show_the_key(google: Google) -> None:
    google.check_secrets(repr(google.directory()._credentials))
