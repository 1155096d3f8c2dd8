"""Whom a digest or a warning reaches, as words name it. Pure: whether Slack lets Seatbot write there, bot/surfaces/
asks."""

import re
from dataclasses import dataclass

from bot.services import names
from bot.services.errors import BadChannel, NoRecipient

CHANNEL_ID = re.compile(r"#?([CG][A-Z0-9]{7,20})")
CHANNEL_NAME = re.compile(r"#?([\w-][\w.-]{0,79})")
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


def named(asked: str) -> Recipient:
    """The channel, by its id or by `#` and its name, or the person that words name. Raises NoRecipient."""
    bare = asked.strip()
    if found := PERSON.fullmatch(bare):
        return Recipient(found[1], found[1])
    if bare.startswith("#") or CHANNEL_ID.fullmatch(bare):
        try:
            return channel(bare)
        except BadChannel:
            pass
    raise NoRecipient(asked=names.printable(asked))


def channel(asked: str) -> Recipient:
    """The channel that words name, by its id or its name, with or without `#`. Raises BadChannel."""
    bare = asked.strip()
    if found := CHANNEL_ID.fullmatch(bare):
        return Recipient(found[1], found[1])
    if found := CHANNEL_NAME.fullmatch(bare):
        name = f"#{found[1].lower()}"
        return Recipient(name, name)
    raise BadChannel(asked=names.printable(asked))
