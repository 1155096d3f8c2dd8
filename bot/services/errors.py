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
    text = N_("No account is called “{asked}”. “seatbot accounts” lists them.")


class UnknownAccountSuggestion(Refusal):
    text = N_("No account is called “{asked}”. Did you mean {nearest}?")


class AmbiguousAccount(Refusal):
    text = N_("“{asked}” could be {candidates}. Give the whole name.")


class UnknownPeople(Refusal):
    text = N_("Nobody has these addresses: {emails}. Nothing was changed; check the spelling.")


class UnknownPersonAmong(UnknownPeople):
    """One of several addresses."""

    text = N_("Nobody has the address {emails}. Nothing was changed; check the spelling.")


class UnknownPerson(Refusal):
    text = N_("Nobody has the address {email}. Check the spelling.")


class UnknownPersonInAccount(Refusal):
    text = N_("Nobody in {account} has the address {emails}. Nothing was changed; check the spelling.")


class UnknownPeopleInAccount(UnknownPersonInAccount):
    text = N_("Nobody in {account} has these addresses: {emails}. Nothing was changed; check the spelling.")


class UnknownPeopleSuggestion(UnknownPeople):
    text = N_("Nobody has the address {emails}. Nothing was changed. Did you mean {nearest}?")


class UnknownPersonSuggestion(UnknownPerson):
    text = N_("Nobody has the address {email}. Did you mean {nearest}?")


class UnknownPersonInAccountSuggestion(UnknownPersonInAccount):
    text = N_("Nobody in {account} has the address {emails}. Nothing was changed. Did you mean {nearest}?")


class AmbiguousPerson(Refusal):
    text = N_("{email} is in several accounts: {accounts}. Say in which one: --account NAME")


class UnknownPeriod(Refusal):
    text = N_(
        "“{asked}” is no billing period. Use current, last, a month such as 2026-10, or a day such as 2026-10-27."
    )


class FuturePeriod(UnknownPeriod):
    text = N_("The billing period of “{asked}” has not begun yet.")


class PeriodRuns(Refusal):
    text = N_(
        "The billing period runs until the end of {last}, and a statement is made of one that is over. "
        "“seatbot report” shows how it stands."
    )


class NothingToState(Refusal):
    text = N_("No account had a status by the end of the billing period of “{asked}”, so there is no statement of it.")


class UnknownRevision(Refusal):
    text = N_("The statement of {period} has no revision {asked}; the latest is {latest}.")


class Unwritable(Refusal):
    text = N_("{path} cannot be written: {reason}.")


class UnknownChange(Refusal):
    text = N_("There is no change {asked}. “seatbot log” lists them.")


# What was given


class BadEmail(Refusal):
    text = N_("“{email}” is not an email address.")


class NamedPerson(BadEmail):
    text = N_("“{email}” is not an email address. Did you mean {nearest}?")


class AmbiguousName(BadEmail):
    text = N_("“{email}” is not an email address and could be {candidates}. Give the address.")


class BadPattern(Refusal):
    text = N_("“{pattern}” is neither an email address nor *@domain.")


class BadName(Refusal):
    text = N_("a name must not be empty or hold control characters.")


class LongName(Refusal):
    text = N_("a name, domain or id must not be longer than {most} characters.")


class BadInstant(Refusal):
    text = N_("“{value}” is no date or time. Write 2026-10-27 or 2026-10-27T09:30.")


class SkippedInstant(Refusal):
    text = N_("{value} does not exist in {timezone}: the clock was put forward. Give an offset, such as +01:00.")


class AncientInstant(Refusal):
    text = N_("“{value}” is before 1970.")


class DistantInstant(Refusal):
    text = N_("“{value}” is after the year 9000.")


class FutureInstant(Refusal):
    text = N_("“{value}” is in the future. A user’s status can only be recorded once it is true.")


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
    text = N_("Say what to set: --billing-day, --timezone, --locale, --price or --resale.")


class BadAmount(Refusal):
    text = N_("“{value}” is no amount of money. Write one such as 4.50.")


class AmbiguousAmount(BadAmount):
    text = N_("“{value}” may be a thousand or a fraction. Write 1234.00 or 1.234.")


class NegativeAmount(BadAmount):
    text = N_("“{value}” is negative. An amount here is 0 or more.")


class FineAmount(BadAmount):
    text = N_("“{value}” is finer than {most} decimals. Round it.")


class OtherCurrency(BadAmount):
    text = N_("“{value}” is in another currency; prices here are in {currency}.")


