"""What Google's refusals are taken for, the odd ones too."""

from typing import Any

import pytest

from bot.services.directories.failures import (
    ClockOff,
    DelegationGone,
    DirectoryBusy,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    GoogleApiOff,
    GoogleKeyRefused,
    GroupGone,
    PermissionMissing,
    StrangeAnswer,
    SubjectRefused,
    WrongDomain,
)
from bot.services.directories.google_answers import READ_MEMBERS, Asked, Trouble, failure_of

HOST = "admin.example"
USERS = Asked("acme.example", "ada@acme.example", ("users",))
MEMBERS = Asked("acme.example", "ada@acme.example", ("users", "members"), "sales@acme.example")


def answered(status: int, *reasons: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": "…", "errors": [{"reason": reason} for reason in reasons]}}


@pytest.mark.parametrize(
    ("status", "document", "asked", "expected"),
    [
        (302, None, USERS, ForeignLink),
        (304, None, USERS, ForeignLink),
        (400, answered(400, "invalid"), USERS, DirectoryTroubled),
        (401, answered(401, "authError"), USERS, DelegationGone),
        (403, answered(403, "userRateLimitExceeded"), USERS, DirectoryBusy),
        (403, answered(403, "other", "quotaExceeded"), USERS, DirectoryBusy),
        (403, answered(403, "forbidden"), USERS, SubjectRefused),
        (403, answered(403, "forbidden"), MEMBERS, PermissionMissing),
        (403, answered(403, "insufficientPermissions"), MEMBERS, PermissionMissing),
        (403, {"error": {"details": [{"reason": "SERVICE_DISABLED"}]}}, USERS, GoogleApiOff),
        (403, answered(403, "domainPolicy"), USERS, DirectoryTroubled),
        (403, None, USERS, StrangeAnswer),
        (404, answered(404, "notFound"), MEMBERS, GroupGone),
        (404, answered(404, "notFound"), USERS, WrongDomain),
        (404, None, MEMBERS, StrangeAnswer),
        (404, {"error": "not found"}, MEMBERS, StrangeAnswer),
        (404, {"error": {"errors": "none"}}, MEMBERS, StrangeAnswer),
        (407, None, USERS, StrangeAnswer),
        (429, None, USERS, DirectoryBusy),
        (500, None, USERS, DirectoryTroubled),
        (503, {"error": {"errors": [None]}}, USERS, DirectoryTroubled),
    ],
)
def test_the_admin_sdks(
    status: int | None, document: dict[str, Any] | None, asked: Asked, expected: type[DirectoryFailure]
) -> None:
    assert type(failure_of(Trouble(HOST, status, document), asked)) is expected


@pytest.mark.parametrize(
    ("error", "description", "expected"),
    [
        ("unauthorized_client", "Client not authorized for any of the scopes requested.", DelegationGone),
        ("access_denied", "Requested client not authorized.", DelegationGone),
        ("invalid_grant", "Invalid email or User ID", SubjectRefused),
        ("invalid_grant", None, SubjectRefused),
        ("invalid_grant", "Invalid JWT: Token must be … in a reasonable timeframe.", ClockOff),
        ("invalid_grant", "Invalid JWT Signature.", GoogleKeyRefused),
        ("invalid_grant", "Invalid grant: account not found", GoogleKeyRefused),
        ("invalid_grant", "Invalid JWT: Failed audience check.", DirectoryTroubled),
        ("invalid_client", "The OAuth client was not found.", GoogleKeyRefused),
        ("invalid_request", "Bad Request", DirectoryTroubled),
        (None, None, StrangeAnswer),
        ({"code": 404}, None, StrangeAnswer),
    ],
)
def test_the_token_endpoints(error: object, description: str | None, expected: type[DirectoryFailure]) -> None:
    document = {"error": error, "error_description": description}
    assert type(failure_of(Trouble(HOST, 400, document, by_token_endpoint=True), USERS)) is expected


def test_a_missing_scope_is_named() -> None:
    failure = failure_of(Trouble(HOST, 403, answered(403, "insufficientPermissions")), MEMBERS)
    assert failure.fields == {"permission": READ_MEMBERS}


@pytest.mark.parametrize("reason", ["eyJhbGciOi.J9", "a secret", "x" * 41, ""])
def test_only_what_looks_like_a_code_is_shown(reason: str) -> None:
    assert failure_of(Trouble(HOST, 400, answered(400, reason)), USERS).fields["code"] == "400"
    refusal = {"error": reason}
    assert failure_of(Trouble(HOST, 400, refusal, by_token_endpoint=True), USERS).fields["code"] == "400"


def test_a_wait_is_told_in_whole_minutes() -> None:
    failure = failure_of(Trouble(HOST, 429, retry_after=61), USERS)
    assert (failure.retry_after, failure.fields["minutes"]) == (61, 2)
    failure = failure_of(Trouble(HOST, 429), USERS)
    assert (failure.retry_after, failure.fields["minutes"]) == (None, 1)
