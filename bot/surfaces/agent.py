"""The agent face: what is suggested where somebody opens the direct message with the app.

https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.clock import Clock
from bot.surfaces.people import Kept
from bot.views.slack import prompts
from bot.views.texts import Texts

STANDS_FOR = timedelta(minutes=10)
"""So long what is suggested is not set again; another process may have heard that somebody wrote."""
MOST_KEPT = 10_000

log = structlog.get_logger(__name__)


class Suggestions:
    """Sets suggested prompts, and knows where they stand: each direct message gets them once, until somebody writes in
    it, since Slack shows them at its latest message."""

    def __init__(self, clock: Clock) -> None:
        self._standing: Kept[str] = Kept(clock, STANDS_FOR, MOST_KEPT)

    def show(self, client: WebClient, channel: str, texts: Texts) -> None:
        """Suggest what can be asked, in the reader's language. Where Slack does not take it nobody is told: the next
        opening tries again."""
        if self._standing.get(channel) == texts.locale:
            return
        try:
            client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title=prompts.title(texts), prompts=prompts.suggested(texts)
            )
        except (SlackClientError, OSError) as error:
            log.warning("Slack took no suggested prompts", error=type(error).__name__)
            return
        self._standing.put(channel, texts.locale)

    def used(self, channel: str) -> None:
        """Somebody wrote in the direct message."""
        self._standing.drop(channel)


def is_opened(event: Mapping[str, Any]) -> bool:
    """Whether somebody opened the direct message, which is where one can ask; the app's Home has no questions."""
    return event.get("tab") == "messages" and bool(event.get("channel"))
