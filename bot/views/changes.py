"""What a change came to, in sentences: who was changed, what it does to the bills, what is left to do."""

from bot.services.changes import Change, Effect, StatusChange
from bot.services.errors import N_, NN_
from bot.views import digests, topics, warnings
from bot.views.parts import Part
from bot.views.texts import Texts, shown
from bot.views.words import KINDS, NAMED, STATUSES, few, how_many, lines, people

CHANGED = {
    "deactivate": N_("Inactive now: {people}."),
    "activate": N_("Active now: {people}."),
    "deny_add": N_("Inactive now, since a sync had brought them: {people}."),
    "deny_import": N_("Inactive now, since a sync had brought them: {people}."),
    "undo": N_("As they were before: {people}."),
    "retract": N_("What the import said of these does not count any more: {people}."),
}
WOULD = {
    "deactivate": N_("Would become inactive: {people}."),
    "activate": N_("Would become active: {people}."),
    "deny_add": N_("Would become inactive: {people}."),
    "deny_import": N_("Would become inactive: {people}."),
    "undo": N_("Would be as before: {people}."),
}
USECURE_PEOPLE = {
    "deactivate": NN_(
        "usecure does not know of this: in its console, open Users and set this person inactive there too. "
        "Until then it counts this person.",
        "usecure does not know of this: in its console, open Users and set them inactive there too. "
        "Until then it counts them.",
    ),
    "activate": NN_(
        "usecure does not know of this: in its console, open Users and set this person active there too. "
        "Until then it does not count this person.",
        "usecure does not know of this: in its console, open Users and set them active there too. "
        "Until then it does not count them.",
    ),
}
USECURE = {
    "deny_add": N_(
        "usecure does not know of this: add the same entries to the deny list of its sync configuration. "
        "It counts these people until its next sync after that; syncs run daily."
    ),
    "deny_remove": N_(
        "usecure does not know of this: take the same entries off the deny list of its sync configuration. "
        "Its next sync after that may set these people active."
    ),
    "deny_import": N_(
        "usecure does not know of this: import the same file into the deny list of its sync configuration. "
        "It counts the old way until its next sync after that; syncs run daily."
    ),
    "account_status": N_(
        "usecure does not know of this: set the account’s status in its console too. Until then it counts the old way."
    ),
    "closed": N_(
        "usecure does not know of this: in its console, set the account’s users inactive and revoke the authorisation "
        "of its sync, or the next sync sets them active again. Until then it counts them."
    ),
    "undo": N_("What you have repeated in usecure, take back there too."),
}
"""What must be repeated in usecure's own console, and until when usecure counts the old way."""


COUNTED = {
    (True, False, True): NN_("{n} active user is counted by that.", "{n} active users are counted by that."),
    (True, True, True): NN_("{n} active user is counted from then on.", "{n} active users are counted from then on."),
    (True, False, False): NN_("{n} active user would be counted.", "{n} active users would be counted."),
    (True, True, False): NN_(
        "{n} active user would be counted from then on.", "{n} active users would be counted from then on."
    ),
    (False, False, True): NN_(
        "{n} active user is not counted any more by that.", "{n} active users are not counted any more by that."
    ),
    (False, True, True): NN_(
        "{n} active user is not counted any more from then on.",
        "{n} active users are not counted any more from then on.",
    ),
    (False, False, False): NN_(
        "{n} active user would not be counted any more.", "{n} active users would not be counted any more."
    ),
    (False, True, False): NN_(
        "{n} active user would not be counted any more from then on.",
        "{n} active users would not be counted any more from then on.",
    ),
}
"""What becomes of an account's users: whether they begin to count, whether at a later day, whether it is done."""
LONGEST_REASON = 300


def told(texts: Texts, change: Change) -> list[Part]:
    """Everything there is to say of a change that was made, in order."""
    counted = effect(texts, change.effect, len(change.comes_back)) if change.id is not None else []
    return [
        *undone(texts, change),
        *done(texts, change),
        *counted,
        *usecure(texts, change),
        *remaining(texts, change),
        *planned(texts, change),
    ]


