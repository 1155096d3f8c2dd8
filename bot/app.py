"""Builds the Bolt app: the only place where listeners are registered.

A request finds its workspace and its reader, becomes a call, runs, and is answered; whatever goes wrong on the way is
told by one error handler. The same request, delivered again, changes nothing again and gets the same answer.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_bolt import Ack, App, BoltContext, BoltResponse, Respond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.asked import Asked, UnderWayError, UntoldError
from bot.clock import Clock
from bot.commands import buttons, registry
from bot.commands.call import Call, Upload
from bot.commands.command import Command
from bot.services import requests, sealed, store, workspaces
from bot.services.errors import BadEncryptionKey, MissingToken, NoEncryptionKey, Refusal
from bot.services.faq import answers, drafts
from bot.services.workspaces import Workspace
from bot.settings import Settings, revealed
from bot.surfaces import agent, files, mentions, messages, native, topic_form
from bot.surfaces.agent import Suggestions
from bot.surfaces.messages import Sent
from bot.surfaces.people import Kept, People, TeamRoles
from bot.surfaces.recipients import reaching
from bot.surfaces.socket_mode import Connection
from bot.surfaces.web import web_client
from bot.views.csv_file import as_csv
from bot.views.slack import more
from bot.views.slack import refusal as refusal_view
from bot.views.slack import topic_form as form_view
from bot.views.slack.answer import Answer
from bot.views.texts import Texts

LOOKUP_SECONDS = 1
"""Slack waits three seconds for an answer, so a lookup of a person may take no more."""
ASK_AGAIN = timedelta(minutes=10)
SPARE_SECONDS = 0.5
"""Which blocks Slack takes is asked for after an answer that took no longer, since the answer leaves after that."""
ACTIONS = re.compile(r"undo|confirm|confirm_deny|cancel|share|csv|feedback|(also|pick|open|page|menu|choose|hold)_\w+")
TOPICS = Command("topics")
"""So the log names what was refused about the form for topics."""

Body = dict[str, Any]
log = structlog.get_logger(__name__)


def create_app(settings: Settings, engine: Engine, clock: Clock) -> App:
    """The app, with all its listeners; building it asks nothing of Slack or of the database."""
    return Seatbot(settings, engine, clock).app


def connect(app: App, settings: Settings) -> Connection:
    """Connect the app by Socket Mode; `close()` of what this gives ends it gracefully. Raises MissingToken,
    SlackApiError for a token that Slack refuses, and URLError where Slack cannot be reached."""
    if settings.slack_app_token is None:
        raise MissingToken(variable="SLACK_APP_TOKEN")
    connection = Connection(app, settings.slack_app_token.get_secret_value(), web_client(settings))
    connection.open()
    return connection


def is_before_all(body: Body) -> bool:
    """Whether what was pressed is in a message that a whole channel sees: that stays as it is, and whoever pressed is
    answered alone."""
    container, channel = body.get("container") or {}, (body.get("channel") or {}).get("id") or ""
    return container.get("type") == "message" and not container.get("is_ephemeral") and not channel.startswith("D")


class Seatbot:
    """The listeners, and what they share."""

    def __init__(self, settings: Settings, engine: Engine, clock: Clock) -> None:
        if settings.slack_bot_token is None:
            raise MissingToken(variable="SLACK_BOT_TOKEN")
        self.settings, self.engine, self.clock = settings, engine, clock
        token = settings.slack_bot_token.get_secret_value()
        self.people = People(web_client(settings, token, timeout=LOOKUP_SECONDS), clock)
        self.suggestions = Suggestions(clock)
        self.tried: Kept[bool] = Kept(clock, ASK_AGAIN, 100)
        self.app = App(
            name="seatbot",
            client=web_client(settings),
            authorize=lambda enterprise_id, team_id: AuthorizeResult(
                enterprise_id=enterprise_id, team_id=team_id, bot_token=token
            ),
            # Who brings a request by HTTP has checked that it is Slack's; what Bolt would have to check is refused.
            signing_secret=secrets.token_hex(),
            process_before_response=True,
            token_verification_enabled=False,
            raise_error_for_unhandled_request=True,
        )
        self.app.command(settings.command)(self.command)
        for action in (form_view.NEW, form_view.EDIT):
            self.app.action(action)(self.open_topic_form)
        self.app.view(form_view.CALLBACK)(self.save_topic)
        self.app.action(ACTIONS)(self.button)
        self.app.event("message")(self.message)
        self.app.event("app_mention")(self.mention)
        self.app.event("app_home_opened")(self.opened)
        self.app.error(self.failed)

    def command(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A slash command: answered in its acknowledgement, to the asker alone."""
        with self.asked(body["trigger_id"], context, client, body.get("response_url")) as asked:
            answer, _ = asked.answer(lambda call: (registry.typed(call, body.get("text") or ""), False))
            ack(answer.as_message())

    def button(self, ack: Ack, body: Body, respond: Respond, context: BoltContext, client: WebClient) -> None:
        """A button or menu: answered in place of the message that it is in, or by one of its own, once."""
        action = body["actions"][0]
        name = action["action_id"]
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        thread = (body.get("container") or {}).get("thread_ts")

        def run(call: Call) -> tuple[Answer | None, bool]:
            if name == "share":
                return self.share(call, value, respond, thread), False
            if name == "csv":
                return self.send_csv(call, value, client), False
            return buttons.press(call, name, value)

        # What comes later takes the place of the message as well, which one that a whole channel sees must not lose.
        url = None if is_before_all(body) else body.get("response_url")
        with self.asked(body["trigger_id"], context, client, url) as asked:
            answer, in_place = asked.answer(run)
            if answer and in_place and not is_before_all(body):
                sent = messages.respond_with(respond, answer, in_place=True)
                if sent not in (Sent.TAKEN, Sent.REFUSED):
                    raise UntoldError
            elif answer:
                asked.tell(lambda _: messages.respond_with(respond, answer, thread_ts=thread))
        ack()

    def message(self, event: Body, body: Body, context: BoltContext, client: WebClient) -> None:
        """What somebody writes to the app in its direct message: a command, perhaps with a file, or a question."""
        if event.get("channel_type") != "im":
            return
        self.suggestions.used(event["channel"])
        if event.get("bot_id") or event.get("subtype") not in (None, "file_share"):
            return
        text = mentions.question(body, event.get("text") or "").removeprefix(self.settings.command)
        uploads = [Upload(file["id"], file.get("name") or "") for file in event.get("files", [])]
        at = (event["channel"], event.get("thread_ts"))
        with self.asked(body["event_id"], context, client) as asked:
            answer, _ = asked.answer(lambda call: (registry.typed(replace(call, uploads=uploads), text), False))
            asked.tell(
                lambda key: messages.post(client, at[0], answer, key, at[1]),
                lambda key: messages.is_there(client, at[0], key, at[1], event["ts"]),
            )

    def mention(self, event: Body, body: Body, context: BoltContext, client: WebClient) -> None:
        """A mention in a channel: answered in its thread, before people of other organisations to the asker alone."""
        if not mentions.is_new(event):
            return
        with self.asked(body["event_id"], context, client) as asked:
            text = mentions.question(body, event.get("text") or "")
            answer, to_all = asked.answer(lambda call: registry.mentioned(call, text))
            to_all = to_all and not mentions.is_shared(body)
            asked.tell(
                lambda key: mentions.reply(client, event, answer, key, to_all=to_all),
                lambda key: (
                    to_all and messages.is_there(client, event["channel"], key, mentions.thread(event), event["ts"])
                ),
            )

    def opened(self, event: Body, body: Body, context: BoltContext, client: WebClient) -> None:
        """Somebody opened the direct message: what they could ask is suggested."""
        if not agent.is_opened(event):
            return
        with self.asked(body["event_id"], context, client) as asked, suppress(Refusal):
            if asked.call:
                asked.call.require_member()
                self.suggestions.show(client, event["channel"], asked.reader)

    def open_topic_form(self, ack: Ack, body: Body, respond: Respond, context: BoltContext, client: WebClient) -> None:
        """The button or menu that opens the form for a topic of an MSP's own; for admins."""
        action, trigger = body["actions"][0], body["trigger_id"]
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""

        def show(call: Call) -> tuple[Answer | None, bool]:
            registry.allowed(call.doing(TOPICS), admin=True)
            if not requests.claim(call.session, call.workspace, f"form {call.request}", call.now()):
                return None, False
            id_, _, locale = value.strip().partition(" ")
            form = form_view.form(call.reader, drafts.known(call.session, call.workspace, id_, locale))
            return None if topic_form.show(client, trigger, form) else form_view.too_late(call.reader), False

        with self.asked(trigger, context, client) as asked:
            answer, _ = asked.answer(show)
            if answer:
                asked.tell(lambda _: messages.respond_with(respond, answer))
        ack()

    def save_topic(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """The form comes back: saved once and told in the direct message, or its faults are shown at their fields."""
        person, draft = context.user_id or "", topic_form.read(body["view"])
        faults = drafts.faults(draft)

        def save(call: Call) -> tuple[Answer | None, bool]:
            registry.allowed(call.doing(TOPICS), admin=True)
            if faults:
                return None, False
            at = (call.session, call.workspace, draft)
            saved = drafts.save(*at, actor=call.actor, clock=call.clock, request=call.request)
            answers.expect(call.session, call.workspace)
            return form_view.saved(call.reader, *saved), True

        with self.asked(f"form {body['view']['id']}", context, client) as asked:
            answer, is_saved = asked.answer(save)
            if answer is None:
                ack(response_action="errors", errors={at: asked.reader.refusal(one) for at, one in faults.items()})
            elif not is_saved:
                ack(response_action="update", view=form_view.instead(asked.reader, answer))
            else:
                told = answer
                with suppress(UnderWayError):  # the form may close, since it is saved
                    asked.tell(
                        lambda key: messages.post(client, person, told, key),
                        lambda key: messages.is_there(client, messages.direct(client, person), key),
                    )
                ack()

    def share(self, call: Call, offer: str, respond: Respond, thread: str | None) -> Answer | None:
        """Post an answer where everybody in the channel sees it, in the workspace's language, once."""
        posts = Texts(call.workspace.locale, call.workspace.calendar.zone)
        meant, whole = buttons.whole(replace(call, reader=posts), offer)
        key = f"share {offer}"
        if not requests.claim(call.session, call.workspace, key, call.now()):
            return more.shared_already(call.reader)
        answer = more.shared(posts, whole, call.actor, buttons.asked(call, meant))
        sent = messages.respond_with(respond, answer, to_all=True, thread_ts=thread)
        if sent == Sent.TAKEN:
            return None
        if sent == Sent.UNKNOWN:
            return more.shared_already(call.reader)
        requests.release(call.session, call.workspace, key)
        return more.not_shared(call.reader)

    def send_csv(self, call: Call, offer: str, client: WebClient) -> Answer | None:
        """Send the whole of a list to the asker's direct message. Raises SlackBusy."""
        meant, whole = buttons.whole(call, offer)
        if whole.table is None:
            return None
        if not requests.claim(call.session, call.workspace, f"csv {call.request}", call.now()):
            return more.file_on_its_way(call.reader)
        name, content = f"{meant.name.replace(' ', '-')}.csv", as_csv(whole.table).encode("utf-8-sig")
        is_sent = files.send(client, call.actor, name, content)
        return more.file_sent(call.reader) if is_sent else more.file_on_its_way(call.reader)

    @contextmanager
    def asked(
        self, request: str, context: BoltContext, client: WebClient, response_url: str | None = None
    ) -> Iterator[Asked]:
        """A request of somebody's, with its workspace and its reader."""
        team, actor = context.team_id or "", context.user_id or ""
        people, began = self.people.for_one_request(), monotonic()
        with Session(self.engine, expire_on_commit=False) as session:
            workspace = workspaces.of_team(session, team)
            context["reader"] = reader = people.texts(workspace, team, actor)
            call = None
            if workspace:
                call = Call(
                    session=session,
                    workspace=workspace,
                    actor=actor,
                    reader=reader,
                    clock=self.clock,
                    request=request,
                    roles=TeamRoles(people, team),
                    readers=TeamRoles(people, team, lately=True),
                    admins=self.settings.admins,
                    root=self.settings.command,
                    native=workspace.native,
                    named=people.names(team),
                    fetch=lambda file: files.fetch(client, file),
                    reach=reaching(people.client, people, team),
                    reply_to=self.sealed(response_url),
                )
            yield Asked(team, reader, self.settings.command, call)
        if workspace and not native.is_known(workspace, self.clock()) and monotonic() - began < SPARE_SECONDS:
            self.learn(workspace)

    def sealed(self, response_url: str | None) -> str | None:
        """The address as it may be kept, since whoever has it can post: not at all without a key."""
        keys = revealed(self.settings.encryption_keys)
        try:
            return sealed.seal(keys, response_url) if response_url else None
        except (NoEncryptionKey, BadEncryptionKey):
            return None

    def learn(self, workspace: Workspace) -> None:
        """Ask Slack once a day which blocks it takes; where it does not tell, one request in a while asks again."""
        if self.tried.is_first(str(workspace.id), True):
            with Session(self.engine) as session:
                native.learn(session, workspace, self.people.client, self.clock())

    def failed(
        self, error: Exception, body: Body, context: BoltContext, respond: Respond, client: WebClient
    ) -> BoltResponse:
        """Tell the asker what went wrong. The status is 200, or Socket Mode would not acknowledge the request."""
        if isinstance(error, UntoldError):
            context["outcome"] = "untold"
            return BoltResponse(status=503, body="")
        if isinstance(error, BoltUnhandledRequestError):  # not acknowledged, it would come again and again
            log.warning("nobody listens to that", kind=body.get("type"))
            context["outcome"] = "unhandled"
            return BoltResponse(status=200, body="")
        reader = context.get("reader") or Texts("en", ZoneInfo("UTC"))
        refusal = store.trouble(error) if isinstance(error, DBAPIError) else None
        if refusal:
            log.error("database trouble", refusal=type(refusal).__name__, error=str(error))
            answer = refusal_view.refused(reader, refusal)
            context["outcome"] = "database"
        else:
            context["outcome"] = "failed"
            id_ = secrets.token_hex(4)
            log.error("request failed", id=id_, exc_info=error)
            answer = refusal_view.failed(reader, id_)
        if "command" in body:
            return BoltResponse(status=200, body=answer.as_message())
        if body.get("type") == "view_submission":
            shown = {"response_action": "update", "view": form_view.instead(reader, answer)}
            return BoltResponse(status=200, body=shown)
        event = body.get("event") or {}
        if "response_url" in body:
            messages.respond_with(respond, answer)
        elif event.get("type") == "app_mention":
            mentions.reply(client, event, answer, "", to_all=False)
        elif event.get("type") == "message":
            messages.post(client, event["channel"], answer, thread_ts=event.get("thread_ts"))
        return BoltResponse(status=200, body="")
