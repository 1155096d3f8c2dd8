"""The state of the local Slack, and what both its people and its app need of it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.playground import payloads
from bot.playground.answers import Answers, Asked
from bot.playground.changes import Changes
from bot.playground.delivery import EVENTS, Deliveries, Envelope
from bot.playground.elements import Values
from bot.playground.faults import Faults
from bot.playground.files import File, Files, as_file
from bot.playground.journal import Journal
from bot.playground.messages import Conversations, Message
from bot.playground.prompts import Suggested
from bot.playground.response_urls import ResponseUrls
from bot.playground.socket_mode import SocketMode
from bot.playground.team import Channel, Person, Team
from bot.playground.triggers import Triggers
from bot.playground.views import Views
from bot.playground.wire import Json, SlackError

# The scope that an event needs beside its subscription; https://docs.slack.dev/reference/events
EVENT_SCOPES = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_mention": "app_mentions:read",
    "file_shared": "files:read",
}
MESSAGE_EVENTS = {"im": "message.im", "public_channel": "message.channels", "private_channel": "message.groups"}
CHANNEL_TYPES = {"im": "im", "public_channel": "channel", "private_channel": "group"}


class State(Changes):
    """Who and what there is. `url` is where its server listens; the server sets it."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        team: Team,
        people: Sequence[Person],
        bots: Sequence[Person],
        channels: Sequence[Channel],
        url: str,
    ) -> None:
        super().__init__()
        self.clock = clock
        self.team = team
        self.people = {person.id: person for person in people}
        self.bots = {bot.id: bot for bot in bots}
        self.url = url
        self.throttled = False
        self.last_posts: dict[str, datetime] = {}
        self.scopes = set(team.scopes)
        self.token_state = ""
        self.unknown_blocks: set[str] = set()  # types of blocks that the workspace does not have yet
        self.conversations = Conversations(clock)
        self.files = Files(clock)
        self.views = Views(clock, team)
        self.triggers = Triggers(clock)
        self.faults = Faults()
        self._journal = Journal(clock)
        self._socket = SocketMode(self._journal, team.app_id)
        self._deliveries = Deliveries(clock, self._journal, self._socket)
        self._response_urls = ResponseUrls(clock, self.conversations, team.bot_user_id)
        self._answers = Answers(
            team, self.person, self.conversations, self._response_urls, self.views, self._journal, self.unknown_blocks
        )
        # Options that the app offered, query by query, and what was chosen on messages: by person, place, block and
        # action.
        self._offered: dict[tuple[str, str, str, str], list[list[Json]]] = {}
        self._held: dict[tuple[str, str], Values] = {}
        self._suggested: dict[str, Suggested] = {}
        self._channels = {channel.id: channel for channel in channels}
        for person in people:
            self._channels[f"D{person.id[1:]}"] = Channel(f"D{person.id[1:]}", "directmessage", person.id)

    def person(self, user_id: str) -> Person:
        """A person or another app's bot; raises `user_not_found`."""
        found = self.people.get(user_id) or self.bots.get(user_id)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, channel_id: str, user_id: str | None = None) -> Channel:
        """The channel, if this person is in it, or the app (None) can see it; raises `channel_not_found`."""
        channel = self._channels.get(channel_id)
        if channel is None:
            raise SlackError("channel_not_found")
        is_seen = channel.holds(self.person(user_id)) if user_id else channel.has_app or not channel.is_private
        if not is_seen:
            raise SlackError("channel_not_found")
        return channel

    def channels_of(self, user_id: str) -> list[Channel]:
        """The channels that the person is in, the direct message with the app last."""
        person = self.person(user_id)
        return [channel for channel in self._channels.values() if channel.holds(person)]

    def channels(self) -> list[Channel]:
        """The channels that the app can see, direct messages last."""
        return [channel for channel in self._channels.values() if channel.has_app or not channel.is_private]

    def direct_message(self, user_id: str) -> Channel | None:
        """The direct message between the app and a person; None for somebody whom it cannot reach."""
        return self._channels.get(f"D{user_id[1:]}") if user_id in self.people else None

    def change_channel(self, channel_id: str, **changes: object) -> Channel:
        """Archive a channel, let the app in or put it out: fields of Channel, such as `is_archived=True`."""
        with self.changed:
            changed = replace(self.channel(channel_id), **changes)  # type: ignore[arg-type]
            self._channels[channel_id] = changed
            self._notify()
            return changed

    def file(self, file_id: str) -> File:
        """A file that is there; raises `file_not_found` and `file_deleted`."""
        with self.changed:
            return self.files.find(file_id)

    def as_file(self, file: File) -> Json:
        """Slack's file object."""
        return as_file(file, self.url, self.team.id, lambda channel_id: self._channels[channel_id])

    def as_message(self, message: Message, *, metadata: bool = True) -> Json:
        """Slack's message object, with its files and what is to be said of its thread."""
        files = [self.as_file(self.files.find(file_id)) for file_id in message.files if self._has(file_id)]
        thread = self.conversations.thread(message.channel_id, message.ts)
        replies = [one for one in thread if one.ts != message.ts]
        shown = payloads.as_message(self.team, message, files, replies, metadata)
        person = self.people.get(message.user_id)
        if person and person.team_id:
            shown |= dict.fromkeys(("team", "user_team", "source_team"), person.team_id)
        return shown | ({"bot_id": f"B{message.user_id[1:]}"} if message.user_id in self.bots else {})

    def _has(self, file_id: str) -> bool:
        try:
            return bool(self.files.find(file_id))
        except SlackError:
            return False

    # Within the lock

    def _send(self, kind: str, payload: Json, asked: Asked | None = None) -> Envelope:
        envelope = self._deliveries.send(kind, payload)
        if asked:
            self._answers.expect(envelope, asked)
        self._notify()
        return envelope

    def _event(self, name: str, event: Json, channel: Channel | None = None) -> None:
        """Send an event, if the app has asked for it, has the scope and is there to see it."""
        if name not in self.team.events or (channel and not channel.has_app):
            return
        needed = EVENT_SCOPES.get(name)
        if needed and needed not in self.scopes:
            return
        event_id = f"Ev0{secrets.token_hex(5).upper()}"
        shared = bool(channel and channel.shared_with)
        self._send(EVENTS, payloads.event_callback(self.team, event, event_id, self.clock(), is_shared=shared))

    def _tell_of(self, message: Message, **more: object) -> None:
        """The events of a new message: `message` for the kind of channel, `app_mention`, `file_shared`."""
        channel = self._channels[message.channel_id]
        if message.is_ephemeral:
            return
        body = self.as_message(message) | more
        event = body | {
            "channel": channel.id,
            "event_ts": message.ts,
            "channel_type": CHANNEL_TYPES[channel.kind],
        }
        self._event(MESSAGE_EVENTS[channel.kind], event, channel)
        if f"<@{self.team.bot_user_id}" in message.text and channel.kind != "im":
            mention = {key: value for key, value in event.items() if key != "channel_type"} | {"type": "app_mention"}
            self._event("app_mention", mention, channel)
        for file_id in message.files:
            shared = {"type": "file_shared", "file_id": file_id, "user_id": message.user_id, "file": {"id": file_id}}
            self._event("file_shared", shared | {"channel_id": channel.id, "event_ts": message.ts}, channel)

    def _tell_of_change(self, before: Message, after: Message | None) -> None:
        """The event of a changed or deleted message. It names no author at its top, so apps take their own for news."""
        channel = self._channels[before.channel_id]
        if before.is_ephemeral:
            return
        ts = self.conversations.ts()
        event: Json = {
            "type": "message",
            "subtype": "message_changed" if after else "message_deleted",
            "hidden": True,
            "channel": channel.id,
            "channel_type": CHANNEL_TYPES[channel.kind],
            "ts": ts,
            "event_ts": ts,
            "previous_message": self.as_message(before),
        }
        event |= {"message": self.as_message(after)} if after else {"deleted_ts": before.ts}
        self._event(MESSAGE_EVENTS[channel.kind], event, channel)

    def _response_url(self, kind: str, key: str) -> str:
        return f"{self.url}/response/{kind}/{self.team.id}/{key}"