def would(texts: Texts, change: Change) -> list[Part]:
    """What a change would come to that was not made yet, in order."""
    said = [texts.say(WOULD[change.kind], people=who(texts, change))] if change.changed else []
    if change.unchanged:
        said.append(unchanged(texts, change))
    if change.comes_back:
        said.append(comes_back(texts, change))
    account = shown(change.account or "")
    if change.patterns:
        listed = few(texts, change.patterns)
        said.append(texts.say("Would go on the deny list of {account}: {entries}.", account=account, entries=listed))
    if change.removed:
        listed = few(texts, change.removed)
        said.append(texts.say("Would come off the deny list of {account}: {entries}.", account=account, entries=listed))
    said += statuses(texts, change, is_made=False)
    left = [part for part in remaining(texts, change) if part.id == "left"]
    return [
        *was(texts, change),
        *(Part("changed", text) for text in said),
        *everybody(texts, change),
        *admins(texts, change),
        *topics.would(texts, change),
        *digests.undone(texts, change),
        *warnings.would(texts, change),
        *left,
        *effect(texts, change.effect, len(change.comes_back)),
        *planned(texts, change),
    ]


def undone(texts: Texts, change: Change) -> list[Part]:
    """Which change was taken back, and what it was."""
    if change.takes_back is None:
        return []
    told = texts.say("Change {change} is taken back.", change=str(change.takes_back))
    return [Part("undone", told, "strong"), *was(texts, change)]


def was(texts: Texts, change: Change) -> list[Part]:
    """What the change was that another one takes back: what was done, when and by whom."""
    old = change.undone
    if old is None:
        return []
    told = texts.say(
        "It was: {kind}, on {at}, by {person}.", kind=texts.say(KINDS[old.kind]), at=old.at, person=shown(old.actor)
    )
    return [Part("undone", told, people=[old.actor])]


def done(texts: Texts, change: Change) -> list[Part]:
    """Who was changed, and what was on the deny list before and after."""
    said = []
    if change.changed:
        said.append(texts.say(CHANGED[change.kind], people=who(texts, change)))
    if change.unchanged:
        said.append(unchanged(texts, change))
    said += [*entries(texts, change), *statuses(texts, change)]
    if change.reason:
        said.append(texts.say("Reason: {reason}", reason=shown(change.reason, LONGEST_REASON)))
    if change.kind == "retract":
        said += retracted(texts, change)
    if change.id is None:
        said.append(texts.say("Nothing had to be changed."))
    parts = [Part("changed", text) for text in said]
    about = [
        *admins(texts, change),
        *topics.changed(texts, change),
        *digests.changed(texts, change),
        *warnings.changed(texts, change),
    ]
    return [*about, *parts, *everybody(texts, change)]


def who(texts: Texts, change: Change) -> str:
    """Those who change: few by name, many by their number, since they are listed below."""
    return people(texts, change.changed) if len(change.changed) <= NAMED else how_many(texts, change.changed)


def everybody(texts: Texts, change: Change) -> list[Part]:
    """Those who change, one a line, where they are too many for a sentence."""
    if len(change.changed) <= NAMED:
        return []
    marked = {person.id for person in change.comes_back} if are_marked(change) else set()
    return [Part("people", lines(texts, change.changed, marked))]


def are_marked(change: Change) -> bool:
    """Whether those who come back are many, but not all, so that they are marked where everybody is listed."""
    return NAMED < len(change.comes_back) < len(change.changed)


def comes_back(texts: Texts, change: Change) -> str:
    """Whom of the changed the next sync would set active again, without naming the same people twice."""
    count = len(change.comes_back)
    if count == len(change.changed) and count > 1:
        return texts.say("The next sync would set all of them active again.")
    if are_marked(change):
        return texts.plural(
            "The next sync would set {n} of them active again, marked ↻.",
            "The next sync would set {n} of them active again, marked ↻.",
            count,
        )
    return texts.say("The next sync would set these active again: {people}.", people=people(texts, change.comes_back))


def retracted(texts: Texts, change: Change) -> list[str]:
    """What a retraction takes away altogether, and what it does not take back."""
    said = []
    if change.vanished:
        message = N_(
            "Nothing else tells of these, so they are gone: {people}. If a later file held them too, import it again."
        )
        said.append(texts.say(message, people=people(texts, change.vanished)))
    if change.emptied:
        message = N_(
            "These accounts have no status any more: {accounts}. If a later file held them too, import it again."
        )
        said.append(texts.say(message, accounts=few(texts, change.emptied)))
    said.append(texts.say("Names, addresses, ids and other details that it brought are not taken back."))
    return said