class BadCurrency(Refusal):
    text = N_("“{value}” is no currency. Use its code of three letters, such as EUR, GBP or USD.")


class NoCurrency(Refusal):
    text = N_("Say in which currency the price is: --currency EUR")


class CurrencyAlone(Refusal):
    text = N_("A currency alone says nothing. Say the price too: --price AMOUNT --currency {currency}")


class NoPrice(Refusal):
    text = N_("There is no price yet. Set it first: seatbot set --price AMOUNT --currency EUR")


class BadCount(Refusal):
    text = N_("“{value}” is no number of users. Write one such as 840.")


class NothingToReconcile(Refusal):
    text = N_("Say one thing that the invoice has: its number of users, its amount, or the file of the customer list.")


class UnknownReconciliation(Refusal):
    text = N_("That reconciliation is not known here. Give the command again.")


class ResaleInOtherCurrency(Refusal):
    text = N_(
        "Resale prices are kept in {currency}. Take those away first (--resale none, also with --account), then set "
        "the price in another currency."
    )


class BadTierStart(Refusal):
    text = N_("“{value}” is no number of users from which a price holds. Use a whole number of 1 or more.")


class NoFirstTier(Refusal):
    text = N_("{path}: the first price must hold from 1 user on, so that every number of users has one.")


class BadDate(Refusal):
    text = N_("“{value}” is not a date. Write 2026-12-31; put a name that looks like a date in quotation marks.")


class AmbiguousDate(BadDate):
    text = N_("“{value}” may be {first} or {second}. Write {iso} for the former.")


class PastInstant(Refusal):
    text = N_(
        "{value} is in the past. What was true then is recorded by an import: seatbot import accounts FILE.csv, with "
        "the column “at”. Nothing was changed."
    )


class TrialEndsBefore(Refusal):
    text = N_("A trial cannot end on {value}, before it begins. Nothing was changed.")


class AccountExists(Refusal):
    text = N_(
        "There is an account {account} already; its status is {status}. To set another: account activate, account "
        "trial or account close."
    )


class NotYetAnAccount(Refusal):
    text = N_("{account} has no status by then. Give it its first one: account add")


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


# Directories


class BadTenant(Refusal):
    text = N_(
        "“{asked}” is no tenant of Microsoft 365. Give the client’s own: its id or one of its domains, such as "
        "contoso.onmicrosoft.com."
    )


class BadDomain(Refusal):
    text = N_("“{asked}” is no domain. Give the client’s own in Google Workspace, such as acme.example.")


class BadGroup(Refusal):
    text = N_("“{asked}” is no id of a group. Microsoft Entra shows it as the group’s Object ID.")


class GroupBothWays(Refusal):
    text = N_("The group {group} cannot be synced and left out at once.")


class DirectoryTaken(Refusal):
    text = N_("{target} is the directory of {account} already. If that was wrong: seatbot disconnect ACCOUNT")


class TenantTaken(DirectoryTaken):
    """To whoever consents: whose it is, is nobody else's business."""

    text = N_("The tenant {target} is connected already, for another account. Nothing was changed.")


class ConsentLinkGone(Refusal):
    text = N_(
        "This link was used already, is older than an hour, or is not complete. Nothing was changed; ask for a new one."
    )


class ConsentDeclined(Refusal):
    text = N_("The administrator did not consent, so nothing was changed.")


class ConsentFailed(Refusal):
    text = N_("Microsoft reports an error ({code}) instead of a consent. Nothing was changed.")


class ConsentWithoutTenant(Refusal):
    text = N_("Microsoft’s answer names no tenant. Nothing was changed.")


class ConsentOutdated(Refusal):
    text = N_("The account was connected, or disconnected, in another way meanwhile. Nothing was changed.")


class BadConsentUrl(Refusal):
    text = N_(
        "“{url}” is no public address. Give that of “seatbot serve --http”, such as https://seats.example.com, which "
        "the application at Microsoft must have as a redirect URI with /connect/m365 after it."
    )


class AccountClosed(Refusal):
    text = N_("{account} is closed, and a closed account is not synced. Nothing was changed.")


class NotConnected(Refusal):
    text = N_(
        "{account} is not connected with a directory. Connect it with one: seatbot connect m365, or seatbot connect "
        "google"
    )


class NothingConnected(Refusal):
    text = N_("No account is connected with a directory. Connect one: seatbot connect m365, or seatbot connect google")


class SeveralConnected(Refusal):
    text = N_("Several accounts are connected with a directory: {known}. Say which one, or --all.")


class ReadsDirectory(Refusal):
    text = N_(
        "{email} is the administrator as whom the directory of {accounts} is read. Connect it with another one first, "
        "or disconnect it."
    )


