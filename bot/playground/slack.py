"""A small, strict Slack: one team, its people, its channels and one app. Its state and its rules, without any web.

Everything is kept in memory and guarded by one lock, so tests, the page and the bot's requests may come from any
thread. Time comes from the clock that is handed in. What people do is in acts.py, what the app does in app_side.py,
what both need in state.py.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime

from bot.playground.acts import Acts, NoSuchButtonError
from bot.playground.app_side import AppSide
from bot.playground.delivery import Envelope
from bot.playground.faults import ALWAYS, Fault
from bot.playground.http_push import PATIENCE, HttpPush, Reply
from bot.playground.journal import Entry
from bot.playground.messages import Message
from bot.playground.prompts import Suggested
from bot.playground.socket_mode import Link, acknowledgement
from bot.playground.team import BOTS, CHANNELS, NORTHWIND, PEOPLE, Channel, Person, Team
from bot.playground.views import View
from bot.playground.wire import Json

__all__ = ["LocalSlack", "NoSuchButtonError"]


class LocalSlack(Acts, AppSide):
    """The whole of it. With `request_url` what people do goes there, signed with the secret, instead of by socket.

    `throttled`: chat.postMessage once a second in each channel, else 429.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        team: Team = NORTHWIND,
        people: Sequence[Person] = PEOPLE,
        bots: Sequence[Person] = BOTS,
        channels: Sequence[Channel] = CHANNELS,
        throttled: bool = False,
        url: str = "http://127.0.0.1",
        request_url: str = "",
        signing_secret: str = "",
    ) -> None:
        super().__init__(clock, team, people, bots, channels, url)
        self.throttled = throttled
        if request_url:
            self.deliver_to(request_url, signing_secret, verify=False)

    # What people see

    def messages_seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """What was posted in the channel, or shown to this person there, oldest first; notices of Slackbot included."""
        return [message for message in self.conversation(user_id, channel_id) if message.kind != "typed"]

    def conversation(self, user_id: str, channel_id: str) -> list[Message]:
        """The same with the commands that the person typed, as the page shows it."""
        with self.changed:
            self.channel(channel_id, user_id)
            return self.conversations.seen_by(user_id, channel_id)

    def unread(self, user_id: str, read: Mapping[str, str]) -> list[str]:
        """The channels in which others have said something since the timestamps in `read`."""
        with self.changed:
            ids = [channel.id for channel in self.channels_of(user_id)]
            return [id_ for id_ in ids if self.conversations.latest_news(user_id, id_) > read.get(id_, "")]

    def latest(self, channel_id: str) -> str:
        """The timestamp of the latest message of a channel; empty where there is none."""
        with self.changed:
            return self.conversations.latest(channel_id)

    def thread(self, user_id: str, channel_id: str, thread_ts: str) -> list[Message]:
        """A thread as the person sees it, its first message first."""
        with self.changed:
            self.channel(channel_id, user_id)
            return self.conversations.thread(channel_id, thread_ts, user_id)

    def modals(self, user_id: str) -> list[View]:
        """The modals that the person has open, at most three; they see the last one."""
        with self.changed:
            return self.views.stack(user_id)

    def home(self, user_id: str) -> View | None:
        """The person's Home, once the app has published it."""
        with self.changed:
            return self.views.home(user_id)

    def suggested(self, user_id: str) -> Suggested | None:
        """What the app suggests to ask in the person's direct message, until a message comes there."""
        with self.changed:
            direct = self.direct_message(user_id)
            found = self._suggested.get(direct.id) if direct else None
            return found if found and direct and found.at == self.conversations.latest(direct.id) else None

    def held(self, user_id: str, message_ts: str) -> Json:
        """What the person chose on a message: `state.values` of what was touched."""
        with self.changed:
            return deepcopy(self._held.get((user_id, message_ts), {}))

    def waiting(self, user_id: str) -> tuple[set[str], set[tuple[str, str, str]]]:
        """What the person still waits for: ids of envelopes, and elements as (message ts or view id, block_id,
        action_id)."""
        with self.changed:
            awaited = [(one, self._answers.asked(one)) for one in self._deliveries.awaited()]
            mine = [(envelope, asked) for envelope, asked in awaited if asked and asked.user_id == user_id]
            return {envelope.id for envelope, _ in mine}, {asked.pressed for _, asked in mine if asked.pressed}

    # Delivery

    def deliver_to(
        self,
        url: str,
        secret: str,
        *,
        verify: bool = True,
        signed_at: Callable[[], datetime] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """From now on post what people do to this URL, signed with the secret.

        `signed_at` is the clock of the signatures, by default this Slack's own; `patience` are the seconds of real
        time that a post waits. Raises UrlNotVerifiedError where the URL does not answer the challenge.
        """
        push = HttpPush(url, secret, signed_at or self.clock, self._pushed, patience)
        if verify:
            push.verify(self.team.verification_token, secrets.token_urlsafe(24))
        with self.changed:
            self._deliveries.way = push

    def deliver_by_socket(self) -> None:
        """From now on deliver by Socket Mode again."""
        with self.changed:
            self._deliveries.way = self._socket

    def socket_url(self) -> str:
        """Where one connection may be opened, once."""
        with self.changed:
            return f"{self.url.replace('http', 'ws', 1)}/link/?ticket={self._socket.ticket()}&app_id={self.team.app_id}"

    def connect(self, ticket: str, link: Link) -> bool:
        """A connection came; False if its ticket is not good."""
        with self.changed:
            taken = self._socket.connect(ticket, link)
            if taken:
                self._deliveries.way_opened()
            self._notify()
            return taken

    def drop(self, link: Link) -> None:
        """A connection is gone."""
        with self.changed:
            self._socket.drop(link)
            self._deliveries.way_closed(link)
            self._notify()

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send the app's connections away, as Slack does about once an hour."""
        with self.changed:
            self._socket.disconnect(reason)
            self._notify()

    def cut_connections(self) -> None:
        """End all of the app's connections without a goodbye, as a broken network does."""
        with self.changed:
            self._socket.cut()
            self._notify()

    def redeliver(self, envelope: Envelope) -> Envelope:
        """Send an envelope again, acknowledged or not, hours or days later too."""
        with self.changed:
            self._deliveries.redeliver(envelope)
            self._notify()
            return envelope

    def redeliver_last(self) -> Envelope:
        """Send the last envelope again although it was acknowledged."""
        with self.changed:
            return self.redeliver(self._deliveries.last())

    def receive(self, text: str) -> None:
        """One frame of the app: an acknowledgement, perhaps with an answer in it."""
        with self.changed:
            read = acknowledgement(text)
            envelope = self._deliveries.find(read[0]) if read else None
            if read is None or envelope is None:
                self._journal.sent("unknown frame", text[:1000], refused=("no such envelope_id",))
            else:
                self._take(envelope, read[1])
            self._notify()

    def expire(self) -> None:
        """Tell those whose three seconds are over, retry events; the server calls it several times a second."""
        with self.changed:
            before = len(self._deliveries.awaited())
            expired = self._deliveries.expire()
            for envelope in expired:
                self._answers.give_up(envelope)
            if expired or len(self._deliveries.awaited()) != before:
                self._notify()

    @property
    def connections(self) -> int:
        """How many connections the app has open; over HTTP it counts as one."""
        with self.changed:
            return self._socket.connections if self._deliveries.way is self._socket else 1

    # Faults

    def fault(self, method: str, what: str, times: int | None = 1, *, retry_after: int = 1, delay: float = 0) -> None:
        """Let the next calls of a Web API method go wrong; `response_url` and `upload` are methods too.

        The method `*` is whichever is called next. `what`: `lost` (done, but the connection ends without an answer),
        `slow` (done, answered after `delay` seconds), `ratelimited` (429, `retry_after` seconds), or an error code.
        `times` None: all calls, until `heal`.
        """
        with self.changed:
            self.faults.order(method, Fault(what, ALWAYS if times is None else times, retry_after, delay))
            self._notify()

    def spare(self, method: str, what: str) -> None:
        """Take back what `fault` ordered for a method and has not happened yet."""
        with self.changed:
            self.faults.spare(method, what)
            self._notify()

    def faults_on_any(self) -> list[str]:
        """What is to go wrong with whichever method is called next."""
        with self.changed:
            return self.faults.on_any()

    def take_fault(self, method: str) -> Fault | None:
        """What is to go wrong with this call."""
        with self.changed:
            return self.faults.take(method)

    def heal(self) -> None:
        """Nothing that `fault` ordered happens any more; the token is good again, and every block known."""
        with self.changed:
            self.faults.clear()
            self.token_state = ""
            self.unknown_blocks.clear()
            self._notify()

    def grant(self, *scopes: str) -> None:
        """Give the app scopes that it did not have."""
        with self.changed:
            self.scopes |= set(scopes)

    def withdraw(self, *scopes: str) -> None:
        """Take scopes from the app: what needs them is refused with `missing_scope`, events that need them stop."""
        with self.changed:
            self.scopes -= set(scopes)

    def take_no(self, *kinds: str) -> None:
        """Be a workspace that does not have these types of blocks yet, such as `data_visualization`."""
        with self.changed:
            self.unknown_blocks |= set(kinds)

    def revoke_token(self, code: str = "token_revoked") -> None:
        """Refuse the bot token from now on, with `token_revoked` or `account_inactive`."""
        with self.changed:
            self.token_state = code

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
        self.wait_for(lambda: not self._deliveries.awaited(), "every envelope to be answered", timeout)

    def wait_until_connected(self, connections: int = 1, timeout: float = 5) -> None:
        """Wait until the app has that many connections open; raises TimeoutError."""
        self.wait_for(lambda: self._socket.connections >= connections, f"{connections} connection(s)", timeout)

    # Inside

    def _take(self, envelope: Envelope, answer: Json | None) -> None:
        self._deliveries.acknowledge(envelope, answer)
        self._answers.take(envelope, answer)

    def _pushed(self, envelope: Envelope, reply: Reply) -> None:
        """What a post to the request URL came to."""
        with self.changed:
            if reply.is_good:
                self._take(envelope, reply.answer())
            else:
                self._journal.sent("acknowledgement", {"status": reply.status}, refused=(reply.reason,))
                self._deliveries.fail(envelope, reply.reason, retry=reply.retry)
                if not envelope.is_event and not envelope.late:
                    code = {"http_timeout": "operation_timeout"}.get(reply.reason, "dispatch_failed")
                    self._answers.give_up(envelope, code)
            self._notify()