def unchanged(texts: Texts, change: Change) -> str:
    """Who was so already."""
    message = N_("Active already: {people}.") if change.kind == "activate" else N_("Inactive already: {people}.")
    return texts.say(message, people=people(texts, change.unchanged))


def entries(texts: Texts, change: Change) -> list[str]:
    """What happened to the entries of a deny list."""
    said = []
    account = shown(change.account) if change.account else texts.say("their accounts")
    if change.kind == "deactivate" and 1 < len(change.patterns) == len(change.changed):
        said.append(texts.say("On the deny list of {account} now: all of them.", account=account))
    elif change.patterns:
        message = (
            N_("On the deny list of {account} again: {entries}.")
            if change.takes_back
            else N_("On the deny list of {account} now: {entries}.")
        )
        said.append(texts.say(message, account=account, entries=few(texts, change.patterns)))
    if change.known:
        listed = few(texts, change.known)
        said.append(texts.say("On the deny list of {account} already: {entries}.", account=account, entries=listed))
    if change.removed:
        listed = few(texts, change.removed)
        said.append(texts.say("No longer on the deny list of {account}: {entries}.", account=account, entries=listed))
        if not change.takes_back:
            said.append(texts.say("Nobody is activated by this until the next sync does it."))
    if change.patterns and not change.changed and not change.takes_back:
        said.append(
            texts.say(
                "No sync has brought anybody into {account} yet, so this changes nothing for now.", account=account
            )
            if change.unsynced
            else texts.say("Nobody was set inactive by it; it acts at every later sync.")
        )
    return said


def statuses(texts: Texts, change: Change, *, is_made: bool = True) -> list[str]:
    """What the statuses of accounts are, or would be, from when on, and how many people that counts in or out."""
    said = []
    for one in change.statuses:
        said.append(
            status(texts, one, is_undo=change.takes_back is not None, is_so=change.id is None)
            if is_made
            else would_be(texts, one, is_undo=change.takes_back is not None)
        )
        if one.until:
            ends = texts.beginning(one.until)
            said.append(
                texts.say("The trial ends on {day}; nobody is counted until you activate the account.", day=ends)
            )
        if one.counted:
            said.append(texts.plural(*COUNTED[one.counted > 0, bool(one.at), is_made], abs(one.counted)))
    return said


def would_be(texts: Texts, one: StatusChange, *, is_undo: bool) -> str:
    """An account's status as it would be, and is."""
    fields = {"account": shown(one.account), "after": texts.say(STATUSES[one.after])}
    fields |= {"before": texts.say(STATUSES[one.before]) if one.before else "–"}
    if one.at is None:
        return texts.say("{account}: would be {after} at once, instead of {before}.", **fields)
    message = (
        N_("{account}: would no longer be {before} from {day} on, but {after} as before.")
        if is_undo
        else N_("{account}: would be {after} from {day} on, {before} until then.")
    )
    return texts.say(message, day=texts.beginning(one.at), **fields)


def status(texts: Texts, one: StatusChange, *, is_undo: bool, is_so: bool) -> str:
    """An account's status before and after."""
    account, after = shown(one.account), texts.say(STATUSES[one.after])
    before = texts.say(STATUSES[one.before]) if one.before else ""
    day = texts.beginning(one.at) if one.at else ""
    if is_so and one.at:
        return texts.say("{account}: {after} on {day} already.", account=account, after=after, day=day)
    if is_so:
        return texts.say("{account}: {after} already.", account=account, after=after)
    if is_undo and one.at:
        message = N_("{account}: no longer {before} from {day} on, but {after} as before.")
        return texts.say(message, account=account, before=before, after=after, day=day)
    if one.before == one.after:
        return texts.say("{account}: still {after}.", account=account, after=after)
    if one.before and one.at:
        message = N_("{account}: {after} from {day} on, {before} until then.")
        return texts.say(message, account=account, before=before, after=after, day=day)
    if one.before:
        return texts.say("{account}: {after} now, {before} before.", account=account, before=before, after=after)
    if one.at:
        return texts.say("{account}: added, {after} from {day} on.", account=account, after=after, day=day)
    return texts.say("{account}: added, {after} now.", account=account, after=after)


