"""A call: who asks, for which workspace, with what a command needs to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.clock import Clock
from bot.commands.words import Word, dump
from bot.services import access, accounts, log, offers
from bot.services.access import Roles
from bot.services.accounts import Account
from bot.services.errors import AdminsOnly, UnknownAccount, UnknownAccountSuggestion
from bot.services.workspaces import Workspace
from bot.views.texts import Texts


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
    admins: Sequence[str]
    """Admins by the settings."""
    root: str
    """The slash command's name."""
    charts: bool
    """Whether the Slack workspace takes charts."""

    def now(self) -> datetime:
        """The present instant, for reads."""
        return self.clock()

    def require_admin(self, asked: Sequence[Word]) -> None:
        """Raises AdminsOnly for others, and keeps in the log what they asked for; raises as `access.require_admin`."""
        try:
            access.require_admin(self.session, self.workspace, self.admins, self.roles, self.actor)
        except AdminsOnly as refusal:
            text = " ".join(word.text for word in asked)
            log.refused(self.session, self.workspace, self.actor, text, refusal, self.clock)
            raise

    def account(self, asked: str) -> Account:
        """The account that is meant, whichever apostrophe it is written with. Raises as `accounts.find`."""
        spellings = dict.fromkeys([asked, asked.replace("’", "'"), asked.replace("'", "’")])
        refusals: list[UnknownAccount | UnknownAccountSuggestion] = []
        for spelling in spellings:
            try:
                return accounts.find(self.session, self.workspace, spelling)
            except (UnknownAccount, UnknownAccountSuggestion) as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def offer(self, commands: Sequence[Sequence[Word]]) -> list[str]:
        """Ids of buttons that stand for these commands."""
        texts = [dump(command) for command in commands]
        return offers.make(
            self.session, self.workspace, texts, actor=self.actor, now=self.clock(), request=self.request
        )
