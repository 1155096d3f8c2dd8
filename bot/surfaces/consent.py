"""The way back from Microsoft's consent page: what it says is carried out, and told to the client's administrator."""

import time
from collections.abc import Callable, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from bot.services import consents
from bot.services.directories.opening import Credentials
from bot.services.errors import Refusal
from bot.services.store import trouble
from bot.services.workspaces import LOCALES
from bot.views import consent_page
from bot.views.texts import Texts

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
LONGEST = 1000
"""Of an Accept-Language, what is read of it."""

log = structlog.get_logger(__name__)


class Page(NamedTuple):
    """A status of HTTP and HTML."""

    status: int
    html: str


class Consents:
    """Answers whoever comes back from Microsoft."""

    def __init__(
        self, engine: Engine, credentials: Credentials, clock: Clock, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._engine, self._credentials, self._clock, self._wait = engine, credentials, clock, wait

    def page(self, answer: Mapping[str, str], languages: str) -> Page:
        """What came of it. `answer` are the fields of the address, `languages` the browser's Accept-Language."""
        texts = Texts(preferred(languages) or "en", ZoneInfo("UTC"))
        if consents.is_renewal(answer):
            return Page(200, consent_page.renewed(texts))
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                asked = consents.take(session, answer.get("state", ""), self._clock())
                texts = Texts(preferred(languages) or asked.workspace.locale, asked.workspace.calendar.zone)
                done = consents.finish(session, asked, answer, self._credentials, clock=self._clock, wait=self._wait)
        except Refusal as refusal:
            log.warning("consent refused", refusal=type(refusal).__name__)
            return Page(400, consent_page.refused(texts, refusal))
        except DBAPIError as error:
            log.exception("consent failed")
            refusal_ = trouble(error)
            return Page(503, consent_page.refused(texts, refusal_) if refusal_ else consent_page.broken(texts))
        except Exception:
            log.exception("consent failed")
            return Page(500, consent_page.broken(texts))
        log.info("consent", workspace=asked.workspace.name, account=asked.account.id, change=done.change)
        return Page(200, consent_page.connected(texts, asked.workspace, done))


def preferred(languages: str) -> str | None:
    """The language of ours that an Accept-Language likes best, if it names one. Pure."""
    liked: dict[str, float] = {}
    for one in languages[:LONGEST].split(","):
        name, *parameters = (part.strip().lower() for part in one.split(";"))
        weight = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        locale = name.partition("-")[0]
        if locale in LOCALES and weight.replace(".", "", 1).isdecimal() and float(weight) > 0:
            liked[locale] = max(liked.get(locale, 0), float(weight))
    return max(liked, key=lambda locale: liked[locale]) if liked else None
