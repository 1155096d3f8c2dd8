"""The switch for faults at the page's panel: the next call of the bot goes wrong, or what it got comes once more."""

from starlette.routing import BaseRoute, Route

from bot.playground.faults import ANY, LOST, RATELIMITED
from bot.playground.page_acts import act_route, strings
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json, SlackError

SWITCHED = (RATELIMITED, LOST)
"""The faults that wait for the next call of the bot, and can be taken back until it comes."""
RETRY_AFTER = 2  # seconds that a 429 of the switch asks for


class FaultPanel:
    """Its one route."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack

    def routes(self) -> list[BaseRoute]:
        """The switch and the button."""
        return [Route("/fault", act_route(self.act), methods=["POST"])]

    def act(self, body: Json) -> None:
        """`{"fault": "ratelimited" | "lost"}` switches one on or off, `"redeliver"` sends the last envelope again."""
        user_id, what = strings(body, "as", "fault")
        self._slack.person(user_id)
        if what == "redeliver":
            self._redeliver()
        elif what not in SWITCHED:
            raise ValueError(f"no fault {what!r}")
        elif what in self._slack.faults_on_any():
            self._slack.spare(ANY, what)
        else:
            self._slack.fault(ANY, what, retry_after=RETRY_AFTER)

    def _redeliver(self) -> None:
        try:
            self._slack.redeliver_last()
        except LookupError:
            raise SlackError("nothing_sent") from None
