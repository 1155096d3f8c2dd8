"""Blocks and elements as HTML, for one reader.

Each type of block has a template of its name in templates/blocks/, each type of element one in templates/elements/.
What has none, or is not as Slack describes it, is shown with its JSON.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent, parse_pattern
from jinja2 import Environment, PackageLoader, Template, UndefinedError
from markupsafe import Markup

from bot.playground import charts
from bot.playground.choices import offer
from bot.playground.elements import INITIAL, Values
from bot.playground.markdown import markdown
from bot.playground.mrkdwn import Mrkdwn, link
from bot.playground.names import Reader, emoji
from bot.playground.page_texts import page_texts
from bot.playground.slack import LocalSlack
from bot.playground.team import SLACKBOT, Person
from bot.playground.wire import Json

FIGURE = parse_pattern("#,##0.##########")
FILE_ID = re.compile(r"F[0-9A-Z]{6,}")
MALFORMED = (UndefinedError, AttributeError, KeyError, IndexError, TypeError, ValueError, ArithmeticError)
# Types of elements that share a template.
SHARED = {
    **dict.fromkeys(("plain_text_input", "number_input", "email_text_input", "url_text_input"), "text_input"),
    **{
        f"{multi}{kind}_select": "select"
        for multi in ("", "multi_")
        for kind in ("static", "external", "users", "channels", "conversations")
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where blocks stand: in which message or view, which actions (block_id, action_id) are awaited, what was put in
    and what was wrong with it."""

    id: str = ""
    awaited: frozenset[tuple[str, str]] = frozenset()
    held: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@cache
