"""What travels between Slack and an app: JSON, and the errors that Slack answers with."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal by its Slack error code, such as `channel_not_found`, with details where Slack gives some."""

    def __init__(self, code: str, details: list[str] | None = None) -> None:
        super().__init__(": ".join([code, *(details or [])]))
        self.code = code
        self.details = details or []

    def as_answer(self) -> Json:
        """The body of the answer that tells an app of the refusal."""
        answer: Json = {"ok": False, "error": self.code}
        if self.details:
            answer["response_metadata"] = {"messages": self.details}
        return answer
