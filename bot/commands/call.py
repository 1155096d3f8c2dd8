"""A call: who asks, for which workspace, with what a command needs to answer."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile

from sqlmodel import Session

from bot.clock import Clock
from bot.commands.command import Command, dump
from bot.commands.words import Word
from bot.services import access, accounts, names, offers
from bot.services.access import Roles
from bot.services.accounts import Account
from bot.services.directories.opening import Credentials
from bot.services.recipients import Recipient
from bot.services.workspaces import Workspace
from bot.views.texts import Texts

HELP = Command("help")
UNASKED = 10
"""More people than that are changed only once it was confirmed (domain.md, The hand)."""


def as_asked(recipient: Recipient) -> Recipient:
    """The recipient of whoever cannot ask Slack."""
    return recipient


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent, by its Slack id."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """One command of one person. `request` is Slack's key of it, the same when it is delivered again."""

    session: Session
    workspace: Workspace
    actor: str
    reader: Texts
    clock: Clock
    request: str
    roles: Roles
    readers: Roles
    """As `roles`, but what Slack told within an hour is good enough where it does not tell now."""
    admins: Sequence[str]
    """Admins by the settings."""
    root: str
    """The slash command's name."""
    native: Collection[str]
    """Which of the newer blocks the Slack workspace takes."""
    fetch: Callable[[str], tuple[str, bytes]]
    """Gives name and content of a file by its Slack id. Raises FileGone, FileTooLarge, SlackBusy."""
    named: Callable[[str], str] = str
    """Gives the name of whoever did something; an id where Slack tells none."""
    reach: Callable[[Recipient], Recipient] = as_asked
    """Gives a channel or a person as Slack knows it, if Seatbot may write there. Raises as what
    `surfaces.recipients.reaching` gives."""
    uploads: Sequence[Upload] = ()
    """The files that came with the command."""
    reply_to: str | None = None
    """Where what comes of it later is told: a `response_url`, sealed; without, in the asker's direct message."""
    credentials: Credentials | None = None
    """By what Seatbot is let into its clients' directories."""
    command: Command = HELP
    offered: dict[str, str] = field(default_factory=dict)
    """What the buttons of the answer stand for: texts of commands by the ids of the buttons."""

    def doing(self, command: Command) -> "Call":
        """The call that carries out this command."""
        return replace(self, command=command, offered={})

    def now(self) -> datetime:
        """The present instant, for reads."""
        return self.clock()

    @property
    def unasked(self) -> int | None:
        """How many people may change without being asked."""
        return None if self.command.confirmed else UNASKED

    def require_member(self) -> None:
        """Raises as `access.require_member`."""
        access.require_member(self.readers, self.actor)

    def require_admin(self) -> None:
        """Raises as `access.require_admin`."""
        access.require_admin(self.session, self.workspace, self.admins, self.roles, self.actor)

    @property
    def is_admin(self) -> bool:
        """Whether buttons for admins are shown; whoever presses one is asked again."""
        return access.is_admin(self.session, self.workspace, self.admins, self.roles, self.actor)

    def account(self, asked: str) -> Account:
        """The account that is meant. Raises as `accounts.find`."""
        return accounts.find(self.session, self.workspace, asked)

    def leading_account(self, asked: Sequence[Word], otherwise: Sequence[Word]) -> tuple[Account, list[Word]]:
        """The account that the longest run of first words means, and the words behind it; in quotes it is the first.
        Raises as `accounts.find`, which looks for `otherwise` where no words mean one."""
        if not asked[0].quoted:
            bare = [word.text for word in takewhile(lambda word: not word.quoted, asked)]
            if found := accounts.leading(self.session, self.workspace, bare):
                return found[0], list(asked[found[1] :])
            return self.account(" ".join(word.text for word in otherwise)), []
        return self.account(asked[0].text), list(asked[1:])

    @property
    def is_account(self) -> Callable[[str], bool]:
        """Tells whether a text is the whole name of an account; the names are read when it is first asked."""
        known: set[str] = set()

        def is_name(text: str) -> bool:
            if not known:
                known.update(names.fold(one.name) for one in accounts.everyone(self.session, self.workspace))
            return names.fold(text) in known

        return is_name

    @property
    def here(self) -> str:
        """The id by which the buttons of the answer mean the command itself."""
        return offers.key_of(self.request, 0)

    def pressing(self, offer: str) -> str:
        """The request that it is to press the button with that id, the same however often the person does."""
        return f"offer {offer} {self.actor}"

    def offer(self, command: Command) -> str:
        """The id of a button that stands for a command."""
        id_ = offers.key_of(self.request, len(self.offered) + 1)
        self.offered[id_] = dump(command)
        return id_

    def leading_to(self, command: Command) -> str:
        """As `offer`, for an answer that takes the place of this one and leads back to it."""
        self.offered[self.here] = dump(self.command)
        return self.offer(replace(command, back=self.here))

    def confirmable(self) -> str:
        """The id of the button that confirms the command itself."""
        return self.offer(replace(self.command, confirmed=True))