# What stands in the way


class Denied(Refusal):
    text = N_(
        "On the deny list of {account}: {emails}. Nothing was changed; take the entry off the list first: deny remove"
    )


class DenyNeedsForce(Refusal):
    text = N_(
        "This would deactivate {deactivated} of {active} active users of {account}. If that is right, add --force."
    )


class UnknownDenyEntry(Refusal):
    text = N_("The deny list of {account} has no entry {patterns}.")


class NothingToUndo(Refusal):
    text = N_("You have no change that could be undone.")


class CannotUndo(Refusal):
    text = N_("Change {change} ({kind}) cannot be undone.")


class CannotUndoSuggestion(CannotUndo):
    text = N_(
        "Change {change} ({kind}) cannot be undone. Your latest that can be is {latest} ({latest_kind}): undo {latest}"
    )


class UndoBlocked(Refusal):
    text = N_(
        "Change {change} was not undone: other changes stand against it for {names}. Undo those first, newest first: "
        "{by}."
    )


class UndoPointless(Refusal):
    text = N_("Change {change} was not undone: nothing of it is left to take back.")


class UndoImport(Refusal):
    text = N_("Change {change} is an import. Take it back with: seatbot import retract {change}")


class UndoNeedsForce(Refusal):
    text = N_(
        "Undoing change {change} would deactivate {deactivated} of {active} active users of {account}. "
        "If that is right, put the entries back yourself: deny add, with --force on the command line."
    )


class PricesSetSince(Refusal):
    text = N_("Change {change} was not undone: prices were set again since. Undo that first, newest first: {by}.")


class AlreadyTakenBack(Refusal):
    text = N_("Change {change} was taken back already, by change {by}.")


class NotAnImport(Refusal):
    text = N_("Change {change} is no import. Take it back with: seatbot undo {change}")


class Contradicted(Refusal):
    text = N_(
        "Change {change} cannot be retracted: later changes rest on it ({names}). Retract or correct those first."
    )


class AdminsOnly(Refusal):
    text = N_("Only admins may do that. Nothing was changed; ask {admins}.")


class OwnersOnly(Refusal):
    text = N_("Only admins may do that. Nothing was changed; ask an owner or admin of this Slack workspace.")


class MembersOnly(Refusal):
    text = N_("Only members of this team may use Seatbot.")


class RoleUnknown(Refusal):
    text = N_(
        "Slack does not say right now who you are, so nothing was changed and nothing is shown. Try again in a moment."
    )


class AboutPeople(Refusal):
    """A refusal that names people by their Slack user ids, `people`."""


class CannotBeAdmin(AboutPeople):
    text = N_(
        "{people} cannot be an admin: guests, bots and people of other organisations never are. Nothing was changed."
    )


class NotPlaced(AboutPeople):
    text = N_("Slack does not say right now who {people} is. Nothing was changed; try again in a moment.")


class NotAPerson(Refusal):
    text = N_(
        "“{asked}” is nobody whom Slack knows. Write @ and choose the person from the list that Slack shows. Nothing "
        "was changed."
    )


class AdminOfSettings(AboutPeople):
    text = N_("{people}: an admin by SEATBOT_ADMINS, which only whoever runs Seatbot can change. Nothing was changed.")


class NotYetAnAdmin(AboutPeople):
    text = N_("{people}: not on the list of admins. Nothing was changed.")


class LastAdmin(AboutPeople):
    text = N_("{people}: the last of the list, so nobody would be an admin. Add somebody else first.")


# Warnings, and whom they reach


class UnknownWarningKind(Refusal):
    text = N_("“{asked}” is no kind of warning. There are: jump, peak, trial, period-end, sync, reactivated.")


class UnknownWarningKindSuggestion(UnknownWarningKind):
    text = N_("“{asked}” is no kind of warning. Did you mean {nearest}?")


class BadThreshold(Refusal):
    text = N_(
        "“{asked}” is no threshold for the warning “{kind}”. Give a whole number from 1 to {most}, or none for the "
        "usual {usual}."
    )


class BadMute(Refusal):
    text = N_("“{asked}” is no number of days. Give a whole number from 1 to {most}.")


class UnknownWarning(Refusal):
    text = N_("There is no warning {asked}. “seatbot warn list” lists them.")


class TooManyWarnings(Refusal):
    text = N_("There are {most} warnings already, and there may not be more. Remove one first.")


class NoRecipient(Refusal):
    text = N_("“{asked}” is no channel and nobody. Write #channel or @person, or the Slack id of one.")


