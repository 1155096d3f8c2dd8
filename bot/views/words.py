"""Words that answers share: statuses, causes, kinds of change, and how people are named."""

from collections.abc import Callable, Collection, Sequence

from bot.services.errors import N_
from bot.services.people import Person
from bot.views.texts import Texts, shown

STATUSES = {
    "active": N_("active"),
    "inactive": N_("inactive"),
    "trial": N_("trial"),
    "closed": N_("closed"),
}
PLANNED = {
    "trial": N_("on trial from {at}"),
    "active": N_("active from {at}"),
    "closed": N_("closed from {at}"),
}
SUGGESTED = {
    "service": N_("a thing or a program by its address"),
    "role": N_("a team or a task by its address"),
    "other_account": N_("the domain is another account’s"),
    "foreign": N_("the domain is not the client’s usual one"),
    "repeated": N_("counted in another account too"),
    "unlicensed": N_("no licence in the directory"),
    "disabled": N_("blocked in the directory"),
}
CAUSES = {
    "manual": N_("by hand"),
    "sync": N_("sync"),
    "deny_list": N_("deny list"),
    "import": N_("import"),
    "undo": N_("undo"),
}
KINDS = {
    "import_accounts": N_("accounts imported"),
    "import_users": N_("users imported"),
    "retract": N_("import retracted"),
    "deactivate": N_("deactivated"),
    "activate": N_("activated"),
    "deny_add": N_("added to a deny list"),
    "deny_remove": N_("removed from a deny list"),
    "deny_import": N_("deny list imported"),
    "account_status": N_("an account’s status set"),
    "admin_add": N_("admin added"),
    "admin_remove": N_("admin removed"),
    "sync": N_("sync"),
    "undo": N_("undone"),
    "forget": N_("a person forgotten"),
    "set": N_("settings changed"),
    "topics": N_("topics of the FAQ changed"),
    "connect": N_("connected with a directory"),
    "disconnect": N_("disconnected from its directory"),
    "digest_add": N_("digest added"),
    "digest_remove": N_("digest removed"),
    "digest_pause": N_("digest paused"),
    "digest_resume": N_("digest resumed"),
    "digest_run": N_("digest sent on demand"),
    "warn_add": N_("warning added"),
    "warn_remove": N_("warning removed"),
    "warn_mute": N_("warning muted"),
}
WARNINGS = {
    "jump": N_("jump"),
    "peak": N_("peak"),
    "trial": N_("trial"),
    "period-end": N_("period-end"),
    "sync": N_("sync"),
    "reactivated": N_("reactivated"),
}
"""The kinds of warnings, by the words with which they are asked for."""
SOURCES = {
    "m365": "Microsoft 365",
    "google": "Google Workspace",
}
NAMED = 10
"""So many people or entries are named in a sentence; the rest are counted."""
LISTED = 50
"""So many people are named one a line."""
LONGEST_ACCOUNT = 40
SYNC = "sync"
"""So begins what stands for a sync among those who made changes."""


def people(texts: Texts, persons: Sequence[Person]) -> str:
    """People by address, with their accounts; of many, the first and how many more."""
    accounts = {person.account for person in persons}
    first, more = persons[:NAMED], len(persons) - NAMED
    if len(accounts) == 1:
        listed = and_more(texts, [address(texts, person.email) for person in first], more)
        return f"{listed} ({shown(accounts.pop())})"
    named = [f"{address(texts, person.email)} ({shown(person.account)})" for person in first]
    return and_more(texts, [shown(one) for one in named], more)


def how_many(texts: Texts, persons: Sequence[Person]) -> str:
    """So many people, and of which account if it is one."""
    counted = texts.plural("{n} person", "{n} people", len(persons))
    accounts = {person.account for person in persons}
    return f"{counted} ({shown(accounts.pop())})" if len(accounts) == 1 else counted


def lines(texts: Texts, persons: Sequence[Person], marked: Collection[int] = ()) -> str:
    """People one a line, with their accounts where there are several, and an arrow where a sync brings them back; of
    very many, the first and how many more."""
    several = len({person.account for person in persons}) > 1
    told = []
    for person in persons[:LISTED]:
        account = f" ({shown(person.account, LONGEST_ACCOUNT)})" if several else ""
        told.append(f"{address(texts, person.email)}{account}{' ↻' if person.id in marked else ''}")
    if (more := len(persons) - LISTED) > 0:
        told.append(texts.plural("and {n} more", "and {n} more", more))
    return "\n".join(told)


def few(texts: Texts, items: Sequence[str], most: int = NAMED) -> str:
    """Some of many by name, `most` of them, and how many more."""
    return and_more(texts, [shown(item) for item in items[:most]], len(items) - most)


def and_more(texts: Texts, named: Sequence[str], more: int) -> str:
    """Those who are named, and how many more there are, if any."""
    return texts.listing([*named, texts.plural("{n} more", "{n} more", more)] if more > 0 else named)


def author(texts: Texts, actor: str, who: Callable[[str], str]) -> str:
    """Who made a change: the sync, or somebody whom `who` names."""
    return texts.say("the sync") if actor.startswith(SYNC) else shown(who(actor))


def address(texts: Texts, email: str | None) -> str:
    """A person's address, unless it was forgotten."""
    return shown(email) if email else texts.say("(forgotten)")


def difference(texts: Texts, count: int) -> str:
    """By how many users a count differs: +3, −2 or 0; in a file 3, -2 or 0."""
    if texts.filed:
        return texts.number(count)
    sign = "+" if count > 0 else "−" if count < 0 else ""
    return f"{sign}{texts.number(abs(count))}"
