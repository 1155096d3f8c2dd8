"""Builds the Bolt app: the only place where listeners are registered.

A request finds its workspace and its reader, becomes a call, runs, and is answered; whatever goes wrong on the way is
told by one error handler. The same request, delivered again, changes nothing again and gets the same answer.
"""

import re
import secrets
from collections.abc import Callable, Iterator
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

from bot import modals
from bot.asked import Asked, UntoldError
from bot.clock import Clock
from bot.commands import buttons, mentioned, pickers, registry
from bot.commands.call import Call, Upload
from bot.commands.command import Command, command
from bot.commands.forms.registry import BY_NAME
from bot.homes import Homes
from bot.services import requests, sealed, store, workspaces
from bot.services.errors import BadEncryptionKey, MissingToken, NoEncryptionKey, Refusal
from bot.services.workspaces import Workspace
from bot.settings import Settings, revealed
from bot.surfaces import agent, files, mentions, messages, native, windows
from bot.surfaces.agent import Suggestions
from bot.surfaces.messages import Sent
from bot.surfaces.people import Kept, People, TeamRoles
from bot.surfaces.recipients import reaching
from bot.surfaces.socket_mode import Connection
from bot.surfaces.web import web_client
from bot.views.csv_file import as_csv
from bot.views.slack import modal, more
from bot.views.slack import refusal as refusal_view
from bot.views.slack.answer import Answer
from bot.views.slack.fields import FIND_ACCOUNT, FIND_PERSON
from bot.views.texts import Texts, whole_names
from bot.views.xlsx_file import as_xlsx

LOOKUP_SECONDS = 1
"""Slack waits three seconds for an answer, so a lookup of a person may take no more."""
ASK_AGAIN = timedelta(minutes=10)
SPARE_SECONDS = 0.5
"""Which blocks Slack takes is asked for after an answer that took no longer, since the answer leaves after that."""
ACTIONS = re.compile(
    r"undo|confirm|confirm_deny|cancel|share|csv|xlsx|feedback|sync_account|(also|pick|open|page|menu|choose|hold)_\w+"
)
FORMS = re.compile(r"form_[\w-]+")
PICKERS = re.compile(f"{FIND_ACCOUNT}|{FIND_PERSON}")
MENU, WHY = "seatbot_menu", "seatbot_why"
"""The shortcuts, as the manifest names them."""

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


