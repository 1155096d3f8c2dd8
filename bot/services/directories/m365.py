"""Microsoft 365 as a directory: a tenant's users by Microsoft Graph, read in full every time (sync.md)."""

import re
import time
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

import structlog

from bot.services.directories.base import GUID, Absentee, Member, Options, Outside, Pool, Progress
from bot.services.directories.failures import (
    ConsentGone,
    DirectoryFailure,
    DirectoryTroubled,
    ForeignLink,
    GroupGone,
    IncompletePool,
    LoopingPages,
    NoAddresses,
    PagesExpired,
    PermissionMissing,
    SignInRefused,
    StrangeAnswer,
    UnreadableMembers,
)
from bot.services.directories.http import Answer, Json, Wait, host_of
from bot.services.directories.line import SILENCE, Line, json_of
from bot.services.directories.microsoft import MicrosoftCredentials, check_tenant, renewal_url, tokens

SELECTED = "id,displayName,mail,userPrincipalName,proxyAddresses,accountEnabled,userType,assignedLicenses"
FIELDS = itemgetter(*SELECTED.split(","))
PAGE = 999
"""Users a page, the most that Graph gives."""
MOST_STARTS = 3
"""How often a list is read from its first page where Graph gives its pages up."""
READ_USERS, READ_GROUPS = "User.Read.All", "GroupMember.Read.All"
LINK = re.compile(r"[!-~]+")
CODE = re.compile(r"\w{1,60}")

new = tuple.__new__
"""Makes a member without its own `__new__`, which costs as much as the rest: there may be 50,000."""

Found = dict[str, Member | Absentee]
"""By id: somebody may be in several groups, or on two pages while the directory changes."""

log = structlog.get_logger(__name__)


class Microsoft365:
    """One tenant's users."""

    def __init__(
        self,
        credentials: MicrosoftCredentials,
        tenant: str,
        options: Options = Options(),  # noqa: B008 - frozen
        *,
        wait: Wait = time.sleep,
        silence: float = SILENCE,
    ) -> None:
        """`silence` are the seconds without a byte after which an answer is given up. Raises UnknownTenant."""
        self._credentials, self._tenant, self._options = credentials, check_tenant(tenant), options
        self._wait, self._silence = wait, silence

    def read(self, progress: Progress) -> Pool:
        """As `Directory`: everybody of the tenant, or of its groups together."""
        with Line(self._credentials.ca, wait=self._wait, silence=self._silence) as line:
            reading = _Reading(_Graph(self._credentials, self._tenant, line), self._options, progress)
            return reading.pool()


class _Reading:
    """One read of the lists that an account counts."""

    def __init__(self, graph: "_Graph", options: Options, progress: Progress) -> None:
        self._graph, self._options, self._progress = graph, options, progress
        self._pages = 0
        self._found: Found = {}

    def pool(self) -> Pool:
        found = self._found
        for group in self._options.groups or (None,):
            found |= self._list(group, self._sort)
        for group in self._options.excluded:
            for id_ in self._list(group, no_matter_who):
                if type(one := found.get(id_)) is Member:
                    found[id_] = Absentee(id_, one.email, Outside.LEFT_OUT)
        members = tuple([one for one in found.values() if type(one) is Member])
        absent = tuple([one for one in found.values() if type(one) is Absentee])
        if not members and any(one.why is Outside.NO_ADDRESS for one in absent):
            raise NoAddresses()
        return Pool(members, absent)

    def _list(self, group: str | None, sort: Callable[[list[Any], Found], None]) -> Found:
        for _ in range(MOST_STARTS):
            found: Found = {}  # what was read of pages that Graph gave up is nobody's presence either
            try:
                for rows in self._graph.pages(group, READ_USERS if group is None else READ_GROUPS):
                    try:
                        sort(rows, found)
                    except KeyError:
                        raise UnreadableMembers(permission=READ_USERS) from None
                    except (TypeError, AttributeError):
                        raise StrangeAnswer(host=self._graph.host) from None
                    self._pages += 1
                    self._progress(self._pages, len(self._found) + len(found))
            except _Expired:
                log.warning("pages expired", read=len(found))
                continue
            return found
        raise PagesExpired()

    def _sort(self, rows: list[Any], found: Found) -> None:
        """Tell members from others. A KeyError says that somebody is hidden from us."""
        guests, licensed_only = self._options.guests, self._options.licensed_only
        for id_, name, mail, upn, proxies, enabled, kind, licences in map(FIELDS, rows):
            if not (type(enabled) is bool and type(licences) is list and id_):
                raise KeyError  # a stub; absent or null is "unknown", never "no"
            email = mail or address(proxies, upn)
            if enabled and email and (guests or kind != "Guest") and (licences or not licensed_only):
                found[id_] = new(Member, (id_, email, name, bool(licences)))
            elif not enabled:
                found[id_] = Absentee(id_, email, Outside.DISABLED)
            elif kind == "Guest" and not guests:
                found[id_] = Absentee(id_, email, Outside.GUEST)
            elif licensed_only and not licences:
                found[id_] = Absentee(id_, email, Outside.UNLICENSED)
            else:
                found[id_] = Absentee(id_, None, Outside.NO_ADDRESS)


