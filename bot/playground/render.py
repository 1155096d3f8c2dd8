"""Messages as HTML, for one reader. Each type of block has a template of its name in templates/blocks/."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from bot.playground import charts
from bot.playground.journal import Entry
from bot.playground.markdown import markdown
from bot.playground.messages import Kind, Message
from bot.playground.mrkdwn import Mrkdwn, link
from bot.playground.names import Reader, emoji
from bot.playground.page_texts import page_texts
from bot.playground.slack import LocalSlack
from bot.playground.team import SLACKBOT, Person
from bot.playground.wire import Json

COLOURS = 6


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as the page shows them."""

    name: str
    initials: str
    colour: int
    is_app: bool = False


@cache
def environment() -> Environment:
    """Jinja2 with escaping everywhere and the templates of the page."""
    found = Environment(
        loader=PackageLoader("bot.playground"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    names = found.list_templates(filter_func=lambda name: name.startswith("blocks/"))
    found.globals["known_blocks"] = {name.removeprefix("blocks/").removesuffix(".html"): name for name in names}
    found.globals["emoji"] = emoji()
    found.globals["plot"] = charts.plot
    found.globals["slices"] = charts.slices
    found.globals["chart"] = charts
    found.globals["link"] = link
    found.filters["number"] = charts.number
    found.filters["markdown"] = markdown
    return found


class Renderer:
    """Renders for one person: their language, their time zone, what they wait for."""

    def __init__(self, slack: LocalSlack, person: Person) -> None:
        self._slack = slack
        self._person = person
        users = {one.id: one.real_name for one in slack.people.values()}
        users |= {slack.team.bot_user_id: slack.team.bot_name, SLACKBOT: "Slackbot"}
        channels = {one.id: one.name for one in slack.channels_of(person.id)}
        self.texts = page_texts(person.language)
        self._reader = Reader(users, channels, Locale.parse(person.locale, sep="-"), ZoneInfo(person.tz))
        self._users = users

    def message(self, message: Message, envelopes: set[str], buttons: set[tuple[str, str, str]]) -> Markup:
        """One message; `envelopes` and `buttons` are what the person still waits for (`LocalSlack.waiting`)."""
        return self._render(
            "message.html",
            message=message,
            author=self.author(message.user_id),
            is_typed=message.kind is Kind.TYPED,
            is_notice=message.kind is Kind.NOTICE,
            is_waiting=message.kind is Kind.TYPED and message.envelope_id in envelopes,
            pressed={(block, action) for ts, block, action in buttons if ts == message.ts},
        )

    def blocks(self, blocks: Sequence[Json]) -> Markup:
        """Blocks alone, as within a message of which nothing is awaited."""
        return self._render("blocks.html", blocks=blocks, pressed=set(), message_ts="")

    def entry(self, entry: Entry) -> Markup:
        """One entry of the panel."""
        return self._render("entry.html", entry=entry, gist=_gist(entry), as_json=_as_json)

    def page(self, **values: Any) -> Markup:
        """The whole page."""
        return self._render("page.html", **values)

    def author(self, user_id: str) -> Author:
        """Who it is, with the letters and the colour of the picture they do not have."""
        name = self._users.get(user_id, user_id)
        initials = "".join(word[0] for word in name.split()[:2]).upper()
        is_app = user_id in (self._slack.team.bot_user_id, SLACKBOT)
        return Author(name, initials, sum(map(ord, user_id)) % COLOURS, is_app)

    def _render(self, template: str, **values: Any) -> Markup:
        mrkdwn = Mrkdwn(self._reader)
        html = (
            environment()
            .get_template(template)
            .render(
                texts=self.texts,
                reader=self._reader,
                person=self._person,
                team=self._slack.team,
                mrkdwn=mrkdwn.html,
                plain=mrkdwn.plain,
                **values,
            )
        )
        return Markup(html)  # noqa: S704 - Jinja2 has escaped it


def _gist(entry: Entry) -> str:
    """A few words of an entry that tell it from its neighbours."""
    body = entry.body if isinstance(entry.body, dict) else {}
    payload = body.get("payload")
    payload = payload if isinstance(payload, dict) else {}
    actions = payload.get("actions") or [{}]
    candidates: Iterable[Any] = (
        f"{payload['command']} {payload['text']}" if "command" in payload else None,
        actions[0].get("action_id"),
        payload.get("text"),
        body.get("text"),
        body.get("user"),
    )
    return next((str(candidate)[:80] for candidate in candidates if candidate), "")


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
