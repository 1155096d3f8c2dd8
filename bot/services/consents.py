"""Consents: how a client's administrator lets Seatbot into a tenant of Microsoft 365, and what comes back from there.

What comes back is anybody's word: the state says only that an admin asked for it, once and within the hour, and the
tenant counts when a token for it works (sync.md, Microsoft 365).
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from secrets import token_urlsafe

from sqlalchemy import Row, delete, insert, select
from sqlmodel import Session

from bot.clock import Clock
from bot.services import account_status, accounts, connections, workspaces
from bot.services.accounts import Account
from bot.services.connections import NO_TENANT, Connected
from bot.services.directories.base import GUID, Options
from bot.services.directories.failures import ConsentGone, NotConfigured
from bot.services.directories.opening import Credentials, identify_tenant, microsoft, missing
from bot.services.errors import (
    AccountClosed,
    ConsentDeclined,
    ConsentFailed,
    ConsentLinkGone,
    ConsentOutdated,
    ConsentWithoutTenant,
    DirectoryTaken,
    TenantTaken,
)
from bot.services.workspaces import Workspace
from db.models import CONNECTION, CONSENT, Source, Status
from db.session import begin_writing

PATH = "/connect/m365"
"""Where Microsoft sends the administrator back to."""
GOOD_FOR = timedelta(hours=1)
DECLINED = ("access_denied", "consent_required")
CODE = re.compile(r"[a-z_]{1,40}")
WAITS = (2.0, 4.0)
"""Seconds after which a tenant that has just consented, as it says, is asked again: Microsoft tells all its servers."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The link for a client's administrator, and until when (UTC) it can be used."""

    account: Account
    url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What an admin asked a consent for; `replaces` is when the connection that the account had then was made."""

    workspace: Workspace
    account: Account
    options: Options
    replaces: datetime | None
    asked_by: str


def begin(
    session: Session,
    workspace: Workspace,
    account: Account,
    options: Options,
    *,
    public_url: str,
    credentials: Credentials,
    actor: str,
    now: datetime,
) -> Invitation:
    """A link with which an administrator of the client lets Seatbot into their tenant; it connects the account with it.

    `public_url` is where Seatbot is reached, without a slash at its end. Raises BadGroup, GroupBothWays, AccountClosed,
    NotConfigured.
    """
    from bot.services.directories.microsoft import consent_url

    if variable := missing(Source.M365, credentials):
        raise NotConfigured(variable=variable)
    wanted = connections.check_options(Source.M365, options)
    if account_status.status_at(account_status.history(session, workspace, account.id), now) == Status.CLOSED:
        raise AccountClosed(account=account.name)
    url = consent_url(microsoft(credentials), None, public_url + PATH, state := token_urlsafe(32))
    begin_writing(session)
    row = {
        "state_hash": hash_of(state),
        "workspace_id": workspace.id,
        "account_id": account.id,
        "options": connections.packed(wanted),
        "replaces": connected_at(session, account),
        "asked_by": actor,
        "asked_at": now,
    }
    session.execute(delete(CONSENT).where(CONSENT.c.asked_at <= now - GOOD_FOR))
    session.execute(insert(CONSENT).values(**row))
    session.commit()
    return Invitation(account, url, now + GOOD_FOR)


def take(session: Session, state: str, now: datetime) -> Asked:
    """What a state stands for, which it does from now on no more, whatever becomes of it. Raises ConsentLinkGone."""
    c = CONSENT.c
    begin_writing(session)
    used = delete(CONSENT).where(c.state_hash == hash_of(state)).returning(*c)
    row: Row[tuple[object, ...]] | None = session.execute(used).one_or_none()
    session.commit()
    if row is None or not row.asked_at <= now < row.asked_at + GOOD_FOR:
        raise ConsentLinkGone()
    workspace = workspaces.by_id(session, row.workspace_id)
    account = accounts.by_id(session, workspace, row.account_id)
    return Asked(workspace, account, connections.unpacked(row.options), row.replaces, row.asked_by)


def finish(
    session: Session,
    asked: Asked,
    answer: Mapping[str, str],
    credentials: Credentials,
    *,
    clock: Clock,
    wait: Callable[[float], None] = time.sleep,
) -> Connected:
    """Connect the account with the tenant that Microsoft's answer names, if the tenant lets Seatbot in.

    `answer` are the fields of the address that the administrator came back with; nothing of them is trusted. Raises
    ConsentDeclined, ConsentFailed, ConsentWithoutTenant, ConsentOutdated, TenantTaken, AccountClosed, and
    DirectoryFailure where there is no token for the tenant.
    """
    tenant = tenant_of(answer)
    check_free(session, asked, tenant)
    session.rollback()  # Microsoft may take its time, and nobody shall wait for that
    verify(credentials, tenant, wait)
    check_free(session, asked, tenant)
    identify = partial(identify_tenant, credentials=credentials)
    at = (session, asked.workspace, asked.account, Source.M365, tenant)
    try:
        return connections.connect(*at, options=asked.options, identify=identify, actor=asked.asked_by, clock=clock)
    except DirectoryTaken:
        raise TenantTaken(target=tenant) from None


def tenant_of(answer: Mapping[str, str]) -> str:
    """The id of the tenant in an answer. Raises ConsentDeclined, ConsentFailed, ConsentWithoutTenant. Pure."""
    error = answer.get("error")
    if error in DECLINED:
        raise ConsentDeclined()
    if error is not None:
        raise ConsentFailed(code=error if CODE.fullmatch(error) else "?")
    tenant = answer.get("tenant", "").lower()
    if not GUID.fullmatch(tenant) or tenant in NO_TENANT:
        raise ConsentWithoutTenant()
    return tenant


def is_renewal(answer: Mapping[str, str]) -> bool:
    """Whether an administrator comes back who, as it says, has consented again (`renewal_url`): nobody awaits it, and
    the next sync shows whether it is so. Pure."""
    return not answer.keys() & {"state", "error"} and answer.get("admin_consent", "").lower() == "true"


def check_free(session: Session, asked: Asked, tenant: str) -> None:
    """Raises TenantTaken where another account has the tenant, in whichever workspace, and ConsentOutdated where this
    account was connected, or disconnected, after the consent was asked for."""
    c = CONNECTION.c
    same = (c.source == Source.M365, c.target_key == tenant, c.account_id != asked.account.id)
    if session.execute(select(c.account_id).where(*same)).first() is not None:
        raise TenantTaken(target=tenant)
    if connected_at(session, asked.account) != asked.replaces:
        raise ConsentOutdated()


def connected_at(session: Session, account: Account) -> datetime | None:
    """When the connection of an account was made, if it has one."""
    c = CONNECTION.c
    found: datetime | None = session.execute(select(c.connected_at).where(c.account_id == account.id)).scalar()
    return found


def verify(credentials: Credentials, tenant: str, wait: Callable[[float], None]) -> None:
    """Whether there is a token for a tenant, which may have consented a moment ago. Raises DirectoryFailure."""
    from bot.services.directories.microsoft import verify_tenant

    for seconds in WAITS:
        try:
            return verify_tenant(microsoft(credentials), tenant, wait=wait)
        except ConsentGone:
            wait(seconds)
    return verify_tenant(microsoft(credentials), tenant, wait=wait)


def hash_of(state: str) -> str:
    """A state as it is kept. It has 256 random bits, so that nobody guesses what it is of."""
    return hashlib.sha256(state.encode(errors="replace")).hexdigest()
