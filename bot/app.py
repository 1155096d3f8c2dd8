"""Builds the Bolt app: the only place where listeners are registered.

A request finds its workspace and its reader, becomes a call, runs, and is answered; whatever goes wrong on the way is
told by one error handler. The same request, delivered again, gets the same answer.
"""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackClientError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.clock import Clock
from bot.commands import buttons, registry
from bot.commands.call import Call
from bot.commands.words import typed
from bot.services import store, workspaces
from bot.services.errors import MissingToken, Refusal, TeamUnbound
from bot.settings import Settings
from bot.surfaces.people import Kept, People, TeamRoles
from bot.surfaces.socket_mode import Connection
from bot.surfaces.web import web_client
from bot.views import refusal as refusal_view
from bot.views.answer import Answer
from bot.views.texts import Texts

LOOKUP_SECONDS = 1
"""Slack waits three seconds for an answer, so a lookup of a person may take no more."""
REMEMBERED_FOR, REMEMBERED = timedelta(minutes=30), 1_000
"""Answers are kept for redeliveries. After a restart the store still knows what was done."""

Body = dict[str, Any]
log = structlog.get_logger(__name__)


def create_app(settings: Settings, engine: Engine, clock: Clock, *, charts: bool = False) -> App:
    """The app, with all its listeners; building it asks nothing of Slack or of the database.

    `charts` says that the Slack workspace takes charts.
    """
    return Seatbot(settings, engine, clock, charts=charts).app


def connect(app: App, settings: Settings) -> Connection:
    """Connect the app by Socket Mode; `close()` of what this gives ends it gracefully. Raises MissingToken,
    SlackApiError for a token that Slack refuses, and URLError where Slack cannot be reached."""
    if settings.slack_app_token is None:
        raise MissingToken(variable="SLACK_APP_TOKEN")
    connection = Connection(app, settings.slack_app_token.get_secret_value(), web_client(settings))
    connection.open()
    return connection


class Seatbot:
    """The listeners, and what they share."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock, *, charts: bool) -> None:
        if settings.slack_bot_token is None:
            raise MissingToken(variable="SLACK_BOT_TOKEN")
        self.settings, self.engine, self.clock, self.charts = settings, engine, clock, charts
        token = settings.slack_bot_token.get_secret_value()
        self.people = People(web_client(settings, token, timeout=LOOKUP_SECONDS), clock)
        self.answers: Kept[tuple[Answer, bool]] = Kept(clock, REMEMBERED_FOR, REMEMBERED)
        self.app = App(
            name="seatbot",
            client=web_client(settings),
            authorize=lambda enterprise_id, team_id: AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=token
            ),
            # Requests by HTTP need a secret; as long as there is none, nobody can know it.
            signing_secret=secrets.token_hex(),
            process_before_response=True,
            token_verification_enabled=False,
        )
        self.app.command(settings.command)(self.command)
        self.app.action(re.compile(r"^(undo|confirm|cancel|also_\d+|pick_\d+)$"))(self.button)
        self.app.error(self.failed)

    def command(self, ack: Ack, body: Body, context: BoltContext) -> None:
        """A slash command: answered in its acknowledgement, to the asker alone."""

        def run(call: Call) -> tuple[Answer, bool]:
            return registry.run(call, typed(body.get("text") or "")), False

        answer, _ = self.once(body, context, run)
        ack(answer.as_message())

    def button(self, ack: Ack, body: Body, respond: Respond, context: BoltContext) -> None:
        """A button: answered by a message of its own, or in place of the question that it answers."""
        action = body["actions"][0]
        answer, in_place = self.once(
            body, context, lambda call: buttons.press(call, action["action_id"], action.get("value", ""))
        )
        send(respond, answer, in_place=in_place)
        ack()

    def once(self, body: Body, context: BoltContext, run: Callable[[Call], tuple[Answer, bool]]) -> tuple[Answer, bool]:
        """The answer to a request; one that was answered before gets the same again."""
        request = f"{context.team_id} {body['trigger_id']}"
        if known := self.answers.get(request):
            return known
        return self.answers.put(request, self.answered(body, context, run))

    def answered(
        self, body: Body, context: BoltContext, run: Callable[[Call], tuple[Answer, bool]]
    ) -> tuple[Answer, bool]:
        team, actor = context.team_id or "", context.user_id or ""
        with Session(self.engine, expire_on_commit=False) as session:
            workspace = workspaces.of_team(session, team)
            context["reader"] = reader = self.people.texts(workspace, team, actor)
            try:
                if workspace is None:
                    raise TeamUnbound(team=team)
                call = Call(
                    session=session,
                    workspace=workspace,
                    actor=actor,
                    reader=reader,
                    clock=self.clock,
                    request=body["trigger_id"],
                    roles=TeamRoles(self.people, team),
                    admins=self.settings.admins,
                    root=self.settings.command,
                    charts=self.charts,
                )
                return run(call)
            except Refusal as refusal:
                return refusal_view.refused(reader, refusal), False

    def failed(self, error: Exception, body: Body, context: BoltContext, respond: Respond) -> BoltResponse:
        """Tell the asker what went wrong. The status is 200, or Socket Mode would not acknowledge the request."""
        reader = context.get("reader") or Texts("en", ZoneInfo("UTC"))
        refusal = store.trouble(error) if isinstance(error, DBAPIError) else None
        if refusal:
            log.error("database trouble", refusal=type(refusal).__name__, error=str(error))
            answer = refusal_view.refused(reader, refusal)
        else:
            id_ = secrets.token_hex(4)
            log.error("request failed", id=id_, exc_info=error)
            answer = refusal_view.failed(reader, id_)
        if "command" in body:
            return BoltResponse(status=200, body=answer.as_message())
        send(respond, answer, in_place=False)
        return BoltResponse(status=200, body="")


def send(respond: Respond, answer: Answer, *, in_place: bool) -> None:
    """Post to a `response_url`. What cannot be told must not undo what was done, so a failure goes to the log only."""
    try:
        sent = respond(answer.as_message() | {"replace_original": in_place})
    except (SlackClientError, OSError) as error:
        log.warning("Slack took no answer", error=str(error))
    else:
        if sent.status_code != 200:
            log.warning("Slack took no answer", status=sent.status_code, body=sent.body)