def planned(texts: Texts, change: Change) -> list[Part]:
    """What is planned for an account still."""
    return [
        Part(
            "planned",
            texts.say(
                "Still planned: {account} is {after} from {day} on. To take that back: undo {change}",
                account=shown(one.account),
                after=texts.say(STATUSES[one.after]),
                day=texts.beginning(one.at),
                change=str(one.by),
            ),
            "warning",
        )
        for one in change.planned
        if one.at
    ]


def admins(texts: Texts, change: Change) -> list[Part]:
    """Who is an admin now, or is none any more."""
    if not change.admins:
        return []
    kind = change.undone.kind if change.undone else change.kind
    added = (kind == "admin_add") != (change.takes_back is not None)
    if change.id is None:
        message = N_("Admins already: {people}.")
    else:
        message = N_("Admins from now on: {people}.") if added else N_("No longer admins by the list: {people}.")
    told = texts.say(message, people=list(change.admins))
    if kind == "admin_add" and not added:
        nobody = texts.say("With nobody on the list, the owners and admins of this Slack workspace are admins.")
        told = f"{told} {nobody}"
    return [Part("admins", told, people=change.admins)]


def usecure(texts: Texts, change: Change) -> list[Part]:
    """What is left to do in usecure."""
    if change.id is None or not (change.changed or change.patterns or change.removed or change.statuses):
        return []
    kinds: list[str] = [change.kind]
    if change.kind == "deactivate" and change.patterns:
        kinds.append("deny_add")
    if change.kind == "account_status":
        kinds = ["closed" if change.statuses[-1].after == "closed" else "account_status"]
    said = [texts.plural(*USECURE_PEOPLE[kind], len(change.changed)) for kind in kinds if kind in USECURE_PEOPLE]
    said += [texts.say(USECURE[kind]) for kind in kinds if kind in USECURE]
    if change.takes_back and change.effect and change.effect.after.current < change.effect.before.current:
        said.insert(0, texts.say("The peak of the period stands: no undo can lower it."))
    return [Part("usecure", " ".join(said))] if change.takes_back and said else [Part("usecure", text) for text in said]


def remaining(texts: Texts, change: Change) -> list[Part]:
    """Those whom the change does not reach, or not for long."""
    parts = []
    if change.left:
        listed = people(texts, change.left)
        message = (
            N_("These were forgotten and stay inactive: {people}.")
            if change.kind == "retract"
            else N_("Left as they are, since something else stands against it: {people}.")
            if change.takes_back
            else N_("No sync ever brought these, so the deny list does not touch them and they stay active: {people}.")
        )
        parts.append(Part("left", texts.say(message, people=listed), "warning"))
    if change.comes_back:
        remedy = texts.plural(
            "Put this person on the deny list to prevent it.",
            "Put them on the deny list to prevent it.",
            len(change.comes_back),
        )
        parts.append(Part("comes_back", f"{comes_back(texts, change)} {remedy}", "warning"))
    return parts


def effect(texts: Texts, found: Effect | None, returning: int = 0) -> list[Part]:
    """What a change does to the running bill and to the next one. The next sync would bring so many of the changed
    back (`returning`)."""
    if found is None:
        return []
    old, bill = found.before.peak, found.after.peak
    if bill > old:
        running = texts.say("The bill of the running period rises from {old} to {bill}.", old=old, bill=bill)
    elif bill < old:
        running = texts.say("The bill of the running period falls from {old} to {bill}.", old=old, bill=bill)
    else:
        running = texts.say("The bill of the running period stays at {bill}.", bill=bill)
    start, before, after = found.period.end_day, found.before.current, found.after.current
    if before == after:
        following = texts.say("The next one, from {start}, begins with {after}, as before.", start=start, after=after)
    else:
        fields = {"start": start, "after": after, "before": before}
        following = (
            texts.plural(
                "The next one, from {start}, begins with {after} instead of {before}, if the next sync does not bring "
                "this person back.",
                "The next one, from {start}, begins with {after} instead of {before}, if the next sync does not bring "
                "them back.",
                returning,
                **fields,
            )
            if returning
            else texts.say("The next one, from {start}, begins with {after} instead of {before}.", **fields)
        )
    return [Part("effect", f"{running} {following}")]


def number(texts: Texts, change: int | None) -> list[Part]:
    """The change's number, by which it can be taken back."""
    return [Part("change", texts.say("Change {change}", change=str(change)), "small")] if change else []
