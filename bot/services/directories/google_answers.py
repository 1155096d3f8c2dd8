"""What it means that Google did not give what it was asked for, by the codes in its answers. Pure."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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

READ_USERS = "https://www.googleapis.com/auth/admin.directory.user.readonly"
READ_MEMBERS = "https://www.googleapis.com/auth/admin.directory.group.member.readonly"
READ_GROUPS = "GROUPS_RETRIEVE"
"""An administrator's privilege to see groups, by the name that the Admin SDK has for it."""

TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"}
NOT_IN_SCOPE = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
NOT_DELEGATED = {"unauthorized_client", "access_denied", "admin_policy_enforced", "invalid_scope"}
KEY_UNKNOWN = {"invalid_client", "disabled_client", "deleted_client"}
CODE = re.compile(r"[A-Za-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose users are asked for, as whom, by which scopes; or the members of one group."""

    domain: str
    subject: str
    scopes: tuple[str, ...]
    group: str | None = None


class Trouble(Exception):
    """One attempt that failed. `status` is None where no answer came, which was `lost` for that reason; `document` is
    the JSON of the answer, if it was that. Nothing shows when the exception is printed."""

    def __init__(
        self,
        host: str,
        status: int | None = None,
        document: dict[str, Any] | None = None,
        *,
        lost: DirectoryFailure | None = None,
        retry_after: float | None = None,
        by_token_endpoint: bool = False,
    ) -> None:
        super().__init__()
        self.host, self.status, self.document, self.lost = host, status, document, lost
        self.retry_after, self.by_token_endpoint = retry_after, by_token_endpoint

    @property
    def reasons(self) -> frozenset[str]:
        """The codes in an answer of the Admin SDK."""
        return frozenset(reasons(self.document))

    @property
    def is_throttling(self) -> bool:
        """Whether Google asks to slow down."""
        if self.status is not None and self.status >= 500:
            return self.retry_after is not None
        return self.status == 429 or (self.status == 403 and not TOO_FAST.isdisjoint(self.reasons))

    @property
    def may_pass(self) -> bool:
        """Whether it is worth another try."""
        return self.status is None or self.status >= 500 or self.is_throttling

    @property
    def code(self) -> str:
        """The status and the first code, where that is one: nothing else of an answer may be shown."""
        said = (self.document or {}).get("error") if self.by_token_endpoint else next(reasons(self.document), None)
        return f"{self.status} {said}" if isinstance(said, str) and CODE.fullmatch(said) else str(self.status)


def reasons(document: dict[str, Any] | None) -> Iterator[str]:
    error = (document or {}).get("error")
    if not isinstance(error, dict):
        return
    for name in ("errors", "details"):
        listed = error.get(name)
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and isinstance(one.get("reason"), str):
                yield one["reason"]
    if isinstance(error.get("status"), str):
        yield error["status"]


def failure_of(trouble: Trouble, asked: Asked) -> DirectoryFailure:
    """What an attempt that is not repeated comes to."""
    host, status = trouble.host, trouble.status
    if trouble.lost is not None:
        return trouble.lost
    assert status is not None
    if trouble.is_throttling:
        minutes = max(1, math.ceil((trouble.retry_after or 0) / 60))
        return DirectoryBusy(host=host, minutes=minutes, retry_after=trouble.retry_after)
    if status >= 500:
        return DirectoryTroubled(host=host, code=trouble.code)
    if status < 400:
        return ForeignLink(host=host)
    if trouble.by_token_endpoint:
        return token_refused(trouble, asked)
    if not trouble.reasons:
        return StrangeAnswer(host=host)
    return refused(trouble, asked)


def token_refused(trouble: Trouble, asked: Asked) -> DirectoryFailure:
    """The token endpoint gave no token; https://developers.google.com/identity/protocols/oauth2/service-account."""
    document = trouble.document or {}
    error, described = document.get("error"), str(document.get("error_description")).lower()
    if not isinstance(error, str):
        return StrangeAnswer(host=trouble.host)
    if error in NOT_DELEGATED:
        return DelegationGone(domain=asked.domain, scopes=asked.scopes)
    if error in KEY_UNKNOWN or (error == "invalid_grant" and ("signature" in described or "account not" in described)):
        return GoogleKeyRefused()
    if error == "invalid_grant" and "timeframe" in described:
        return ClockOff(host=trouble.host)
    if error == "invalid_grant" and "jwt" not in described:
        return SubjectRefused(subject=asked.subject, domain=asked.domain)
    return DirectoryTroubled(host=trouble.host, code=trouble.code)


def refused(trouble: Trouble, asked: Asked) -> DirectoryFailure:
    """The Admin SDK gave no page."""
    if trouble.status == 401:
        return DelegationGone(domain=asked.domain, scopes=asked.scopes)
    if trouble.status == 404:
        return WrongDomain(domain=asked.domain) if asked.group is None else GroupGone(group=asked.group)
    if trouble.status == 403:
        if not NOT_IN_SCOPE.isdisjoint(trouble.reasons):
            return PermissionMissing(permission=READ_USERS if asked.group is None else READ_MEMBERS)
        if not SWITCHED_OFF.isdisjoint(trouble.reasons):
            return GoogleApiOff()
        if "forbidden" in trouble.reasons and asked.group is not None:
            return PermissionMissing(permission=READ_GROUPS)
        if "forbidden" in trouble.reasons:
            return SubjectRefused(subject=asked.subject, domain=asked.domain)
    return DirectoryTroubled(host=trouble.host, code=trouble.code)
