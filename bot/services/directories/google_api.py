"""Google's Admin SDK, typed: one page at a time, with a service account's key. The only module that knows google's
libraries, which have no types and put answers into their errors and logs: what comes out of here is a page or a
failure, and no exception is raised while another is handled, so that none hangs on it."""

import ssl
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from bot.services.directories.http import (
    LONGEST_WAIT,
    MOST_TRIES,
    Answer,
    Http,
    Json,
    Wait,
    as_object,
    asked_wait,
    host_of,
    pause_after,
)

GOOGLE = "https://admin.googleapis.com/"
SILENCE = 30.0
"""Seconds without a byte after which an answer is given up."""
USERS_A_PAGE, MEMBERS_A_PAGE = 500, 200
USERS = "kind,nextPageToken,users(id,primaryEmail,name/fullName,suspended,archived)"
MEMBERS = "kind,nextPageToken,members(id,type)"

log = structlog.get_logger(__name__)


class AdminSDK:
    """A client of one domain for one reading, by one thread. Close it in the end."""

    def __init__(self, service_account: str, endpoint: str | None, ca: str | None, asked: Asked, wait: Wait) -> None:
        """`service_account` is the JSON of a key or the path to it, `endpoint` where the Admin SDK is if not at
        Google's, `ca` a file of authorities to trust. Raises BadServiceAccount, Untrusted."""
        self.host = host_of(endpoint or GOOGLE)
        check_authorities(ca, self.host)
        key = read_key(service_account)
        credentials = credentials_of(key, asked)
        self._asked, self._wait, self._waited = asked, wait, 0.0
        options = {"api_endpoint": endpoint.rstrip("/") + "/"} if endpoint else None
        self._service: Any = build(
            "admin",
            "directory_v1",
            http=AuthorizedHttp(credentials, http=Line(key["token_uri"], ca)),
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
            if not outcome.may_pass or attempt == MOST_TRIES or self._waited + pause > LONGEST_WAIT:
                log.warning("Google did not answer", host=outcome.host, code=outcome.code, attempts=attempt)
                raise failure_of(outcome, asked)
            log.info("asking Google again", host=outcome.host, code=outcome.code, seconds=round(pause, 1))
            self._waited += pause
            self._wait(pause)
            attempt += 1
        return outcome


class Line:
    """The way to Google, for tokens and for pages: what google's libraries take for httplib2's, which has proxies by
    PySocks alone. What is no JSON they never see. Raises Trouble, StrangeAnswer, Untrusted."""

    def __init__(self, token_uri: str, ca: str | None) -> None:
        self._http = Http(ca, SILENCE)
        self._token_uri = token_uri

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> tuple[Any, bytes]:
        """As httplib2's: the answer's head and body."""
        host, wants_token = host_of(uri), uri == self._token_uri
        answer = self._http.ask(method, uri, headers or {}, data=body)
        if not isinstance(answer, Answer):
            raise answer if isinstance(answer, Untrusted) else Trouble(host, lost=answer)
        status, document = answer.status_code, as_object(answer.content)
        head = httplib2.Response({**answer.headers, "status": str(status)})
        if status == 401 and not wants_token and document is not None:
            return head, answer.content  # for AuthorizedHttp, which gets a new token
        if not 200 <= status < 300:
            retry_after = asked_wait(answer.headers)
            raise Trouble(host, status, document, retry_after=retry_after, by_token_endpoint=wants_token)
        if document is None or (wants_token and not is_token(document)):
            raise StrangeAnswer(host=host)
        return head, answer.content

    def close(self) -> None:
        """Let the connections go."""
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
