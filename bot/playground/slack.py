"""A small, strict Slack: one team, its people, one channel and one app. Its state and its rules, without any web.

Everything is kept in memory and guarded by one lock, so tests, the page and the bot's requests may come from any
thread. Time comes from the clock that is handed in.
"""

import secrets
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from bot.playground import payloads
from bot.playground.answers import Answers, Asked, checked, said
from bot.playground.changes import Changes
from bot.playground.journal import Entry, Journal
from bot.playground.messages import Conversations, Kind, Message
from bot.playground.response_urls import ResponseUrls
from bot.playground.socket_mode import Envelope, Link, SocketMode
from bot.playground.team import BILLING, NORTHWIND, PEOPLE, Channel, Person, Team
from bot.playground.typing_rules import as_typed
from bot.playground.wire import Json, SlackError


class NoSuchButtonError(LookupError):
    """There is no such button on a message that the person sees."""


class LocalSlack(Changes):
    """The state and the rules. `url` is where its server listens; the server sets it."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        team: Team = NORTHWIND,
        people: Sequence[Person] = PEOPLE,
        channel: Channel = BILLING,
        url: str = "http://127.0.0.1",
    ) -> None:
        super().__init__()
        self.clock = clock
        self.team = team
        self.people = {person.id: person for person in people}
        self.url = url
        self.conversations = Conversations(clock)
        self._journal = Journal(clock)
        self._socket = SocketMode(clock, self._journal, team.app_id)
        self._response_urls = ResponseUrls(clock, self.conversations, team.bot_user_id)
        self._channels = {channel.id: channel}
        self._answers = Answers(team, self.people, self.conversations, self._response_urls, self._journal)
        for person in people:
            self._channels[f"D{person.id[1:]}"] = Channel(f"D{person.id[1:]}", "directmessage", person.id)

    # What people do

    def say(self, user_id: str, channel_id: str, text: str) -> Envelope | Message:
        """What a person sends from the composer: a slash command if it begins with one, else a message."""
        if text.split()[:1] == [self.team.command]:
            return self.command(user_id, channel_id, as_typed(text.strip().removeprefix(self.team.command).strip()))
        with self.changed:
            self.person(user_id)
            self.channel(channel_id, user_id)
            if not text.strip():
                raise SlackError("no_text")
            message = Message("", channel_id, user_id, text=as_typed(text))
            posted = self.conversations.post(message)
            self._notify()
            return posted

    def command(self, user_id: str, channel_id: str, text: str) -> Envelope:
        """Send `/seats text`, just so, to the app as this person; the answer comes later (`wait_until_answered`)."""
        with self.changed:
            person, channel = self.person(user_id), self.channel(channel_id, user_id)
            key = self._response_urls.issue(channel_id, user_id)
            payload = payloads.slash_command(
                self.team, person, channel, text, self._response_url("commands", key), self._trigger_id()
            )
            envelope = self._socket.send("slash_commands", payload)
            self._answers.expect(envelope, Asked(user_id, channel_id, response_key=key))
            typed = f"{self.team.command} {text}".strip()
            self.conversations.post(
                Message("", channel_id, user_id, typed, visible_to=user_id, kind=Kind.TYPED, envelope_id=envelope.id)
            )
            self._notify()
            return envelope

    def press(
        self, user_id: str, message_ts: str, action_id: str, value: str | None = None, block_id: str | None = None
    ) -> Envelope:
        """Press a button as this person; raises NoSuchButtonError where they see none of that action (and value)."""
        with self.changed:
            person = self.person(user_id)
            message = self.conversations.find_anywhere(message_ts, user_id)
            found = [
                (block, button)
                for block, button in (message.buttons() if message else ())
                if button["action_id"] == action_id
                and value in (None, button.get("value"))
                and block_id in (None, block)
            ]
            if message is None or not found:
                raise NoSuchButtonError(f"{person.name} sees no button {action_id!r} at {message_ts}")
            block, button = found[0]
            channel = self.channel(message.channel_id, user_id)
            key = self._response_urls.issue(channel.id, user_id, message.ts)
            action = payloads.pressed(block, button, self.conversations.ts())
            payload = payloads.block_actions(
                self.team, person, channel, message, action, self._response_url("actions", key), self._trigger_id()
            )
            envelope = self._socket.send("interactive", payload)
            self._answers.expect(envelope, Asked(user_id, channel.id, (message.ts, block, action_id), key))
            self._notify()
            return envelope

    # What people see

    def messages_seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What was posted in the channel, or shown to this person there, oldest first; notices of Slackbot included."""
        return [message for message in self.conversation(user_id, channel_id) if message.kind is not Kind.TYPED]

    def conversation(self, user_id: str, channel_id: str) -> list[Message]:
        """The same with the commands that the person typed, as the page shows it."""
        with self.changed:
            self.channel(channel_id, user_id)
            return self.conversations.seen_by(user_id, channel_id)

    def waiting(self, user_id: str) -> tuple[set[str], set[tuple[str, str, str]]]:
        """What the person still waits for: ids of envelopes, and buttons as (message ts, block_id, action_id)."""
        with self.changed:
            awaited = [(one, self._answers.asked(one)) for one in self._socket.awaited()]
            mine = [(envelope, asked) for envelope, asked in awaited if asked.user_id == user_id]
            return {envelope.id for envelope, _ in mine}, {asked.pressed for _, asked in mine if asked.pressed}

    def channels_of(self, user_id: str) -> list[Channel]:
        """The channels that the person sees, the direct message with the app last."""
        return [channel for channel in self._channels.values() if channel.with_user in (None, user_id)]

    def person(self, user_id: str) -> Person:
        """The person; raises `user_not_found`."""
        try:
            return self.people[user_id]
        except KeyError:
            raise SlackError("user_not_found") from None

    def channel(self, channel_id: str, user_id: str | None = None) -> Channel:
        """The channel, if this person (None: the app) is in it; raises `channel_not_found`."""
        channel = self._channels.get(channel_id)
        if channel is None or (user_id and channel.with_user not in (None, user_id)):
            raise SlackError("channel_not_found")
        return channel

    # What the app does

    def post(self, message: Message) -> Message:
        """Keep a message of the app, its text and blocks checked."""
        with self.changed:
            blocks = checked(message.text, message.blocks)
            posted = self.conversations.post(replace(message, blocks=blocks))
            self._notify()
            return posted

    def update(self, message: Message, text: str, blocks: object) -> Message:
        """Change a message of the app."""
        with self.changed:
            changed = self.conversations.update(message, text, checked(text, blocks))
            self._notify()
            return changed

    def delete(self, message: Message) -> None:
        """Delete a message."""
        with self.changed:
            self.conversations.delete(message)
            self._notify()

    def respond(self, key: str, body: Json) -> None:
        """A post to a `response_url`; raises SlackError."""
        with self.changed:
            self._response_urls.use(key)
            self._response_urls.apply(key, said(body))
            self._notify()

    def note_request(self, kind: str, body: object, answer: object, refused: tuple[str, ...] = ()) -> None:
        """Keep a request of the app, and what it was answered, in the journal."""
        with self.changed:
            self._journal.sent(kind, body, answer, refused)
            self._notify()

    # Socket Mode

    def socket_url(self) -> str:
        """Where one connection may be opened, once."""
        with self.changed:
            return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={self._socket.ticket()}&app_id={self.team.app_id}"

    def connect(self, ticket: str, link: Link) -> bool:
        """A connection came; False if its ticket is not good."""
        with self.changed:
            taken = self._socket.connect(ticket, link)
            self._notify()
            return taken

    def drop(self, link: Link) -> None:
        """A connection is gone."""
        with self.changed:
            self._socket.drop(link)
            self._notify()

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send the app's connections away, as Slack does about once an hour."""
        with self.changed:
            self._socket.disconnect(reason)
            self._notify()

    def redeliver_last(self) -> Envelope:
        """Send the last envelope again although it was acknowledged."""
        with self.changed:
            envelope = self._socket.redeliver_last()
            self._notify()
            return envelope

    def receive(self, text: str) -> None:
        """One frame of the app: an acknowledgement, perhaps with the answer to a slash command in it."""
        with self.changed:
            acknowledged = self._socket.acknowledge(text)
            if acknowledged is None:
                self._journal.sent("unknown frame", text[:1000], refused=("no such envelope_id",))
            else:
                self._answers.take(*acknowledged)
            self._notify()

    def expire(self) -> None:
        """Tell those whose three seconds are over; the server calls it several times a second."""
        with self.changed:
            expired = self._socket.expire()
            for envelope in expired:
                self._answers.give_up(envelope)
            if expired:
                self._notify()

    @property
    def connections(self) -> int:
        """How many connections the app has open."""
        with self.changed:
            return self._socket.connections

    # For tests and the page

    def journal(self) -> list[Entry]:
        """What the bot received and sent, oldest first."""
        with self.changed:
            return self._journal.entries()

    def answers(self, envelope: Envelope) -> list[Json | None]:
        """What each acknowledgement of an envelope carried; None for one without a payload."""
        with self.changed:
            return deepcopy(envelope.answers)

    def wait_until_answered(self, timeout: float = 5) -> None:
        """Wait until every envelope is acknowledged or over its three seconds; raises TimeoutError."""
        self.wait_for(lambda: not self._socket.awaited(), "every envelope to be answered", timeout)

    def wait_until_connected(self, connections: int = 1, timeout: float = 5) -> None:
        """Wait until the app has that many connections open; raises TimeoutError."""
        self.wait_for(lambda: self._socket.connections >= connections, f"{connections} connection(s)", timeout)

    # Inside

    def _response_url(self, kind: str, key: str) -> str:
        return f"{self.url}/response/{kind}/{self.team.id}/{key}"

    def _trigger_id(self) -> str:
        return f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