def chosen(body: Body) -> str:
    """What a button or the choice in a menu carries; empty where that is nothing."""
    action = body["actions"][0]
    return action.get("value") or (action.get("selected_option") or {}).get("value") or ""


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
        self.homes = Homes(engine, clock)
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
        self.app.action(FORMS)(self.open_form)
        self.app.view(re.compile("|".join(BY_NAME)))(self.submit)
        self.app.options(PICKERS)(self.options)
        self.app.action(PICKERS)(self.press_in_view)
        self.app.action(ACTIONS)(self.button)
        self.app.global_shortcut(MENU)(self.shortcut)
        self.app.message_shortcut(WHY)(self.message_shortcut)
        self.app.event("message")(self.message)
        self.app.event("app_mention")(self.mention)
        self.app.event("app_home_opened")(self.opened)
        self.app.error(self.failed)

    def command(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A slash command: answered in its acknowledgement, to the asker alone."""
        with self.asked(body["trigger_id"], context, client, body.get("response_url")) as asked:
            answer, _ = asked.answer(lambda call: (registry.typed(call, body.get("text") or ""), False))
            self.homes.refresh(asked, client, answer)
            ack(answer.as_message())

    def button(self, ack: Ack, body: Body, respond: Respond, context: BoltContext, client: WebClient) -> None:
        """A button or menu: answered in place of the message that it is in, or by one of its own, once."""
        if body.get("view"):
            return self.press_in_view(ack, body, context, client)
        name, value = body["actions"][0]["action_id"], chosen(body)
        thread = (body.get("container") or {}).get("thread_ts")

        def run(call: Call) -> tuple[Answer | None, bool]:
            if name == "share":
                return self.share(call, value, respond, thread), False
            if name in ("csv", "xlsx"):
                return self.send_file(call, value, name, client), False
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
            self.homes.refresh(asked, client, answer)
        ack()
        return None

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
            self.homes.refresh(asked, client, answer)

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
        """Somebody opened Home, which is made anew, or the direct message: what they could ask is suggested."""
        if event.get("tab") == "home":
            with self.asked(body["event_id"], context, client) as asked:
                self.homes.open(asked, client, event["user"], event.get("view"))
        if not agent.is_opened(event):
            return
        with self.asked(body["event_id"], context, client) as asked, suppress(Refusal):
            if asked.call:
                asked.call.require_member()
                self.suggestions.show(client, event["channel"], asked.reader)

    def open_form(self, ack: Ack, body: Body, respond: Respond, context: BoltContext, client: WebClient) -> None:
        """A button or menu that opens a form: over what somebody sees, once."""
        trigger, view = body["trigger_id"], body.get("view")
        with self.asked(trigger, context, client) as asked:
            answer, _ = asked.answer(
                lambda call: (
                    modals.opened(call, chosen(body), lambda form: windows.over(client, trigger, view, form)),
                    False,
                )
            )
            if answer and view:
                self.show(asked, client, body, answer, in_place=False)
            elif answer:
                asked.tell(lambda _: messages.respond_with(respond, answer))
        ack()

    def submit(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A form comes back: carried out once and told in its place, or its faults are shown at their fields."""
        with self.asked(modals.request_of(body["view"]), context, client) as asked:
            told, answer = modals.submitted(asked, body["view"])
            if answer:
                self.homes.refresh(asked, client, answer)
            ack(**told)

    def options(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """What a picker offers for the letters that somebody typed; nothing to whoever may not know."""
        with self.asked(secrets.token_hex(), context, client) as asked:
            found: list[Body] = []
            with suppress(Refusal):
                if asked.call:
                    found = pickers.offered(asked.call, body["action_id"], body.get("value") or "")
            ack(options=found)

    def press_in_view(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A button or picker in Home or in a modal: answered by a modal, once."""
        action, value = body["actions"][0]["action_id"], chosen(body)

        def run(call: Call) -> tuple[Answer | None, bool]:
            call = replace(call, native=modal.NATIVE)
            if action in ("csv", "xlsx"):
                return self.send_file(call, value, action, client), False
            return buttons.press(call, action, value)

        with self.asked(body["trigger_id"], context, client) as asked:
            answer, in_place = asked.answer(run)
            if answer:
                self.show(asked, client, body, answer, in_place=in_place)
                settles, picks = action in buttons.HOLDS, action in buttons.FOUND
                self.homes.refresh(asked, client, answer, body["view"], settles=settles, picks=picks)
        ack()

    def show(self, asked: Asked, client: WebClient, body: Body, answer: Answer, *, in_place: bool) -> None:
        """Show an answer over or in the place of the view that somebody pressed a button in; where Slack does not,
        it goes to their direct message."""
        seen, view = body["view"], modal.of_answer(asked.reader, answer)
        told = modal.without_window(asked.reader, answer)

        def shown(key: str) -> Sent:
            sent = windows.over(client, body["trigger_id"], seen, view)
            return messages.post(client, body["user"]["id"], told, key) if sent == Sent.REFUSED else Sent.TAKEN

        if not in_place or seen["type"] != "modal":
            asked.tell(shown)
        elif windows.in_place(client, seen, view) == Sent.REFUSED:  # it was closed
            asked.tell(lambda key: messages.post(client, body["user"]["id"], told, key))

    def shortcut(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A shortcut from anywhere: the menu in a modal."""
        self.window(ack, body, context, client, lambda call: registry.run(call, Command("menu")))

    def message_shortcut(self, ack: Ack, body: Body, context: BoltContext, client: WebClient) -> None:
        """A shortcut on a message that somebody is named in: the story of that person or, where it is not clear whom it
        names, the form that asks."""
        message, trigger, team = body["message"], body["trigger_id"], context.team_id or ""
        with self.asked(trigger, context, client) as asked:
            person = None
            if asked.call:
                named = self.people.names(team)
                person = mentioned.person(asked.call, message, lambda id_: named(id_))
        if person:
            self.window(ack, body, context, client, lambda call: registry.run(call, command("why", person)))
        else:
            asks = body | {"actions": [{"value": "why"}], "view": {"type": "home"}}
            self.open_form(ack, asks, Respond(response_url=None), context, client)

    def window(
        self, ack: Ack, body: Body, context: BoltContext, client: WebClient, run: Callable[[Call], Answer]
    ) -> None:
        """Answer in a modal of its own, once."""
        with self.asked(body["trigger_id"], context, client) as asked:
            answer, _ = asked.answer(lambda call: (run(replace(call, native=modal.NATIVE)), False))
            self.show(asked, client, body | {"view": {"type": "home"}}, answer, in_place=False)
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

    def send_file(self, call: Call, offer: str, kind: str, client: WebClient) -> Answer | None:
        """Send the whole of a list to the asker's direct message, as `csv` or `xlsx`. Raises SlackBusy."""
        filed = replace(call, reader=replace(call.reader, filed=kind == "csv"))
        meant, whole = buttons.whole(filed, offer)
        name, content = meant.name.replace(" ", "-"), b""
        if kind == "csv" and whole.table:
            with whole_names():
                content = as_csv(whole.table).encode("utf-8-sig")
        elif kind == "xlsx" and whole.sheet:
            name, content = f"{name}-{whole.sheet.name}", as_xlsx(whole.sheet)
        if not content:
            return None
        if not requests.claim(call.session, call.workspace, f"{kind} {call.request}", call.now()):
            return more.file_on_its_way(call.reader)
        is_sent = files.send(client, call.actor, f"{name}.{kind}", content)
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
                    credentials=self.settings.credentials,
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
            return BoltResponse(status=200, body=modals.failed(body["view"], answer))
        if body.get("type") == "block_suggestion":
            return BoltResponse(status=200, body={"options": []})
        event = body.get("event") or {}
        if "response_url" in body:
            messages.respond_with(respond, answer)
        elif "trigger_id" in body:
            windows.over(client, body["trigger_id"], body.get("view"), modal.of_answer(reader, answer))
        elif event.get("type") == "app_mention":
            mentions.reply(client, event, answer, "", to_all=False)
        elif event.get("type") == "message":
            messages.post(client, event["channel"], answer, thread_ts=event.get("thread_ts"))
        return BoltResponse(status=200, body="")
