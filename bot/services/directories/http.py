"""HTTP as every directory is asked by it. Of the environment it heeds the proxies alone: neither `~/.netrc` nor a file
of authorities, which the settings name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from pydantic_core import from_json
from requests.exceptions import InvalidProxyURL, InvalidSchema, ProxyError
from requests.utils import get_environ_proxies, select_proxy

from bot.services.directories.failures import DirectoryAway, DirectoryFailure, ProxyAway, Untrusted
from bot.settings import LOOPBACK

Wait = Callable[[float], None]
"""Waits for so many seconds."""
Json = dict[str, Any]

MOST_TRIES = 5
LONGEST_WAIT = 120.0
"""Seconds that a reading waits in all: whoever is sent away for longer comes back later and holds no worker."""
JITTER = SystemRandom()
SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")
BY_PROXY = (ProxyError, InvalidProxyURL, InvalidSchema)
"""How requests fails by a proxy; the last is a kind of proxy that it does not speak with."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of an answer, and none of the connection it came by: an exception's frames would hold that open."""

    url: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def ok(self) -> bool:
        return self.status_code < 400

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class Http:
    """Asks once, and follows no redirect. For one thread; close it in the end."""

    def __init__(self, ca: str | None, silence: float) -> None:
        """`ca` is the file of the authorities to trust instead of the usual ones, `silence` the seconds without a byte
        after which an answer is given up."""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca or True
        self._silence = silence

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        params: Json | None = None,
        data: Json | bytes | str | None = None,
    ) -> Answer | DirectoryFailure:
        """The answer at this address, as it is written, or why there is none."""
        host, proxies = host_of(url), proxies_for(url)
        try:
            request = self._session.prepare_request(requests.Request(method, url, headers, params=params, data=data))
            if not params:
                request.url = url  # requests would write a link's percent signs its own way
            got = self._session.send(request, timeout=self._silence, allow_redirects=False, proxies=proxies)
        except OSError as error:  # its words may hold addresses with tokens in them
            log.warning("no answer", host=host, why=type(error).__name__)
            return reason(error, host, select_proxy(url, proxies))
        return Answer(request.url or "", got.status_code, got.headers, got.content)


def proxies_for(url: str) -> dict[str, str]:
    """The proxies of the environment (HTTPS_PROXY) to an address that NO_PROXY does not spare; none stands between us
    and our own machine."""
    return {} if host_name(url) in LOOPBACK else get_environ_proxies(url)


def reason(error: OSError, host: str, proxy: str | None) -> DirectoryFailure:
    """Why a host did not answer."""
    if proxy and isinstance(error, BY_PROXY):
        return ProxyAway(host=host, proxy=host_of(proxy if "://" in proxy else f"//{proxy}"))
    # What is not requests' own is a file of authorities that cannot be read.
    if not isinstance(error, requests.RequestException) or "VERIFY_FAILED" in str(error):
        return Untrusted(host=host)
    return DirectoryAway(host=host)


def host_of(url: str) -> str:
    """Host and port of an address, without a password in it; empty where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def host_name(url: str) -> str | None:
    """The host of an address without its port, if it has one."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def as_object(content: bytes | str) -> Json | None:
    """The JSON object that it is, if it is one."""
    try:
        found = from_json(content, cache_strings="keys")  # a third faster than `json` with a page of a thousand users
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds for which `Retry-After` asks: a number, or a date, which is compared with the answer's own since
    clocks differ."""
    said = headers.get("Retry-After", "").strip()
    if SECONDS.fullmatch(said):
        return float(said)
    try:
        until, now = (parsedate_to_datetime(text) for text in (said, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):  # no dates, or only one of them with a zone
        return None


def pause_after(tries: int, asked: float | None) -> float:
    """The seconds to wait before the next try: not less than was asked, else twice as long each time; and a little
    by chance, since others wait for the same."""
    if asked is not None:
        return asked + JITTER.uniform(0, 1)
    return JITTER.uniform(0.5, 1) * (1 << tries)