class NoRecipientPicked(Refusal):
    text = N_("Nobody is named. Pick a channel or a person.")


class TwoRecipients(Refusal):
    text = N_("Pick a channel or a person, not both: each gets a warning of its own.")


class UnknownMember(Refusal):
    text = N_("Slack knows nobody of this team as {asked}. Check the id; guests and bots are not warned.")


class SlackSilent(Refusal):
    text = N_("Slack does not say right now who {asked} is. Nothing was changed; try again in a moment.")


class UnknownChannel(Refusal):
    text = N_(
        "Slack shows Seatbot no channel {channel}. If there is one, it is private: invite Seatbot there, then try "
        "again."
    )


class ChannelArchived(Refusal):
    text = N_("The channel {channel} is archived, so nothing can be posted there. Choose another one.")


class NotInChannel(Refusal):
    text = N_("Seatbot is not in the channel {channel}. Write /invite @Seatbot there, then try again.")


class ChannelShared(Refusal):
    text = N_(
        "The channel {channel} is shared with another organisation, and what is posted names people. Choose another "
        "one."
    )


class ChannelUntold(Refusal):
    text = N_("Slack does not tell of channels right now, so nothing was changed. Try again in a moment.")


class ChannelsUnread(Refusal):
    text = N_(
        "The Slack app may not look channels up, so nothing was changed. Give it the scopes of “seatbot manifest” and "
        "install it again."
    )


# What Slack sent


class TeamUnbound(Refusal):
    text = N_("Seatbot is not set up for this Slack team. On its machine: seatbot init NAME --slack-team {team}")


class UnclosedQuote(Refusal):
    text = N_("A quotation mark is not closed. Nothing was changed.")


class SlackBusy(Refusal):
    text = N_("Slack does not take or give the file right now. Try again in a moment.")


class FileGone(Refusal):
    text = N_("Slack has that file no longer. Send it once more.")


class SeveralFiles(Refusal):
    text = N_("These are several files. Send one with these words. Nothing was changed.")


class FileTooLarge(Refusal):
    text = N_("{name} is larger than {most} MB. Import it on the command line.")


class OfferGone(Refusal):
    text = N_("This button no longer stands for anything. Give the command again.")


class NobodyPicked(Refusal):
    text = N_("Nobody is named. Pick people, or write their addresses.")


class NoAccountPicked(Refusal):
    text = N_("Pick an account.")


class OnlyTrialsEnd(Refusal):
    text = N_("Only a trial has an end. Leave it open, or choose the trial.")


class NoTarget(Refusal):
    text = N_("Say which tenant it is, or where Seatbot is reached, to have a link for its administrator.")


class FormOutdated(Refusal):
    text = N_(
        "Somebody changed this while the form was open, and nothing was saved. Copy what you need, close the form, and "
        "open it again to see how it stands."
    )


# The store


class CalendarChanged(Refusal):
    text = N_("The billing day or the time zone was changed at this very moment, and nothing was done. Try again.")


class ClockBehind(Refusal):
    text = N_("This machine’s clock is {minutes} minutes behind the last change. Set it right and try again.")


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


class WorkerNeedsServer(Refusal):
    text = N_("More workers need PostgreSQL: on SQLite “seatbot serve” does all background work. Set DATABASE_URL.")


class SyncUnderWay(Refusal):
    text = N_("A sync of this account is under way. Wait until it has ended, then try again.")


class PortInUse(Refusal):
    text = N_("Port {port} is in use. Stop what uses it, or choose another: --port N")


class CannotListen(Refusal):
    text = N_("Nothing can listen at {address}: {reason}. Choose another address: --http HOST:PORT")


class BadUrl(Refusal):
    text = N_("“{url}” is no public address. Slack sends to one such as https://seats.example.com only.")


class SlackAway(Refusal):
    text = N_("{url} cannot be reached: {reason}.")


class MissingToken(Refusal):
    text = N_("{variable} is not set. “seatbot check” tells step by step what is missing.")


class BadSetting(Refusal):
    text = N_("{variable}: {fault}")


class NoEncryptionKey(Refusal):
    text = N_(
        "SEATBOT_ENCRYPTION_KEYS is not set, and no secret is kept without it. A key is made by: "
        "openssl rand -base64 32 | tr +/ -_"
    )


class BadEncryptionKey(Refusal):
    text = N_(
        "Key {number} of SEATBOT_ENCRYPTION_KEYS is no Fernet key. One is made by: openssl rand -base64 32 | tr +/ -_"
    )


