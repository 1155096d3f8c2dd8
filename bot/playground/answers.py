"""Who waits for which answer of the app, and what becomes of it: shown, refused, or told to be missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.playground.blocks_check import check_blocks
from bot.playground.journal import Journal
from bot.playground.messages import Conversations, Kind, Message
from bot.playground.page_texts import notice
from bot.playground.response_urls import ResponseUrls, Said
from bot.playground.socket_mode import Envelope
from bot.playground.team import SLACKBOT, Person, Team
from bot.playground.typing_rules import escaped
from bot.playground.wire import Json, SlackError

MOST_TEXT = 40_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person did and waits for: where, and which button if it was one."""

    user_id: str
    channel_id: str
    pressed: tuple[str, str, str] | None = None  # message ts, block_id, action_id
    response_key: str = ""


def checked(text: str, blocks: object) -> list[Json]:
    """The blocks of something to be shown; raises what check_blocks raises, `no_text` and `msg_too_long`."""
    found = check_blocks(blocks or [])
    if not text and not found:
        raise SlackError("no_text")
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    return found


def said(body: Json) -> Said:
    """What a `response_url` or an acknowledgement carries; raises what `checked` raises."""
    delete = bool(body.get("delete_original"))
    text = str(body.get("text") or "")
    return Said(
        text=text,
        blocks=[] if delete else checked(text, body.get("blocks")),
        in_channel=body.get("response_type") == "in_channel",
        replace_original=bool(body.get("replace_original")),
        delete_original=delete,
    )


class Answers:
    """Who asked what, by envelope. Its owner holds the lock."""

    def __init__(
        self,
        team: Team,
        people: Mapping[str, Person],
        conversations: Conversations,
        response_urls: ResponseUrls,
        journal: Journal,
    ) -> None:
        self._team = team
        self._people = people
        self._conversations = conversations
        self._response_urls = response_urls
        self._journal = journal
        self._asked: dict[str, Asked] = {}

    def expect(self, envelope: Envelope, asked: Asked) -> None:
        """Remember who waits for the answer to an envelope."""
        self._asked[envelope.id] = asked

    def asked(self, envelope: Envelope) -> Asked:
        """Who waits for it, and what they did."""
        return self._asked[envelope.id]

    def take(self, envelope: Envelope, answer: Json | None) -> None:
        """Show the answer of a slash command; Slack ignores that of a button, one that is late, and a second one."""
        refused: tuple[str, ...] = ()
        if envelope.late:
            refused = ("operation_timeout",)
        elif answer and envelope.type == "slash_commands" and len(envelope.answers) == 1:
            try:
                self._response_urls.apply(self.asked(envelope).response_key, said(answer))
            except SlackError as error:
                refused = (error.code, *error.details)
                self._tell(envelope, error.code, "invalid_answer", "\n".join(error.details))
        self._journal.sent("acknowledgement", {"envelope_id": envelope.id, "payload": answer}, refused=refused)

    def give_up(self, envelope: Envelope) -> None:
        """Tell the person that no answer came in time."""
        code = "operation_timeout" if envelope.deliveries else "dispatch_failed"
        is_press = self.asked(envelope).pressed and envelope.deliveries
        self._tell(envelope, code, "button_timeout" if is_press else code)

    def _tell(self, envelope: Envelope, code: str, name: str, details: str = "") -> None:
        """Slackbot tells the person, in their language, why nothing came."""
        asked = self.asked(envelope)
        text = notice(self._people[asked.user_id].language, name, command=self._team.command, code=code)
        self._conversations.post(
            Message(
                ts="",
                channel_id=asked.channel_id,
                user_id=SLACKBOT,
                text=f"{text}\n```{escaped(details)}```" if details else text,
                visible_to=asked.user_id,
                kind=Kind.NOTICE,
                error=code,
                envelope_id=envelope.id,
            )
        )
