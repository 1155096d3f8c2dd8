"""Who waits for which answer of the app, and what becomes of it: shown, refused, or told to be missing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from bot.playground.blocks_check import check_blocks, check_options, check_view
from bot.playground.delivery import Envelope
from bot.playground.journal import Journal
from bot.playground.messages import Conversations, Kind, Message
from bot.playground.notices import notice
from bot.playground.response_urls import ResponseUrls, Said
from bot.playground.team import SLACKBOT, Person, Team
from bot.playground.typing_rules import escaped
from bot.playground.views import View, Views
from bot.playground.wire import Json, SlackError

MOST_TEXT = 40_000
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person did and waits for: where, and which element if it was one.

    `pressed`: message or view, block_id, action_id; a submitted modal has `submit` for its action.
    """

    user_id: str
    channel_id: str
    pressed: tuple[str, str, str] | None = None
    response_key: str = ""
    view_id: str = ""
    is_submission: bool = False
    offered: list[Json] = field(default_factory=list)
    """Filled with the options for an external menu."""


def checked(text: str, blocks: object, unknown: Collection[str] = ()) -> list[Json]:
    """The blocks of something to be shown; raises what check_blocks raises, `no_text` and `msg_too_long`."""
    found = check_blocks(blocks or [], unknown)
    if not text and not found:
        raise SlackError("no_text")
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    return found


def said(body: Json, unknown: Collection[str] = ()) -> Said:
    """What a `response_url` or an acknowledgement carries; raises what `checked` raises."""
    delete = bool(body.get("delete_original"))
    text = str(body.get("text") or "")
    return Said(
        text=text,
        blocks=[] if delete else checked(text, body.get("blocks"), unknown),
        in_channel=body.get("response_type") == "in_channel",
        replace_original=bool(body.get("replace_original")),
        delete_original=delete,
        thread_ts=str(body["thread_ts"]) if body.get("thread_ts") else None,
    )


class Answers:
    """Who asked what, by envelope. Its owner holds the lock."""

    def __init__(
        self,
        team: Team,
        person: Callable[[str], Person],
        conversations: Conversations,
        response_urls: ResponseUrls,
        views: Views,
        journal: Journal,
        unknown: Collection[str],
    ) -> None:
        self._team = team
        self._person = person
        self._conversations = conversations
        self._response_urls = response_urls
        self._views = views
        self._journal = journal
        self._unknown = unknown
        self._asked: dict[str, Asked] = {}

    def expect(self, envelope: Envelope, asked: Asked) -> None:
        """Remember who waits for the answer to an envelope."""
        self._asked[envelope.id] = asked
        if len(self._asked) > KEPT:
            del self._asked[next(iter(self._asked))]

    def asked(self, envelope: Envelope) -> Asked | None:
        """Who waits for it, and what they did; None for events."""
        return self._asked.get(envelope.id)

    def take(self, envelope: Envelope, answer: Json | None) -> None:
        """Show the answer; Slack ignores that of a button, one that is late, and a second one."""
        refused: tuple[str, ...] = ()
        if envelope.late:
            refused = ("operation_timeout",)
        elif len(envelope.answers) == 1 and (asked := self.asked(envelope)):
            try:
                self._show(envelope, asked, answer)
            except SlackError as error:
                refused = (error.code, *error.details)
                self._refuse(envelope, asked, error)
        self._journal.sent("acknowledgement", {"envelope_id": envelope.id, "payload": answer}, refused=refused)

    def _show(self, envelope: Envelope, asked: Asked, answer: Json | None) -> None:
        match envelope.payload.get("type"):
            case "view_submission":
                self._submitted(asked, answer or {})
            case "block_suggestion":
                asked.offered[:] = check_options(answer or {})
            case _ if envelope.type == "slash_commands" and answer:
                self._response_urls.apply(asked.response_key, said(answer, self._unknown))

    def _submitted(self, asked: Asked, answer: Json) -> None:
        """What becomes of a submitted modal: https://docs.slack.dev/surfaces/modals#updating_response"""
        view = self._views.find(asked.view_id)
        match answer.get("response_action"):
            case None:
                self._views.close(view)
            case "clear":
                self._views.clear(view.user_id)
            case "update":
                self._views.update(view, check_view(answer.get("view"), "modal", self._unknown))
            case "push":
                self._views.push(view.user_id, check_view(answer.get("view"), "modal", self._unknown))
            case "errors":
                self._views.refuse(view, _errors(view, answer.get("errors")))
            case other:
                raise SlackError("invalid_response_action", [f"[ERROR] unknown response_action: {other}"])

    def _refuse(self, envelope: Envelope, asked: Asked, error: SlackError) -> None:
        """Slack could not use the answer: the person is told, in the modal if it was one's."""
        if asked.is_submission:
            view = next((view for view in self._views.stack(asked.user_id) if view.id == asked.view_id), None)
            if view:
                self._views.refuse(view, {}, error.code)
        elif envelope.type == "slash_commands":
            self._tell(asked, envelope, error.code, "invalid_answer", "\n".join(error.details))

    def give_up(self, envelope: Envelope, code: str = "") -> None:
        """Tell the person that no answer came in time, or what went wrong instead."""
        asked = self.asked(envelope)
        if asked is None or envelope.payload.get("type") == "block_suggestion":  # the menu just stays empty
            return
        if asked.is_submission:
            self._refuse(envelope, asked, SlackError(code or "operation_timeout"))
            return
        name = "http_error" if code else "operation_timeout" if envelope.deliveries else "dispatch_failed"
        is_press = asked.pressed and envelope.deliveries and not code
        self._tell(asked, envelope, code or name, "button_timeout" if is_press else name)

    def tell(
        self, user_id: str, channel_id: str, name: str, *, code: str = "", thread_ts: str | None = None
    ) -> Message:
        """Slackbot tells a person something that was not asked of the app."""
        text = notice(self._person(user_id).language, name, command=self._team.command, code=code)
        return self._post(Asked(user_id, channel_id), text, code or name, thread_ts=thread_ts)

    def _tell(self, asked: Asked, envelope: Envelope, code: str, name: str, details: str = "") -> None:
        """Slackbot tells the person, in their language, why nothing came."""
        text = notice(self._person(asked.user_id).language, name, command=self._team.command, code=code)
        text = f"{text}\n```{escaped(details)}```" if details else text
        self._post(asked, text, code, envelope_id=envelope.id)

    def _post(
        self, asked: Asked, text: str, code: str, *, envelope_id: str | None = None, thread_ts: str | None = None
    ) -> Message:
        return self._conversations.post(
            Message(
                ts="",
                channel_id=asked.channel_id,
                user_id=SLACKBOT,
                text=text,
                visible_to=asked.user_id,
                kind=Kind.NOTICE,
                error=code,
                envelope_id=envelope_id,
                thread_ts=thread_ts,
            )
        )


def _errors(view: View, errors: object) -> dict[str, str]:
    """Errors by the id of an input block of the view, which is where Slack shows them."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not all(isinstance(text, str) for text in errors.values()):
        raise SlackError("invalid_arguments", ["[ERROR] errors must be an object of strings"])
    if unknown := sorted(errors.keys() - inputs):
        raise SlackError(
            "invalid_arguments", [f"[ERROR] no input block {block_id!r} in the view" for block_id in unknown]
        )
    return errors
