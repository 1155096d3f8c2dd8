"""A form: what its fields are, and which command is meant by what somebody filled in.

What was filled in is carried out like a typed command, so that it is allowed, asked about, kept and undone in the same
way. A new form is a module with a `Form` in it, and a line in bot/commands/forms/registry.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.commands.call import Call
from bot.commands.command import Command
from bot.services import accounts
from bot.services.accounts import Account
from bot.services.errors import EmptyText, NoAccountPicked, Refusal
from bot.views.slack.modal import View

Places = Mapping[type[Refusal], str]


class BadFields(Exception):
    """What is wrong, by the name of the field."""

    def __init__(self, faults: Mapping[str, Refusal]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in, by the names of the fields; `kept` is what the form kept from when it was opened."""

    values: Mapping[str, Mapping[str, Mapping[str, Any]]]
    kept: str = ""

    def element(self, name: str) -> Mapping[str, Any]:
        """The one element of a field; empty where there is no such field."""
        return next(iter(self.values.get(name, {}).values()), {})

    def text(self, name: str) -> str:
        """A text in one line, empty where there is none."""
        return " ".join((self.element(name).get("value") or "").split())

    def lines(self, name: str) -> str:
        """A text as it was typed, but for its line ends and what surrounds it."""
        return (self.element(name).get("value") or "").replace("\r\n", "\n").strip()

    def words(self, name: str) -> list[str]:
        """What stands between spaces, commas, semicolons and line ends."""
        return self.lines(name).replace(",", " ").replace(";", " ").split()

    def option(self, name: str) -> str:
        """The value that was chosen; empty where none was."""
        return (self.element(name).get("selected_option") or {}).get("value") or ""

    def options(self, name: str) -> list[str]:
        """The values that were chosen or ticked."""
        return [one["value"] for one in self.element(name).get("selected_options") or []]

    def ids(self, name: str) -> list[int]:
        """The ids of what was picked."""
        return [int(value) for value in self.options(name) if value.isdecimal() and len(value) < 19]

    def day(self, name: str) -> date | None:
        """The day that was picked."""
        picked = self.element(name).get("selected_date")
        return date.fromisoformat(picked) if picked else None

    def channel(self, name: str) -> str:
        """The id of the channel that was picked; empty where none was."""
        return self.element(name).get("selected_channel") or ""

    def member(self, name: str) -> str:
        """The Slack id of the person who was picked; empty where nobody was."""
        return self.element(name).get("selected_user") or ""

    def time(self, name: str) -> str:
        """The time of day that was picked, such as 08:00; empty where none was."""
        return self.element(name).get("selected_time") or ""

    def has_file(self, name: str) -> bool:
        """Whether a file was sent with the form."""
        return bool(self.element(name).get("files"))

    def file(self, name: str) -> str:
        """The Slack id of the file. Raises BadFields."""
        files = self.element(name).get("files") or []
        if not files:
            raise BadFields({name: EmptyText()})
        return str(files[0]["id"])

    def account(self, call: Call, name: str = "account") -> Account | None:
        """The account that was picked, if one was. Raises BadFields where there is none of that id any more."""
        value = self.option(name)
        if not value:
            return None
        try:
            return accounts.by_id(call.session, call.workspace, int(value) if value.isdecimal() else 0)
        except Refusal as refusal:
            raise BadFields({name: refusal}) from None

    def needed_account(self, call: Call, name: str = "account") -> Account:
        """As `account`; raises BadFields where none was picked."""
        found = self.account(call, name)
        if found is None:
            raise BadFields({name: NoAccountPicked()})
        return found


@dataclass(frozen=True, slots=True)
class Form:
    """A form by its name. `label` is the message on what opens it, `show` makes it for what its opener means (an id,
    or nothing), and `meant` gives the command that it comes to.

    A refusal of the command is shown at the field that `places` says for its kind, else at the field `at`; those about
    who may what take the form's place.
    """

    name: str
    label: str
    show: Callable[[Call, str], View]
    meant: Callable[[Call, Filled], Command]
    at: str
    places: Places = field(default_factory=dict)
    admin: bool = True

    def place(self, refusal: Refusal) -> str:
        """The field at which a refusal is shown."""
        return next((name for kind, name in self.places.items() if isinstance(refusal, kind)), self.at)
