"""Lists: accounts, users, deny lists, the log; a page of each as a table, with the way to what is behind a row."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from slackblocks import Block

from bot.services.accounts import Account, AccountLine
from bot.services.deny_list import DenyCount, DenyLine
from bot.services.errors import N_
from bot.services.log import Line
from bot.services.names import printable
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.services.workspaces import Workspace
from bot.views import lists
from bot.views.parts import Table
from bot.views.slack import answer
from bot.views.slack.answer import PAGE, Answer
from bot.views.slack.report import choose_account, choose_person
from bot.views.texts import Texts, shown

T = TypeVar("T")
ONLY = {
    "active": N_("Only those who are active."),
    "inactive": N_("Only those who are inactive."),
    "denied": N_("Only those on the deny list."),
}


def accounts(
    texts: Texts,
    workspace: Workspace,
    lines: Sequence[AccountLine],
    *,
    search: str,
    native: Collection[str],
    page: int,
    here: str,
) -> Answer:
    """Accounts in the order given. `here` stands for the answer itself, from which each account's report opens."""
    title = texts.plural("{name}: {n} account", "{name}: {n} accounts", len(lines), name=shown(workspace.name))
    said = searched(texts, N_("Only those whose name contains “{search}”."), search)
    if not lines:
        said.append(texts.say("No account matches.") if search else texts.say("There is no account yet."))
    total = [
        texts.plural("All ({n} account)", "All ({n} accounts)", len(lines)),
        "–",
        texts.number(sum(line.active for line in lines)),
        texts.number(sum(line.current for line in lines)),
        "–",
        "–",
    ]
    billing = texts.within(workspace.calendar.zone)  # a trial ends, and an account closes, with a day of the MSP's
    table = lists.accounts(billing, lines, total=total)
    menu = choose_account(texts, here, on_page(lines, page))
    more: list[Block] = [answer.buttons("account", menu)] if menu else []
    if any(line.trial_ends for line in on_page(lines, page)):
        more = [*answer.zone_note(billing, texts.zone), *more]
    return listing(texts, title, said, table, more, native=native, page=page)


def users(
    texts: Texts,
    workspace: Workspace,
    account: Account,
    lines: Sequence[UserLine],
    *,
    status: str | None,
    search: str,
    native: Collection[str],
    page: int,
    here: str,
) -> Answer:
    """The users of an account. `here` stands for the answer itself, from which each person's story opens."""
    title = texts.plural("{name}: {n} user", "{name}: {n} users", len(lines), name=shown(account.name))
    said = [texts.say(ONLY[status])] if status else []
    said += searched(texts, N_("Only those whose address or name contains “{search}”."), search)
    if not lines:
        said.append(texts.say("Nobody matches.") if status or search else texts.say("Nobody is in this account yet."))
    elif not status:
        active = sum(line.status == "active" for line in lines)
        denied = sum(line.denied for line in lines)
        said.append(
            texts.say(
                "Active: {active}. Inactive: {inactive}. On the deny list: {denied}.",
                active=active,
                inactive=len(lines) - active,
                denied=denied,
            )
        )
    more: list[Block] = answer.zone_note(texts, workspace.calendar.zone) if lines else []
    more += choose_person(texts, here, on_page(lines, page))
    return listing(texts, title, said, lists.users(texts, lines), more, native=native, page=page)


def deny_lists(texts: Texts, lines: Sequence[DenyCount], *, native: Collection[str], page: int, here: str) -> Answer:
    """The deny lists that have entries. `here` stands for the answer itself, from which each of them opens."""
    said = [] if lines else [texts.say("No account has a deny list.")]
    options = [(line.account, line.id) for line in on_page(lines, page)]
    menu = answer.menu("choose_deny_list", texts.say("Look at one deny list"), here, options)
    more: list[Block] = [answer.buttons("account", menu)] if menu else []
    table = lists.deny_lists(texts, lines)
    return listing(texts, texts.say("Deny lists"), said, table, more, native=native, page=page)


def deny_list(
    texts: Texts,
    workspace: Workspace,
    account: Account,
    lines: Sequence[DenyLine],
    *,
    native: Collection[str],
    page: int,
    who: Callable[[str], str],
) -> Answer:
    """The entries of one deny list."""
    title = texts.plural(
        "Deny list of {account}: {n} entry",
        "Deny list of {account}: {n} entries",
        len(lines),
        account=shown(account.name),
    )
    said = [texts.say("The sync keeps these people out.") if lines else texts.say("The deny list is empty.")]
    more = answer.zone_note(texts, workspace.calendar.zone) if lines else []
    return listing(texts, title, said, lists.deny_list(texts, lines, who), more, native=native, page=page)


def suggestions(
    texts: Texts,
    whose: Workspace | Account,
    people: Sequence[Suggestion],
    *,
    native: Collection[str],
    page: int,
    here: str,
    admin: bool,
) -> Answer:
    """Who might be kept out of an account, or of all. `here` stands for the answer itself, from which each of them
    is put on a deny list, where `admin` says that its reader may, or opens: both would be too long for a message."""
    title = texts.plural("{name}: {n} suggestion", "{name}: {n} suggestions", len(people), name=shown(whose.name))
    said = [
        texts.say("They are active, though perhaps nobody means it. Nobody is kept out by this list.")
        if people
        else texts.say("There is nobody to suggest.")
    ]
    on_this = on_page(people, page)
    options = [(f"{one.email}, {one.account}", one.id) for one in on_this]
    menu = answer.menu("choose_denied", texts.say("Put on the deny list"), here, options) if admin else []
    more = [answer.buttons("deny", menu)] if menu else choose_person(texts, here, on_this)
    return listing(texts, title, said, lists.suggestions(texts, people), more, native=native, page=page)


def log(
    texts: Texts,
    workspace: Workspace,
    lines: Sequence[Line],
    *,
    about: str | None,
    longest: int,
    native: Collection[str],
    page: int,
    who: Callable[[str], str],
) -> Answer:
    """The log, newest first, perhaps only what touched the account or the address `about`."""
    title = texts.say("Log of {about}", about=shown(about)) if about else texts.say("Log")
    said = []
    if not lines:
        said.append(texts.say("Nothing in the log is about that.") if about else texts.say("The log is empty."))
    if len(lines) >= longest:
        said.append(texts.say("These are the latest {n}; “seatbot log” on the command line lists all.", n=len(lines)))
    more = answer.zone_note(texts, workspace.calendar.zone) if lines else []
    return listing(texts, title, said, lists.log(texts, lines, who), more, native=native, page=page)


def listing(
    texts: Texts,
    title: str,
    said: Sequence[str],
    table: Table,
    more: Sequence[Block],
    *,
    native: Collection[str],
    page: int,
) -> Answer:
    """Headline, sentences, a page of the table and what follows it; without rows there is no table."""
    blocks: list[Block] = [answer.header("title", title)]
    if said:
        blocks.append(answer.section("figures", said))
    if table.rows:
        blocks += answer.page(texts, native, "rows", table, page)
    whole = table if table.rows else None
    return answer.answer([title, *said], [*blocks, *more], lasts=True, table=whole)


def searched(texts: Texts, message: str, search: str) -> list[str]:
    return [texts.say(message, search=printable(search))] if search else []


def on_page(lines: Sequence[T], page: int) -> Sequence[T]:
    """The lines that are shown on a page."""
    return lines[(page - 1) * PAGE : page * PAGE]