def environment() -> Environment:
    """Jinja2 with escaping everywhere and the templates of the page."""
    found = Environment(
        loader=PackageLoader("bot.playground"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals |= {"emoji": emoji(), "chart": charts, "slices": charts.slices, "link": link}
    found.filters["markdown"] = markdown
    return found


@cache
def templates() -> Mapping[str, Template]:
    """The templates of blocks and elements by their names, such as `blocks/section.html`."""
    names = environment().list_templates(filter_func=lambda name: name.startswith(("blocks/", "elements/")))
    return {name: environment().get_template(name) for name in names}


class BlockRenderer:
    """Renders blocks for one person: their language, their time zone, the names that they see."""

    def __init__(self, slack: LocalSlack, person: Person) -> None:
        self._slack = slack
        self._person = person
        users = {one.id: one.real_name for one in (*slack.people.values(), *slack.bots.values())}
        self._users = users | {slack.team.bot_user_id: slack.team.bot_name, SLACKBOT: "Slackbot"}
        channels = {one.id: one.name for one in slack.channels_of(person.id) if not one.with_user}
        self._locale = Locale.parse(person.locale, sep="-")
        self._reader = Reader(self._users, channels, self._locale, ZoneInfo(person.tz))
        self._mrkdwn = Mrkdwn(self._reader)
        self.texts = page_texts(person.language)
        self._offer = partial(
            offer,
            people=[(id_, name) for id_, name in self._users.items() if id_ != SLACKBOT],
            channels=[(id_, f"#{name}") for id_, name in channels.items()],
        )
        self._base = {
            "texts": self.texts,
            "reader": self._reader,
            "person": person,
            "team": slack.team,
            "mrkdwn": self._mrkdwn.html,
            "words": self._words,
            "number": self._number,
            "percent": self._percent,
            "plot": partial(charts.plot, write=self._number),
            "picture": self._picture,
            "as_json": as_json,
            "local_minute": self._local_minute,
            "day_name": self._day_name,
            "offer": self._offer,
        }

    def blocks(self, blocks: Sequence[Json], place: Place | None = None) -> Markup:
        """Blocks, each in its template."""
        parts = [self._block(place or Place(), block) for block in blocks]
        return self._render("blocks.html", parts=parts)

    def file_url(self, file_id: str) -> str:
        """Where the person gets a file."""
        return f"/file/{file_id}?{urlencode({'as': self._person.id})}"

    # What templates call

    def _block(self, place: Place, block: Json) -> Markup:
        block_id = str(block.get("block_id") or "")
        return self._part(
            "blocks",
            block.get("type"),
            block,
            self.texts["unknown_block"],
            block=block,
            error=place.errors.get(block_id),
            dom_id=partial(dom_id, place.id, block_id),
            show_block=partial(self._block, place),
            show_element=partial(self._element, place, block_id),
        )

    def _element(
        self, place: Place, block_id: str, element: Json, dispatches: bool = True, label: str = "", described: str = ""
    ) -> Markup:
        """An element; `label` is the id of what names it, `described` are those of what is said of it, and one that
        dispatches tells the app of every choice."""
        action_id, kind = str(element.get("action_id") or ""), element.get("type")
        held = place.held.get(block_id, {}).get(action_id)
        if held and held.get("type") == kind:
            element = {key: value for key, value in element.items() if not key.startswith("initial_")} | {
                INITIAL[name]: value for name, value in held.items() if name in INITIAL and value not in (None, "", [])
            }
        where = {"data-element": kind, "data-block": block_id, "data-action": action_id}
        return self._part(
            "elements",
            SHARED.get(str(kind), kind),
            element,
            self.texts["unknown_element"],
            element=element,
            where=where | ({"data-dispatches": ""} if dispatches else {}),
            dom_id=partial(dom_id, place.id, block_id, action_id),
            label=label,
            described=described,
            waits=(block_id, action_id) in place.awaited,
        )

    def _part(self, folder: str, kind: object, part: Json, unknown: str, **values: Any) -> Markup:
        """A block or an element in its template, or its JSON."""
        template = templates().get(f"{folder}/{kind}.html")
        if template is not None:
            try:
                return self._render(template, **values)
            except MALFORMED:  # not as Slack describes it
                pass
        return self._render("unknown.html", title=unknown.format(kind=part.get("type")), part=part)

    def _words(self, text: Json) -> Markup:
        """A text object."""
        if text["type"] == "mrkdwn":
            return self._mrkdwn.html(text["text"])
        return Markup.escape(text["text"]) if text.get("emoji") is False else self._mrkdwn.plain(text["text"])

    def _number(self, value: float) -> str:
        """A figure as short as it is exact, written as the reader does."""
        return str(FIGURE.apply(value, self._locale))

    def _percent(self, share: float) -> str:
        return format_percent(share, locale=self._locale)

    def _local_minute(self, seconds: float) -> str:
        """An instant as a field for date and time takes it, in the reader's time zone."""
        return f"{datetime.fromtimestamp(seconds, UTC).astimezone(self._reader.tz):%Y-%m-%dT%H:%M}"

    def _day_name(self, day: str, style: str = "medium") -> str:
        """A day, such as `2026-11-03`, as the reader writes it."""
        return format_date(date.fromisoformat(day), style, locale=self._locale)

    def _picture(self, image: Json) -> str | None:
        """Where a picture is loaded from; None where that is not the local Slack: nothing else is asked."""
        if file := image.get("slack_file"):
            found = FILE_ID.search(str(file.get("id") or file.get("url")))
            return self.file_url(found[0]) if found else None
        url = str(image.get("image_url") or "")
        return url if url.startswith((f"{self._slack.url}/", "data:image/")) else None

    def _render(self, template: Template | str, **values: Any) -> Markup:
        found = environment().get_template(template) if isinstance(template, str) else template
        return Markup(found.render(self._base, **values))  # noqa: S704 - Jinja2 has escaped it


def as_json(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def dom_id(*names: str) -> str:
    """An id of an element of the page: the same for the same place, whatever characters its names have."""
    return "e" + hashlib.sha256(json.dumps(names).encode()).hexdigest()[:12]
