"""What an app suggests to ask, in the direct message with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """A suggestion: what stands on its button, and the message that it sends."""

    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggestions at a message, the latest one when they were set; they go when another one comes."""

    title: str
    prompts: tuple[Prompt, ...]
    at: str
