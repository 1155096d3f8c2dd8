"""What a sync came to, in sentences: whom it changed or would change, what it does to the bills, who stays outside."""

from collections.abc import Sequence

from bot.services.errors import N_, NN_
from bot.services.sync import Synced
from bot.services.sync_plan import Turned
from bot.views import changes
from bot.views.parts import Part, Rows, Table
from bot.views.texts import Texts, shown
from bot.views.words import CAUSES, STATUSES, address, few

FAILED = N_("{account}: the sync failed.")
OUTCOMES = {
    "applied": N_("{account} is synced."),
    "unchanged": N_("{account} is synced; nobody had to be changed."),
    "preview": N_("{account}: this is what a sync would do now. Nothing was changed."),
    "held": N_("{account}: the sync is held, and nothing was changed."),
    "failed": FAILED,
}
TURNED = {
    "created": NN_("{n} new user, active now: {people}.", "{n} new users, active now: {people}."),
    "reactivated": NN_("{n} user active again: {people}.", "{n} users active again: {people}."),
    "gone": NN_(
        "{n} user inactive now, since the directory’s pool has them no longer: {people}.",
        "{n} users inactive now, since the directory’s pool has them no longer: {people}.",
    ),
    "denied": NN_(
        "{n} user inactive now by the deny list: {people}.", "{n} users inactive now by the deny list: {people}."
    ),
}
WOULD = {
    "created": NN_("{n} new user would be active: {people}.", "{n} new users would be active: {people}."),
    "reactivated": NN_("{n} user would be active again: {people}.", "{n} users would be active again: {people}."),
    "gone": NN_(
        "{n} user would be inactive, since the directory’s pool has them no longer: {people}.",
        "{n} users would be inactive, since the directory’s pool has them no longer: {people}.",
    ),
    "denied": NN_(
        "{n} user would be inactive by the deny list: {people}.",
        "{n} users would be inactive by the deny list: {people}.",
    ),
}
OUTSIDE = {
    "disabled": NN_("{n} blocked, suspended or archived", "{n} blocked, suspended or archived"),
    "guest": NN_("{n} guest", "{n} guests"),
    "unlicensed": NN_("{n} without a licence", "{n} without a licence"),
    "no_address": NN_("{n} without an address", "{n} without an address"),
    "left_out": NN_("{n} in a group that is left out", "{n} in groups that are left out"),
}


def told(texts: Texts, synced: Synced) -> list[Part]:
    """Everything there is to say of a sync but the change's number, in order."""
    if synced.outcome == "failed":
        return [*outcome(texts, synced), *why(texts, synced)]
    return [
        *outcome(texts, synced),
        *why(texts, synced),
        *turned(texts, synced),
        *kept(texts, synced),
        *outside(texts, synced),
        *(changes.effect(texts, synced.effect) if synced.turned else []),
        *usecure(texts, synced),
    ]


def outcome(texts: Texts, synced: Synced) -> list[Part]:
    """What became of it."""
    return [Part("outcome", texts.say(OUTCOMES[synced.outcome], account=shown(synced.account.name)), "strong")]


def why(texts: Texts, synced: Synced) -> list[Part]:
    """Why it was held or failed."""
    return [Part("why", texts.refusal(synced.refusal), "warning")] if synced.refusal else []


def turned(texts: Texts, synced: Synced) -> list[Part]:
    """Whom it changed, or would change: some by address, and how many more."""
    messages = TURNED if synced.outcome == "applied" else WOULD
    groups: dict[str, list[Turned]] = {name: [] for name in messages}
    for one in synced.turned:
        groups[group(one)].append(one)
    return [Part("turned", sentence(texts, messages[name], some)) for name, some in groups.items() if some]


def group(one: Turned) -> str:
    """In which sentence somebody is named."""
    if one.status == "active":
        return "created" if one.created else "reactivated"
    return "denied" if one.cause == "deny_list" else "gone"


def sentence(texts: Texts, message: tuple[str, str], some: Sequence[Turned]) -> str:
    return texts.plural(*message, len(some), people=few(texts, [address(texts, one.email) for one in some]))


def kept(texts: Texts, synced: Synced) -> list[Part]:
    """How many stay as they are, and how many the deny list keeps out."""
    figures, said = synced.figures, []
    if figures.unchanged:
        said.append(texts.plural("{n} user stays active.", "{n} users stay active.", figures.unchanged))
    if figures.denied:
        said.append(
            texts.plural(
                "The deny list keeps {n} of the directory out.",
                "The deny list keeps {n} of the directory out.",
                figures.denied,
            )
        )
    return [Part("kept", " ".join(said))] if said else []


def outside(texts: Texts, synced: Synced) -> list[Part]:
    """How many of the directory are not in the pool, and why."""
    kinds = [texts.plural(*OUTSIDE[why], n) for why, n in sorted(synced.outside.items()) if n]
    if not kinds:
        return []
    return [Part("outside", texts.say("Not in the pool: {kinds}.", kinds=texts.listing(kinds)), "small")]


def usecure(texts: Texts, synced: Synced) -> list[Part]:
    """Until when usecure counts otherwise."""
    if synced.outcome != "applied":
        return []
    return [Part("usecure", texts.say("usecure follows with its own next sync, and counts as before until then."))]


def table(texts: Texts, some: Sequence[Turned]) -> Table:
    """Whom it changed, or would change, a row each."""
    titles = [texts.say("Address"), texts.say("Name"), texts.say("Status"), texts.say("Cause")]
    return Table(titles, Rows(some, lambda one: row(texts, one)))


def row(texts: Texts, one: Turned) -> list[str]:
    status = texts.say(STATUSES[one.status]) + (" " + texts.say("(new)") if one.created else "")
    return [address(texts, one.email), shown(one.name or ""), status, texts.say(CAUSES[one.cause])]