def no_matter_who(rows: list[Any], found: Found) -> None:
    """The ids of those who are left out."""
    for row in rows:
        found[row["id"]] = Absentee(row["id"], None, Outside.LEFT_OUT)


def address(proxies: list[str], upn: str | None) -> str | None:
    """The one to count somebody without a mail by: the primary one of the mailbox, else the name to sign in with,
    unless that was made for a guest."""
    for proxy in proxies:
        if proxy.startswith("SMTP:") and len(proxy) > 5:
            return proxy[5:]
    return upn if upn and "#EXT#" not in upn.upper() else None


class _Expired(Exception):
    """Graph gave the pages up."""


class _Graph:
    """A tenant's lists, page by page."""

    def __init__(self, credentials: MicrosoftCredentials, tenant: str, line: Line) -> None:
        self._credentials, self._tenant, self._line = credentials, tenant, line
        self._root = credentials.graph_url.rstrip("/")
        self.host = host_of(self._root)

    def pages(self, group: str | None, permission: str) -> Iterator[list[Any]]:
        """The users of a group, of the whole directory without one. Raises _Expired, DirectoryFailure."""
        link: str | None = f"{self._root}/users?$select={SELECTED}&$top={PAGE}"
        if group is not None:
            if not GUID.fullmatch(group):
                raise GroupGone(group=group)
            members = f"{self._root}/groups/{group}/transitiveMembers/microsoft.graph.user"
            link = f"{members}?$select={SELECTED}&$count=true&$top={PAGE}"
        seen: set[str] = set()
        said: object = None
        read = 0
        while link is not None:
            if link in seen:
                raise LoopingPages()
            seen.add(link)
            page = self._page(link, group, permission)
            rows = page.get("value")
            if not isinstance(rows, list):
                raise StrangeAnswer(host=self.host)
            read += len(rows)
            said = page.get("@odata.count") if said is None else said
            yield rows
            link = self._next(page)
        if said is not None and said != read:
            raise IncompletePool(said=said if isinstance(said, int) else "?", read=read)

    def _page(self, link: str, group: str | None, permission: str) -> Json:
        answer = self._ask(link, group)
        if answer.status_code == 401:  # a token may be withdrawn, or have run out while the machine slept
            tokens(self._credentials).forget(self._tenant)
            answer = self._ask(link, group)
        found = json_of(answer)
        if answer.ok:
            return found
        raise self._refusal(answer.status_code, found, group, permission)

    def _ask(self, link: str, group: str | None) -> Answer:
        token = tokens(self._credentials).token(self._tenant, self._line)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return self._line.get(link, headers if group is None else {**headers, "ConsistencyLevel": "eventual"})

    def _next(self, page: Json) -> str | None:
        """The address of the next page, as Graph wrote it."""
        link = page.get("@odata.nextLink")
        if link is None:
            return None
        if not isinstance(link, str) or not LINK.fullmatch(link):
            raise StrangeAnswer(host=self.host)
        if not link.startswith(f"https://{self.host}/"):  # the token goes to nobody else
            raise ForeignLink(host=self.host)
        return link

    def _refusal(self, status: int, found: Json, group: str | None, permission: str) -> DirectoryFailure | _Expired:
        error = found.get("error")
        code = str(error.get("code")) if isinstance(error, dict) else ""
        if code == "Directory_ExpiredPageToken":
            return _Expired()
        if code == "Authorization_IdentityNotFound":
            return ConsentGone(tenant=self._tenant, url=renewal_url(self._credentials, self._tenant))
        if status == 403:
            return PermissionMissing(permission=permission)
        if status == 404 and group is not None:
            return GroupGone(group=group)
        named = code if CODE.fullmatch(code) else str(status)
        return SignInRefused(code=named) if status == 401 else DirectoryTroubled(host=self.host, code=named)
