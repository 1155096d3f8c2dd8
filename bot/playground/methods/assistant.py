"""assistant.threads.*

https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
"""

from typing import Any

from bot.playground.methods.calls import Arguments, Method, channel_of
from bot.playground.prompts import Prompt
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, SlackError

MOST_PROMPTS = 4


def set_suggested_prompts(slack: LocalSlack, arguments: Arguments) -> Json:
    """Suggest what a person could ask, at the latest message of their direct message. With a `thread_ts`, which was for
    the pane that agents had before, nothing happens, and Slack does not say so."""
    channel, prompts = channel_of(slack, arguments, "channel_id"), _prompts(arguments)
    if channel.kind != "im":
        raise SlackError("channel_not_found")
    if not arguments.text("thread_ts"):
        slack.suggest(channel.id, arguments.text("title"), prompts)
    return {}


def _prompts(arguments: Arguments) -> list[Prompt]:
    """The prompts; raises `invalid_arguments` for none, for more than four, and for one that lacks something."""
    given: Any = arguments.nested("prompts", "invalid_arguments")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PROMPTS:
        raise SlackError("invalid_arguments", [f"[ERROR] prompts must be 1 to {MOST_PROMPTS} objects"])
    found = []
    for number, one in enumerate(given):
        fields = [one.get(name) for name in ("title", "message")] if isinstance(one, dict) else []
        if not fields or not all(isinstance(field, str) and field.strip() for field in fields):
            raise SlackError("invalid_arguments", [f"[ERROR] title and message are required [json-pointer:/{number}]"])
        found.append(Prompt(str(fields[0]), str(fields[1])))
    return found


METHODS = {"assistant.threads.setSuggestedPrompts": Method(set_suggested_prompts, ("assistant:write",))}
