"""Google's Admin SDK, typed: one page at a time, with a service account's key. The only module that knows google's
libraries, which have no types and put answers into their errors and logs: what comes out of here is a page or a
failure, and no exception is raised while another is handled, so that none hangs on it."""

import json
import re
import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httplib2
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from bot.services.directories.failures import BadServiceAccount, StrangeAnswer, Untrusted
from bot.services.directories.google_answers import Asked, Trouble, failure_of
from bot.settings import LOOPBACK

Json = dict[str, Any]

GOOGLE = "https://admin.googleapis.com/"
TIMEOUT_SECONDS = 30
TRIES = 5
LONGEST_WAIT = 120
"""Seconds that a reading waits in all: whoever is sent away for longer comes back later and holds no worker."""
USERS_A_PAGE, MEMBERS_A_PAGE = 500, 200
USERS = "kind,nextPageToken,users(id,primaryEmail,name/fullName,suspended,archived)"
MEMBERS = "kind,nextPageToken,members(id,type)"

log = structlog.get_logger(__name__)


class AdminSDK:
    """A client of one domain for one reading, by one thread, as httplib2 wants it. Close it in the end."""

    def __init__(
        self, service_account: str, endpoint: str | None, ca: str | None, asked: Asked, wait: Callable[[float], None]
    ) -> None:
        """`service_account` is the JSON of a key or the path to it, `endpoint` where the Admin SDK is if not at
        Google's, `ca` a file of authorities to trust. Raises BadServiceAccount, Untrusted."""
        self.host = host_of(endpoint or GOOGLE)
        check_authorities(ca, self.host)
        key = read_key(service_account)
        credentials = credentials_of(key, asked)
        self._asked, self._wait, self._waited = asked, wait, 0.0
        line = Line(key["token_uri"], ca, is_local=urlsplit(endpoint or GOOGLE).hostname in LOOPBACK)
        options = {"api_endpoint": endpoint.rstrip("/") + "/"} if endpoint else None
        self._service: Any = build(
            "admin",
            "directory_v1",
            http=AuthorizedHttp(credentials, http=line),
            client_options=options,
            static_discovery=True,
            cache_discovery=False,
        )

    def users(self, page: str | None) -> Json:
        """A page of the users of all the customer's domains; None is the first. Raises DirectoryFailure."""
        listing = self._service.users().list(
            customer="my_customer", maxResults=USERS_A_PAGE, pageToken=page, fields=USERS
        )
        return self._ask(listing, self._asked)

    def members(self, group: str, page: str | None) -> Json:
        """A page of a group's members, those of the groups in it too. Raises DirectoryFailure."""
        listing = self._service.members().list(
            groupKey=group, includeDerivedMembership=True, maxResults=MEMBERS_A_PAGE, pageToken=page, fields=MEMBERS
        )
        return self._ask(listing, replace(self._asked, group=group))

    def close(self) -> None:
        """Let the connections go."""
        self._service.close()

    def _ask(self, listing: Any, asked: Asked) -> Json:
        attempt = 1
        while isinstance(outcome := attempted(listing), Trouble):
            pause = pause_after(attempt, outcome.retry_after)
            if not outcome.may_pass or attempt == TRIES or self._waited + pause > LONGEST_WAIT:
                log.warning("Google did not answer", host=outcome.host, code=outcome.code, attempts=attempt)
                raise failure_of(outcome, asked)
            log.info("asking Google again", host=outcome.host, code=outcome.code, seconds=round(pause, 1))
            self._waited += pause
            self._wait(pause)
            attempt += 1
        return outcome


