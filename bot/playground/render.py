"""Messages, views and the page as HTML, for one reader; blocks are rendered in block_html.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from bot.playground.block_html import BlockRenderer, Place, dom_id
from bot.playground.choices import Group
from bot.playground.elements import Values
from bot.playground.file_previews import preview, size
from bot.playground.journal import Direction, Entry
from bot.playground.messages import Kind, Message
from bot.playground.months import month_of, moved
from bot.playground.prompts import Suggested
from bot.playground.team import SLACKBOT, Channel, Person
from bot.playground.views import View
from bot.playground.wire import Json, SlackError

COLOURS = 6
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, as the page shows them."""

    name: str
    initials: str
    colour: int
    is_app: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a message stands for one person: its HTML changes when one of these does.

    `is_waiting`: for the answer to a typed command; `awaited`: (block_id, action_id) of what was pressed; `gone`: its
    files that are no longer there; `day`: the name of the day that begins with it; `follows`: it goes on where the
    same author has just spoken.
    """

    revision: int
    is_waiting: bool
    awaited: frozenset[tuple[str, str]]
    gone: tuple[str, ...]
    day: str = ""
    follows: bool = False

    @property
    def version(self) -> str:
        """The same for the same standing."""
        place = (self.day, str(self.follows))
        return dom_id(str(self.revision), str(self.is_waiting), repr(sorted(self.awaited)), *place, *self.gone)


class Renderer(BlockRenderer):
    """Renders for one person: their language, their time zone, what they wait for."""

    def message(
        self,
        message: Message,
        standing: Standing,
        replies: Sequence[Message] | None,
        held: Values,
        thread_ts: str | None = None,
        found_in: Channel | None = None,
    ) -> Markup:
        """One message; `replies`: those of its thread, None where there can be none; `held`: what the person chose
        or wrote in it; `thread_ts`: the thread that it stands in, None where that is the conversation itself;
        `found_in`: where a search has found it."""
        place_query = {"as": self._person.id, "channel": message.channel_id}
        query = urlencode(place_query | {"thread": message.ts})
        if message.is_reply and message.thread_ts:
            place_query["thread"] = message.thread_ts
        place = Place(f"{thread_ts or ''}{message.ts}", standing.awaited, held)
        blocks = self.blocks(message.blocks, place) if message.blocks else ""
        is_seen_by_all = message.kind is Kind.POSTED and not message.is_ephemeral
        return self._render(
            "message.html",
            message=message,
            author=self.author(message.user_id),
            is_typed=message.kind is Kind.TYPED,
            is_notice=message.kind is Kind.NOTICE,
            dom_id=dom_id,
            names=lambda who: ", ".join(self.author(one).name for one in who),
            has_menu=is_seen_by_all,
            can_react=is_seen_by_all and not self._slack.channel(message.channel_id).is_archived,
            is_waiting=message.kind is Kind.TYPED and standing.is_waiting,
            version=standing.version,
            day=standing.day,
            follows=standing.follows,
            blocks=blocks,
            files=[self._file(file_id) for file_id in message.files],
            replies=len(replies or ()),
            repliers=[self.author(one) for one in dict.fromkeys(reply.user_id for reply in replies or ())],
            last_reply=self._day_and_time(replies[-1]) if replies else "",
            thread_url=None if replies is None or thread_ts else f"?{query}#{message.ts}",
            within="t" if thread_ts else "m",
            found_in=found_in,
            found_url=f"?{urlencode(place_query)}#{message.ts}",
        )

    def new_day(self, before: Message | None, message: Message) -> str:
        """The name of the day that begins with a message; empty where it is that of the message before it."""
        seconds = float(message.ts)
        day = self._reader.day(seconds)
        if before is not None and self._reader.day(float(before.ts)) == day:
            return ""
        gone = self._reader.day(self._slack.clock().timestamp()) - day
        return self.texts["days"].get(str(gone)) or self._reader.day_name(seconds, self.texts["day_pattern"])

    def _day_and_time(self, message: Message) -> str:
        """When it was said, such as `Today, 14:37`."""
        return f"{self.new_day(None, message)}, {self._reader.time(message.ts)}"

    def thread(self, channel: Channel, thread_ts: str, messages: Iterable[Markup]) -> Markup:
        """A thread with its composer, as it stands beside its channel."""
        name = self.channel_name(channel)
        return self._render(
            "thread.html",
            channel=channel,
            thread_ts=thread_ts,
            messages=messages,
            channel_name=name,
            members=self.members(channel),
        )

    def members(self, channel: Channel) -> list[Person]:
        """The people of a channel."""
        return [one for one in self._slack.people.values() if channel.holds(one)]

    def channel_name(self, channel: Channel) -> str:
        """What a channel is called at its head; the direct message with the app bears the app's name."""
        return self._slack.team.bot_name if channel.with_user else f"#{channel.name}"

    def view(self, view: View) -> Markup:
        """A modal as a dialog."""
        blocks = self.blocks(view.blocks, Place(view.id, held=view.changed, errors=view.errors))
        trouble = self.texts["view_trouble"].format(code=view.trouble) if view.trouble else ""
        return self._render("view.html", view=view, blocks=blocks, trouble=trouble)

    def home(self, view: View | None) -> Markup:
        """Somebody's Home; None before the app has published it."""
        blocks = self.blocks(view.blocks, Place(view.id, held=view.changed)) if view else ""
        return self._render("home.html", view=view, blocks=blocks, version=view.hash if view else "")

    def prompts(self, suggested: Suggested | None) -> Markup:
        """What the app suggests to ask; an empty place where it suggests nothing."""
        return self._render("prompts.html", suggested=suggested)

    def options(self, groups: Sequence[Group]) -> Markup:
        """The options of a list that an app has answered with."""
        return self._render("options.html", groups=groups)

    def month(self, at: date | None, days: int, months: int, chosen: str) -> Markup:
        """The month of a date picker, so many days and months on from a day, by default today."""
        today = date.fromordinal(self._reader.day(self._slack.clock().timestamp()))
        month = month_of(moved(at or today, days, months), self._locale)
        return self._render("month.html", month=month, chosen=chosen, today=today)

    def entry(self, entry: Entry) -> Markup:
        """One entry of the panel."""
        at = self._reader.date(entry.at.timestamp(), "{time_secs}")
        return self._render("entry.html", entry=entry, gist=_gist(entry), at=at, has_blocks=_has_blocks(entry))

    def directories(self, **values: Any) -> Markup:
        """What the dialog with the clients' directories shows."""
        return self._render("directories.html", **values)

    def page(self, **values: Any) -> Markup:
        """The whole page."""
        return self._render("page.html", **values)

    def author(self, user_id: str) -> Author:
        """Who it is, with the letters and the colour of the picture they do not have."""
        name = self._users.get(user_id, user_id)
        initials = "".join(word[0] for word in name.split()[:2]).upper()
        is_app = user_id in (self._slack.team.bot_user_id, SLACKBOT, *self._slack.bots)
        place = list(self._users).index(user_id) if user_id in self._users else 0  # neighbours differ
        return Author(name, initials, place % COLOURS, is_app)

    def _file(self, file_id: str) -> Json:
        """What a message shows of a file; `url` is None where it is gone."""
        try:
            file = self._slack.file(file_id)
        except SlackError:
            return {"title": file_id, "url": None}
        figure, unit = size(file.length)
        return {
            "name": file.name,
            "title": file.title or file.name,
            "url": self.file_url(file.id),
            "kind": file.filetype.upper(),
            "size": f"{self._number(figure)} {unit}",
            "is_image": file.mimetype in IMAGES,
            "preview": preview(file.filetype, file.content),
        }


def _gist(entry: Entry) -> str:
    """A few words of an entry that tell it from its neighbours. The app may have sent anything."""
    body = _dict(entry.body)
    payload = _dict(body.get("payload"))
    actions = payload.get("actions")
    action = _dict(actions[0]) if isinstance(actions, list) and actions else {}
    view = _dict(payload.get("view") or body.get("view"))
    about = [payload.get("type"), payload.get("action_id") or view.get("callback_id")]
    candidates: Iterable[Any] = (
        f"{payload['command']} {payload.get('text')}" if "command" in payload else None,
        action.get("action_id"),
        _dict(payload.get("event")).get("type"),
        " ".join(str(part) for part in about if part),
        payload.get("text"),
        body.get("text"),
        _dict(view.get("title")).get("text"),
        body.get("user"),
        body.get("filename"),
    )
    return next((str(candidate)[:80] for candidate in candidates if candidate), "")


def _has_blocks(entry: Entry) -> bool:
    """Whether the app sent blocks or a view, which the schema had to take."""
    body = _dict(entry.body)
    payload = _dict(body.get("payload"))
    return entry.direction is Direction.SENT and any(
        one.get(key) for one in (body, payload) for key in ("blocks", "view")
    )


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
