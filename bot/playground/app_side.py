"""What the app does in the local Slack: posts, changes and deletes messages, uploads, opens views."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.playground.answers import checked, said
from bot.playground.blocks_check import check_view
from bot.playground.files import File
from bot.playground.messages import Message
from bot.playground.prompts import Prompt, Suggested
from bot.playground.state import State
from bot.playground.views import View
from bot.playground.wire import Json

SAID = ("message", "app_mention")


class AppSide(State):
    """The app's side, behind the Web API and the addresses that it posts to."""

    def post(self, message: Message, files: tuple[str, ...] = ()) -> Message:
        """Keep a message of the app, its text and blocks checked."""
        with self.changed:
            blocks = message.blocks if files else checked(message.text, message.blocks, self.unknown_blocks)
            posted = self.conversations.post(replace(message, blocks=blocks, files=files))
            for file_id in files:
                self.files.share(file_id, posted.channel_id, posted.ts)
            self._tell_of(posted)
            self._notify()
            return posted

    def update(self, message: Message, text: str, blocks: object, metadata: Json | None = None) -> Message:
        """Change a message of the app."""
        with self.changed:
            changed = self.conversations.update(message, text, checked(text, blocks, self.unknown_blocks), metadata)
            self._tell_of_change(message, changed)
            self._notify()
            return changed

    def delete(self, message: Message) -> None:
        """Delete a message."""
        with self.changed:
            self.conversations.delete(message)
            self._tell_of_change(message, None)
            self._notify()

    def respond(self, key: str, body: Json) -> None:
        """A post to a `response_url`; raises SlackError."""
        with self.changed:
            self._response_urls.use(key)
            before, after = self._response_urls.apply(key, said(body, self.unknown_blocks))
            if before:
                self._tell_of_change(before, after)
            elif after:
                self._tell_of(after)
            self._notify()

    def receive_upload(self, key: str, content: bytes) -> File:
        """The bytes of a file that the app announced."""
        with self.changed:
            received = self.files.receive(key, content)
            self._notify()
            return received

    def open_view(self, user_id: str, view: object) -> View:
        """Open a modal; raises `invalid_arguments` with every fault and its place."""
        return self._shown(lambda: self.views.open(user_id, check_view(view, "modal", self.unknown_blocks)))

    def push_view(self, user_id: str, view: object) -> View:
        """Open a modal over those that are open."""
        return self._shown(lambda: self.views.push(user_id, check_view(view, "modal", self.unknown_blocks)))

    def update_view(self, view: View, payload: object, hash_: str) -> View:
        """Change a modal."""
        return self._shown(lambda: self.views.update(view, check_view(payload, "modal", self.unknown_blocks), hash_))

    def publish_view(self, user_id: str, view: object, hash_: str) -> View:
        """Change somebody's Home."""
        return self._shown(
            lambda: self.views.publish(self.person(user_id).id, check_view(view, "home", self.unknown_blocks), hash_)
        )

    def suggest(self, channel_id: str, title: str, prompts: Sequence[Prompt]) -> None:
        """Suggest what a person could ask, at the latest message of a direct message."""
        with self.changed:
            self._suggested[channel_id] = Suggested(title, tuple(prompts), self.conversations.latest(channel_id))
            self._notify()

    def is_at_work(self, channel_id: str) -> bool:
        """Whether the app has got a message of this channel, and is not done with it yet."""
        with self.changed:
            events = [one.payload["event"] for one in self._deliveries.awaited() if one.is_event and one.deliveries]
            return any(one["type"] in SAID and one.get("channel") == channel_id for one in events)

    def note_request(self, kind: str, body: object, answer: object, refused: tuple[str, ...] = ()) -> None:
        """Keep a request of the app, and what it was answered, in the journal."""
        with self.changed:
            self._journal.sent(kind, body, answer, refused)
            self._notify()

    def _shown(self, show: Callable[[], View]) -> View:
        with self.changed:
            view = show()
            self._notify()
            return view
