"""Everything that Seatbot refuses, each with a sentence for the person who asked: what is wrong and what to do.

The sentences are gettext messages; bot/views/texts.py says them in the reader's language. Services raise with the facts
only, and lists of names are joined by whoever shows them.
"""

from typing import Any, ClassVar


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Marks a message for the catalogues."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as N_, for a message with a plural
    """Marks a message and its plural for the catalogues."""
    return one, many


class Refusal(Exception):
    """Something that was asked for and not done. `fields` fill the braces of `text`."""

    text: ClassVar[str]

    def __init__(self, **fields: Any) -> None:
        super().__init__(fields)
        self.fields = fields

    def __str__(self) -> str:
        return self.text.format_map({key: shown(value) for key, value in self.fields.items()})


def shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


class Faults(Refusal):
    """Several refusals at once, as of a file: nothing was changed."""

    text = N_("Nothing was changed.")

    def __init__(self, faults: list[Refusal]) -> None:
        super().__init__()
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


class BadLine(Refusal):
    """A fault in one line of a file."""

    text = N_("Line {line}: {fault}")

    def __init__(self, line: int, fault: Refusal) -> None:
        super().__init__(line=line, fault=fault)


# Which workspace, account, person, period


class UnknownWorkspace(Refusal):
    text = N_("No workspace is called “{asked}”. There is: {known}.")


class NoWorkspace(Refusal):
    text = N_("There is no workspace yet. Create one: seatbot init NAME")


class SeveralWorkspaces(Refusal):
    text = N_("There are several workspaces: {known}. Say which: --workspace NAME")


class UnknownAccount(Refusal):
    text = N_("No account is called “{asked}”. “seatbot accounts” and /seats accounts list them.")


class UnknownAccountSuggestion(Refusal):
    text = N_("No account is called “{asked}”. Did you mean {nearest}?")


class AmbiguousAccount(Refusal):
    text = N_("“{asked}” could be {candidates}. Give the whole name.")


class UnknownPeople(Refusal):
    text = N_("Nobody has the address {emails}. Nothing was changed; check the spelling.")


class UnknownPerson(Refusal):
    text = N_("Nobody has the address {email}. Check the spelling.")


class UnknownPersonInAccount(Refusal):
    text = N_("Nobody in {account} has the address {emails}. Nothing was changed; check the spelling.")


class AmbiguousPerson(Refusal):
    text = N_("{email} is in several accounts: {accounts}. Say in which one.")


class UnknownPeriod(Refusal):
    text = N_(
        "“{asked}” is no billing period. Use current, last, a month such as 2026-10, or a day such as 2026-10-27."
    )


class FuturePeriod(UnknownPeriod):
    text = N_("The billing period of “{asked}” has not begun yet.")


class UnknownChange(Refusal):
    text = N_("There is no change {asked}. “seatbot log” and /seats log list them.")


# What was given


class BadEmail(Refusal):
    text = N_("“{email}” is no e-mail address.")


class BadPattern(Refusal):
    text = N_("“{pattern}” is neither an e-mail address nor *@domain.")


class BadName(Refusal):
    text = N_("a name must not be empty or hold control characters.")


class BadInstant(Refusal):
    text = N_("“{value}” is no date or time. Write 2026-10-27 or 2026-10-27T09:30.")


class SkippedInstant(Refusal):
    text = N_("{value} does not exist in {timezone}: the clock was put forward. Give an offset, such as +01:00.")


class AncientInstant(Refusal):
    text = N_("“{value}” is before 1970.")


class DistantInstant(Refusal):
    text = N_("“{value}” is after the year 9000.")


class FutureInstant(Refusal):
    text = N_("“{value}” is in the future. A user's status can only be recorded once it is true.")


class BadStatus(Refusal):
    text = N_("“{value}” is no status. Use {known}.")


class BadBillingDay(Refusal):
    text = N_("A billing day is a whole number from 1 to 31.")


class BadTimezone(Refusal):
    text = N_("“{value}” is no time zone. Use a name such as Europe/Paris or America/New_York.")


class BadLocale(Refusal):
    text = N_("“{value}” is not spoken here. Use en or fr.")


class BadTeam(Refusal):
    text = N_("“{value}” is no Slack team. Its id begins with T, such as T0123ABCD.")


class WorkspaceExists(Refusal):
    text = N_("The workspace {name} exists already; the store is up to date. Change it with: seatbot set")


class TeamBound(Refusal):
    text = N_("The Slack team {team} is bound to the workspace {name} already.")


class NeedsCorrect(Refusal):
    text = N_(
        "Another billing day or time zone changes the figures of past periods too. "
        "If the old one was wrong, add --correct to compute them anew."
    )


class NothingToSet(Refusal):
    text = N_("Say what to set: --billing-day, --timezone or --locale.")


# Files


class MissingFile(Refusal):
    text = N_("There is no file {path} that can be read.")


class NotText(Refusal):
    text = N_("{path} is not a CSV file in UTF-8. Save it as “CSV UTF-8” and try again.")


