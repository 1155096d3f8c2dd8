"""Something that somebody asked of the app, whichever way: answered or refused, and told once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.commands.call import Call
from bot.services import requests
from bot.services.errors import Refusal, TeamUnbound
from bot.services.requests import Begun
from bot.surfaces.messages import Sent
from bot.surfaces.web import WAIT
from bot.views.slack import refusal as refusal_view
from bot.views.slack.answer import Answer
from bot.views.texts import Texts

POSTED_WITHIN = timedelta(seconds=WAIT + 15)
"""No post takes longer: one that was begun before that was cut off."""

A = TypeVar("A", Answer, Answer | None)


class UntoldError(Exception):
    """Slack did not take the answer to a request: it is not acknowledged, so that Slack delivers it again or shows that
    it failed."""


class UnderWayError(UntoldError):
    """Another delivery is about to tell it, or was cut off a moment ago while it did."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that somebody asked of the app; no call where the team has no workspace."""

    team: str
    reader: Texts
    root: str
    call: Call | None

    def answer(self, run: Callable[[Call], tuple[A, bool]]) -> tuple[A | Answer, bool]:
        """What running it gives, or what it is refused with; and whether that takes the place of a message."""
        try:
            if self.call is None:
                raise TeamUnbound(team=self.team)
            return run(self.call)
        except Refusal as refusal:
            return refusal_view.refused(self.reader, refusal, self.root), False

    def tell(self, post: Callable[[str], Sent], is_there: Callable[[str], bool] = lambda _: False) -> None:
        """Answer by a message of its own, which nothing could take back: once. Both are given the message's key.

        Raises UntoldError where Slack did not take it, and UnderWayError.
        """
        if self.call is None:
            post("")
            return
        at = (self.call.session, self.call.workspace, f"told {self.call.request}")
        begun = requests.begin(*at, self.call.now(), POSTED_WITHIN)
        if begun == Begun.DONE:
            return
        if begun == Begun.UNDER_WAY:
            raise UnderWayError
        sent = Sent.TAKEN if begun == Begun.CUT_OFF and is_there(self.call.request) else post(self.call.request)
        if sent == Sent.LATER:
            requests.release(*at)
        if sent in (Sent.LATER, Sent.UNKNOWN):
            raise UntoldError
        requests.end(*at)
