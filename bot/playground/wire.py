"""What travels between Slack and an app: JSON, and the errors that Slack answers with."""

from typing import Any

Json = dict[str, Any]


class SlackError(Exception):
    """A refusal by its Slack error code, such as `channel_not_found`, with details where Slack gives some.

    `more` are further fields of the answer, such as `needed` and `provided` of `missing_scope`.
    """

    def __init__(self, code: str, details: list[str] | None = None, **more: Any) -> None:
        super().__init__(": ".join([code, *(details or [])]))
        self.code = code
        self.details = details or []
        self.more = more

    def as_answer(self) -> Json:
        """The body of the answer that tells an app of the refusal."""
        answer: Json = {"ok": False, "error": self.code, **self.more}
        if self.details:
            answer["response_metadata"] = {"messages": self.details}
        return answer


class RateLimitedError(SlackError):
    """Too many calls: answered 429; `retry_after` are seconds."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after