class Line:
    """The way to Google, for tokens and for pages: what google's libraries take for httplib2's. It follows nothing, and
    what is no JSON they never see. Raises Trouble, StrangeAnswer, Untrusted."""

    def __init__(self, token_uri: str, ca: str | None, *, is_local: bool) -> None:
        """`is_local`: no proxy stands between us and our own machine."""
        proxy = None if is_local else httplib2.proxy_info_from_environment
        self._http: Any = httplib2.Http(timeout=TIMEOUT_SECONDS, ca_certs=ca, proxy_info=proxy)
        self._http.follow_redirects = False
        self._token_uri = token_uri

    def request(
        self, uri: str, method: str = "GET", body: object = None, headers: object = None, **_: object
    ) -> tuple[Any, bytes]:
        """As httplib2's: the answer's head and body."""
        host, wants_token = host_of(uri), uri == self._token_uri
        lost: str | None = None
        is_untrusted = False
        try:
            head, content = self._http.request(uri, method, body=body, headers=headers)
        except (httplib2.HttpLib2Error, HTTPException, OSError) as error:
            lost, is_untrusted = type(error).__name__, isinstance(error, ssl.SSLCertVerificationError)
        if lost:
            log.info("no answer from Google", host=host, reason=lost)
            self.close()
            raise Untrusted(host=host) if is_untrusted else Trouble(host)
        document = as_object(content)
        if head.status == 401 and not wants_token and document is not None:
            return head, content  # for AuthorizedHttp, which gets a new token
        if not 200 <= head.status < 300:
            raise Trouble(host, head.status, document, retry_after=seconds_of(head), by_token_endpoint=wants_token)
        if document is None or (wants_token and not is_token(document)):
            raise StrangeAnswer(host=host)
        return head, content

    def close(self) -> None:
        """Let the connections go; the next request opens a new one."""
        self._http.close()


def attempted(listing: Any) -> Json | Trouble:
    """One attempt. Raises StrangeAnswer, Untrusted."""
    host = host_of(listing.uri)
    try:
        page: Json = listing.execute(num_retries=0)
    except Trouble as trouble:
        return trouble
    except HttpError as error:  # 401 even with a new token
        return Trouble(host, error.status_code, {"error": {"status": "UNAUTHENTICATED"}})
    except GoogleAuthError:
        pass
    else:
        return page
    raise StrangeAnswer(host=host)


def check_authorities(ca: str | None, host: str) -> None:
    """Raises Untrusted for a file that holds no certificate authorities."""
    try:
        ssl.create_default_context(cafile=ca)
    except OSError:
        pass
    else:
        return
    raise Untrusted(host=host)


def read_key(given: str) -> Json:
    """The key of a service account, from its JSON or the path to it. Raises BadServiceAccount."""
    found = None
    try:
        text = given if given.lstrip().startswith("{") else Path(given).expanduser().read_text(encoding="utf-8")
        found = as_object(text)
    except (OSError, ValueError, RuntimeError):  # the last for a ~ of nobody's
        pass
    if found is None or not is_key(found):
        raise BadServiceAccount()
    return found


def is_key(document: Json) -> bool:
    """Whether it is what Google gives out for a service account; delegation exists in Google's own cloud only."""
    named = (document.get(name) for name in ("client_email", "private_key", "token_uri"))
    return (
        all(isinstance(value, str) and value for value in named)
        and document.get("type") == "service_account"
        and document["token_uri"].startswith("https://")
        and document.get("universe_domain", "googleapis.com") == "googleapis.com"
    )


def credentials_of(key: Json, asked: Asked) -> Any:
    """A service account that acts as the subject. Raises BadServiceAccount."""
    try:
        return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            key, scopes=list(asked.scopes), subject=asked.subject
        )
    except (GoogleAuthError, ValueError, TypeError, UnsupportedAlgorithm):
        pass
    raise BadServiceAccount()


def is_token(document: Json) -> bool:
    return isinstance(document.get("access_token"), str) and isinstance(document.get("expires_in"), int)


def as_object(content: bytes | str) -> Json | None:
    """The JSON object that it is, if it is one."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def pause_after(attempt: int, retry_after: float | None) -> float:
    """The seconds before the next attempt: longer each time, and never as long as others wait."""
    jitter = secrets.randbelow(1000) / 1000
    return 2 ** (attempt - 1) * (1 + jitter) if retry_after is None else retry_after + jitter


def seconds_of(head: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date counts from the answer's own."""
    said = head.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", said):
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(head["date"])) / timedelta(seconds=1))
    except (ValueError, TypeError, KeyError):
        return None


def host_of(url: str) -> str:
    """Host and port of an address."""
    return urlsplit(url).netloc.rpartition("@")[2]
