"""How far a directory is read, told to whoever asked for it: at growing steps, since a `response_url` takes five posts
and the last is for the result."""

from collections.abc import Callable
from datetime import timedelta

from slack_bolt import Respond
from slack_sdk import WebClient

from bot.clock import Clock
from bot.surfaces import messages
from bot.surfaces.messages import Sent
from bot.views.slack.answer import Answer

STEPS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 180))
"""So long after the beginning."""


class Progressing:
    """A `Progress` that tells it in the place of the message that was asked from, by its `response_url`; without one,
    or where Slack takes it no more, in a message of the person's direct message, which changes with it."""

    def __init__(
        self, client: WebClient, person: str, url: str | None, view: Callable[[int, int], Answer], clock: Clock
    ) -> None:
        self._client, self._person, self._url, self._view, self._clock = client, person, url, view, clock
        self._steps, self._began = list(STEPS), clock()
        self._there: tuple[str, str] | None = None

    def __call__(self, pages: int, users: int) -> None:
        gone = self._clock() - self._began
        if self._steps and gone >= self._steps[0]:
            self._steps = [step for step in self._steps if step > gone]
            self._tell(self._view(pages, users))

    def _tell(self, answer: Answer) -> None:
        if self._url is not None:
            if messages.respond_with(Respond(response_url=self._url), answer, in_place=True) != Sent.REFUSED:
                return
            self._url = None
        messages.sent(lambda: self._write(answer))

    def _write(self, answer: Answer) -> None:
        if self._there is not None:
            channel, ts = self._there
            self._client.chat_update(channel=channel, ts=ts, text=answer.text, blocks=answer.blocks)
            return
        posted = self._client.chat_postMessage(channel=self._person, text=answer.text, blocks=answer.blocks)
        self._there = (str(posted["channel"]), str(posted["ts"]))