class EmptyFile(Refusal):
    text = N_("{path} is empty. Its first line must name the columns: {columns}.")


class MissingColumns(Refusal):
    text = N_("{path} has no column {missing}. Its first line must name the columns: {columns}.")


class DoubledColumn(Refusal):
    text = N_("{path} has the column {column} twice.")


class LongLine(Refusal):
    text = N_("a cell is longer than 100,000 characters; a quotation mark may not be closed.")


class WrongCells(Refusal):
    text = N_("there are {found} cells, but {expected} columns.")


class MisplacedQuote(Refusal):
    text = N_("a quotation mark is not closed, or closed before the cell ends.")


class ContradictsLine(Refusal):
    text = N_("it contradicts line {other}.")


class UnknownAccountInFile(Refusal):
    text = N_("no account is called “{asked}”. Import the accounts first.")


class AddressTaken(Refusal):
    text = N_("{email} belongs to another user of {account}.")


class MassChange(Refusal):
    text = N_(
        "{account}: {deactivated} of {active} active users would be deactivated and {activated} activated. "
        "If that is right, add --force."
    )


# What stands in the way


class Denied(Refusal):
    text = N_("{emails}: on the deny list of {account}. Remove the entry first: deny remove")


class DenyNeedsForce(Refusal):
    text = N_(
        "This would deactivate {deactivated} of {active} active users of {account}. If that is right, add --force."
    )


class UnknownDenyEntry(Refusal):
    text = N_("The deny list of {account} has no entry {patterns}.")


class NothingToUndo(Refusal):
    text = N_("You have no change that could be undone.")


class CannotUndo(Refusal):
    text = N_("Change {change} ({kind}) cannot be undone. An earlier one can be named: undo CHANGE")


class UndoImport(Refusal):
    text = N_("Change {change} is an import. Take it back with: seatbot import retract {change}")


class UndoNeedsForce(Refusal):
    text = N_(
        "Undoing change {change} would deactivate {deactivated} of {active} active users of {account}. "
        "If that is right, put the entries back yourself: deny add, with --force on the command line."
    )


class AlreadyTakenBack(Refusal):
    text = N_("Change {change} was taken back already, by change {by}.")


class NotAnImport(Refusal):
    text = N_("Change {change} is no import. Take it back with: seatbot undo {change}")


class Contradicted(Refusal):
    text = N_(
        "Change {change} cannot be retracted: later changes rest on it ({names}). Retract or correct those first."
    )


class AdminsOnly(Refusal):
    text = N_("Only admins may do that. Ask {admins}.")


class OwnersOnly(Refusal):
    text = N_("Only admins may do that. Ask an owner or admin of this Slack workspace.")


class MembersOnly(Refusal):
    text = N_("Only members of this team may use Seatbot.")


class RoleUnknown(Refusal):
    text = N_("Slack does not say right now who you are, so nothing was changed. Try again in a moment.")


# What Slack sent


class TeamUnbound(Refusal):
    text = N_("Seatbot is not set up for this Slack team. On its machine: seatbot init NAME --slack-team {team}")


class UnclosedQuote(Refusal):
    text = N_("A quotation mark is not closed. Nothing was changed.")


class OfferGone(Refusal):
    text = N_("This button no longer stands for anything. Give the command again.")


# The store


class ClockBehind(Refusal):
    text = N_("This machine's clock is {minutes} minutes behind the last change. Set it right and try again.")


class StoreMissing(Refusal):
    text = N_("There is no database at {place}. Create it: seatbot init NAME")


class BadDatabaseUrl(Refusal):
    text = N_("DATABASE_URL is no database address. Use sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.")


class StoreOutdated(Refusal):
    text = N_("The database is older than this program. Bring it up to date: seatbot init NAME")


class StoreNewer(Refusal):
    text = N_("The database was made by a newer Seatbot. Update this program.")


class StoreLocked(Refusal):
    text = N_("Another program is writing to the database. Try again in a moment.")


class StoreReadOnly(Refusal):
    text = N_("The database cannot be written. Check who owns the file and its folder.")


class StoreFull(Refusal):
    text = N_("The disk is full, so nothing was changed. Make room and try again.")


class StoreUnreachable(Refusal):
    text = N_("The database cannot be reached. Check DATABASE_URL and whether the server runs.")


class StoreServed(Refusal):
    text = N_("Another “seatbot serve” works on this database already. SQLite takes one; PostgreSQL takes many.")


class PortInUse(Refusal):
    text = N_("Port {port} is in use. Stop what uses it, or choose another: --port N")


class MissingToken(Refusal):
    text = N_("{variable} is not set. “seatbot check” tells step by step what is missing.")


class BadSetting(Refusal):
    text = N_("{variable}: {fault}")


class TokenRefused(Refusal):
    text = N_("Slack does not take {variable}: {reason}. “seatbot check” tells step by step what is missing.")


class TraceLeft(Refusal):
    text = N_(
        "Everything is blanked, but another program is reading the database, so its file still holds old pages. "
        "Do the same again once that program is done."
    )