class SealedOtherwise(Refusal):
    text = N_(
        "No key of SEATBOT_ENCRYPTION_KEYS fits what the database keeps sealed. Add the key that it was sealed with."
    )


class TokenRefused(Refusal):
    text = N_("Slack does not take {variable}: {reason}. “seatbot check” tells step by step what is missing.")


class TraceLeft(Refusal):
    text = N_(
        "Everything is blanked (change {change}), but another program is reading the database, so that its files still "
        "hold old pages. Do the same again once that program is done."
    )


class StillActive(Refusal):
    text = N_(
        "{email} is active in {accounts}, and would be billed for good without a name. "
        "Set the person inactive first (deactivate), then forget them."
    )


# Topics of the FAQ, from files and forms


class BadTopics(BadLine):
    """A fault in one line of a file of topics."""

    text = N_("{path}, line {line}: {fault}")

    def __init__(self, path: str, line: int, fault: Refusal) -> None:
        super().__init__(line, fault)
        self.fields["path"] = path


class NoYaml(Refusal):
    text = N_("this is not YAML ({problem})")


class NoTopics(Refusal):
    text = N_("there must be a field “topics” with the topics by their ids")


class UnknownField(Refusal):
    text = N_("there is no field “{field}”; there is {known}")


class FieldTwice(Refusal):
    text = N_("the field “{field}” stands there twice")


class UnknownLanguage(Refusal):
    text = N_("the field “language” must be en or fr, not “{asked}”")


class BadTopicId(Refusal):
    text = N_(
        "“{topic}” is no topic of Seatbot’s, nor can it be one of your own: those begin with own-, followed by small "
        "letters, digits and hyphens"
    )


class TopicTwice(Refusal):
    text = N_("the topic {topic} stands there twice")


class TopicWithout(Refusal):
    text = N_("the topic {topic} has no field “{field}”")


class EmptyText(Refusal):
    text = N_("there is no text")


class TextTooLong(Refusal):
    text = N_("the text has {length} characters, and may have {most}")


class Unprintable(Refusal):
    text = N_("the text has characters that cannot be shown")


class NoAddressOfAPage(Refusal):
    text = N_("“{asked}” is no address of a page; those begin with https://")


class UnknownAsk(Refusal):
    text = N_("the field “ask” must be one of {known}, not “{asked}”")


class TooManyTopics(Refusal):
    text = N_("one file may have {most} topics")


class TooManyPhrasings(Refusal):
    text = N_("a topic may have {most} phrasings")


class TooManyOwnTopics(Refusal):
    text = N_("A workspace may have {most} topics of its own in each language. Nothing was changed.")


class TopicsTooLarge(Refusal):
    text = N_("{path} is larger than 1 MB; a file of topics may not be. Nothing was changed.")


class TopicsNotText(Refusal):
    text = N_("{path} is not a text file in UTF-8. Nothing was changed.")


class UnknownTopic(Refusal):
    text = N_("There is no topic “{asked}”. “seatbot topics list” shows all.")


class UnknownTopicSuggestion(UnknownTopic):
    text = N_("There is no topic “{asked}”. Did you mean {nearest}?")


class NotOverridden(Refusal):
    text = N_("{topic} is Seatbot’s own topic, and there is no answer of yours to it. Nothing was changed.")


# Digests


class BadRhythm(Refusal):
    text = N_(
        "“{asked}” is no rhythm. Use day, weekday, week:mon (or tue, wed, thu, fri, sat, sun), period-end, or "
        "before-end:5 for 1 to {most} days before the period’s end."
    )


class BadTimeOfDay(Refusal):
    text = N_("“{asked}” is no time of day. Write it as 08:00.")


class NoSingleDate(Refusal):
    text = N_(
        "A digest comes by a rhythm, not on a date such as “{asked}”: every day, on weekdays, on one day of the week, "
        "after a billing period’s end or some days before it."
    )


class NoSuchDate(Refusal):
    text = N_("There is no {asked} in any year. A digest comes by a rhythm, such as every Monday at 8:00.")


class BadChannel(Refusal):
    text = N_("“{asked}” is no channel. Write #name, or the channel’s id, which begins with C or G.")


class UnknownDigest(Refusal):
    text = N_("There is no digest {asked}. “seatbot digest list” shows all.")


class TooManyDigests(Refusal):
    text = N_("A workspace may have {most} digests. Remove one first; nothing was changed.")


class PausedAlready(Refusal):
    text = N_("The digest {digest} is paused already. Nothing was changed.")


class NotPaused(Refusal):
    text = N_("The digest {digest} is not paused. Nothing was changed.")
