"""What people do in the local Slack: they talk, type commands, press, choose, fill in modals, open Home."""

from collections.abc import Sequence
from uuid import uuid4

from bot.playground import payloads
from bot.playground.answers import Asked
from bot.playground.delivery import Envelope
from bot.playground.files import File
from bot.playground.messages import Kind, Message
from bot.playground.names import emoji
from bot.playground.presses import NoSuchButtonError, Presses
from bot.playground.team import Channel
from bot.playground.typing_rules import as_typed
from bot.playground.views import as_view
from bot.playground.wire import Json, SlackError

__all__ = ["Acts", "NoSuchButtonError"]


class Acts(Presses):
    """The people's side, without any page."""

    def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        files: Sequence[str | File] = (),
        thread_ts: str | None = None,
        *,
        is_broadcast: bool = False,
    ) -> Envelope | Message:
        """What a person sends from the composer: a slash command if it begins with one, else a message.

        `files` are what `upload` gave, or ids; `is_broadcast` sends a reply to the channel too. A command within a
        thread is refused by Slackbot, whose notice this gives. Raises `no_text`, `is_archived`, `channel_not_found`,
        `thread_not_found`.
        """
        if text.split()[:1] == [self.team.command] and not files:
            if thread_ts:
                return self._refuse_in_thread(user_id, channel_id, thread_ts)
            words = text.strip().removeprefix(self.team.command).strip()
            return self.command(user_id, channel_id, self._as_typed(words, user_id))
        with self.changed:
            self.person(user_id)
            channel = self._writable(channel_id, user_id)
            if not text.strip() and not files:
                raise SlackError("no_text")
            if thread_ts and not self.conversations.thread(channel_id, thread_ts):
                raise SlackError("thread_not_found")
            ids = tuple(file.id if isinstance(file, File) else file for file in files)
            said = self._as_typed(text, user_id)
            posted = self.conversations.post(
                Message(
                    "",
                    channel.id,
                    user_id,
                    text=said,
                    thread_ts=thread_ts,
                    files=ids,
                    is_broadcast=is_broadcast and thread_ts is not None,
                )
            )
            for file_id in ids:
                self.files.share(file_id, channel.id, posted.ts)
            self._tell_of(posted, client_msg_id=str(uuid4()), **({"subtype": "file_share"} if ids else {}))
            self._notify()
            return posted

    def react(self, user_id: str, ts: str, name: str) -> None:
        """Add an emoji to a message that others see too, or take one's own away. The app is told of none.

        Raises `invalid_name`, `message_not_found`, `is_archived`, `channel_not_found`.
        """
        with self.changed:
            message = self.conversations.find_anywhere(ts, user_id)
            if name not in emoji():
                raise SlackError("invalid_name")
            if message is None or message.is_ephemeral or message.kind is not Kind.POSTED:
                raise SlackError("message_not_found")
            self._writable(message.channel_id, user_id)
            self.conversations.react(message, user_id, name)
            self._notify()

    def command(self, user_id: str, channel_id: str, text: str) -> Envelope:
        """Send `/seats text`, just so, to the app as this person; the answer comes later (`wait_until_answered`).

        Slack does not let strangers of a shared channel see another team's commands; here they may send them, so
        that it can be seen how an app refuses them.
        """
        with self.changed:
            person, channel = self.person(user_id), self._writable(channel_id, user_id)
            key = self._response_urls.issue(channel_id, user_id)
            payload = payloads.slash_command(
                self.team, person, channel, text, self._response_url("commands", key), self.triggers.issue(user_id)
            )
            envelope = self._send("slash_commands", payload, Asked(user_id, channel_id, response_key=key))
            typed = f"{self.team.command} {text}".strip()
            self.conversations.post(
                Message("", channel_id, user_id, typed, visible_to=user_id, kind=Kind.TYPED, envelope_id=envelope.id)
            )
            self._notify()
            return envelope

    def upload(self, user_id: str, name: str, content: bytes, mimetype: str = "application/octet-stream") -> File:
        """A file that a person puts in; it is seen once a message or a form carries it."""
        with self.changed:
            return self.files.add(self.person(user_id).id, name, content, mimetype)

    def open_home(self, user_id: str, tab: str = "home") -> None:
        """Open the app's Home (`home`) or its messages (`messages`): the app hears `app_home_opened`."""
        with self.changed:
            person = self.person(user_id)
            direct = self.direct_message(person.id)
            ts = self.conversations.ts()
            event: Json = {
                "type": "app_home_opened",
                "user": user_id,
                "channel": direct.id if direct else "",
                "tab": tab,
                "event_ts": ts,
            }
            if tab == "home" and (view := self.views.home(user_id)):
                event["view"] = as_view(self.team, view)
            self._event("app_home_opened", event)

    def shortcut(self, user_id: str, callback_id: str, message_ts: str | None = None) -> Envelope:
        """Use a shortcut of the app: a global one, or one of a message."""
        with self.changed:
            person = self.person(user_id)
            payload = payloads.shortcut(
                self.team, person, callback_id, self.conversations.ts(), self.triggers.issue(user_id)
            )
            if message_ts is None:
                return self._send("interactive", payload, Asked(user_id, self._channel_id(user_id, "")))
            message = self.conversations.find_anywhere(message_ts, user_id)
            if message is None or message.is_ephemeral:
                raise SlackError("message_not_found")
            channel = self.channel(message.channel_id, user_id)
            key = self._response_urls.issue(channel.id, user_id, message.ts)
            url = self._response_url("app", key)
            payload = payloads.message_action(payload, channel, self.as_message(message), url)
            return self._send("interactive", payload, Asked(user_id, channel.id, response_key=key))

    # Within the lock

    def _writable(self, channel_id: str, user_id: str) -> Channel:
        channel = self.channel(channel_id, user_id)
        if channel.is_archived:
            raise SlackError("is_archived")
        return channel

    def _refuse_in_thread(self, user_id: str, channel_id: str, thread_ts: str) -> Message:
        with self.changed:
            self._writable(channel_id, user_id)
            told = self._answers.tell(user_id, channel_id, "not_in_threads", thread_ts=thread_ts)
            self._notify()
            return told

    def _as_typed(self, text: str, user_id: str) -> str:
        """What an app receives of what this person typed, with the mentions of people and channels."""
        named = {one.name: one.id for one in (*self.people.values(), *self.bots.values())}
        named[self.team.bot_name.lower()] = self.team.bot_user_id
        return as_typed(text, named, {one.name: one.id for one in self.channels_of(user_id)})
