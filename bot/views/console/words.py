"""Words that the command line's answers share."""

from collections.abc import Sequence

from bot.services.errors import N_
from bot.services.people import Person
from bot.views.texts import Texts, shown

STATUSES = {
    "active": N_("active"),
    "inactive": N_("inactive"),
    "trial": N_("trial"),
    "closed": N_("closed"),
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
    "sync": N_("sync"),
    "undo": N_("undone"),
    "forget": N_("a person forgotten"),
    "set": N_("settings changed"),
}
FEW = 10
"""So many names stand in one line."""


def named(texts: Texts, people: Sequence[Person]) -> list[str]:
    """People by address and account, the first ten of them."""
    return few([f"{address(texts, person.email)} ({shown(person.account)})" for person in people])


def few(items: Sequence[str]) -> list[str]:
    return [*items[:FEW], *(["…"] if len(items) > FEW else [])]


def address(texts: Texts, email: str | None) -> str:
    return shown(email) if email else texts.say("(forgotten)")
