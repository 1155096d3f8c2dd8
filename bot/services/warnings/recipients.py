"""Whom a warning reaches, as words name it. Pure: whether Slack lets Seatbot write there, bot/surfaces/ asks."""

import re
from dataclasses import dataclass

from bot.services import names
from bot.services.errors import NoRecipient

CHANNEL_ID = re.compile(r"#?([CG][A-Z0-9]{7,20})")
CHANNEL_NAME = re.compile(r"#[\w-][\w.-]{0,79}")
PERSON = re.compile(r"@?([UW][A-Z0-9]{7,20})")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The Slack id of a channel or a person, and how that is called; of a channel that no Slack was asked about,
    perhaps its name with `#` for both."""

    id: str
    name: str

    @property
    def is_person(self) -> bool:
        return PERSON.fullmatch(self.id) is not None


def unchecked(asked: str) -> Recipient:
    """The recipient that words name, without asking Slack. Raises NoRecipient."""
    if found := PERSON.fullmatch(asked) or CHANNEL_ID.fullmatch(asked):
        return Recipient(found[1], found[1])
    if CHANNEL_NAME.fullmatch(asked):
        return Recipient(asked, asked)
    raise NoRecipient(asked=names.printable(asked))
