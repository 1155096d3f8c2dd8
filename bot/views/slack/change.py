"""A change, asked about or made: what Slack shows of it, with the buttons that follow."""

from collections.abc import Sequence

from slackblocks import Button

from bot.services.changes import Change
from bot.services.errors import N_, AmbiguousPerson, Denied
from bot.views import changes
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown

MOST_BUTTONS = 25
MOST_OFFERS = 5
"""So many accounts get a button of their own under a change."""
MOST_LOSING = 10
"""So many people are named who lose the right to change things."""
QUESTIONS = {
    "active": N_("Set {account} active?"),
    "trial": N_("Set {account} on trial?"),
    "closed": N_("Close {account}?"),
}
CONFIRMATIONS = {
    "active": N_("Set {account} active"),
    "trial": N_("Set {account} on trial"),
    "closed": N_("Close {account}"),
}


def deactivated(texts: Texts, change: Change, offers: Sequence[tuple[str, str]]) -> Answer:
    """People were set inactive. `offers` put those whom the next sync would bring back on the deny list, account by
    account."""
    more = [
        answer.button(f"also_{number}", deny_label(texts, account, alone=len(offers) == 1), offer)
        for number, (account, offer) in enumerate(offers)
    ]
    return made(texts, change, more)


def denied(texts: Texts, change: Change, offer: str | None) -> Answer:
    """Entries were added to a deny list. `offer` deactivates those whom they mean and no sync ever brought."""
    return made(texts, change, [answer.button("also_0", texts.say("Set them inactive too"), offer)] if offer else [])


def made(
    texts: Texts,
    change: Change,
    more: Sequence[Button] = (),
    notes: Sequence[Part] = (),
    *,
    undoable: bool = True,
) -> Answer:
    """A change was made: what it came to, `notes`, its number, the buttons `more` and, where it is `undoable`, the one
    that takes it back."""
    said = [*changes.told(texts, change), *notes]
    blocks = answer.sections([*said, *changes.number(texts, change.id)])
    elements = list(more)
    if undoable and change.id is not None and not change.takes_back:
        elements.append(answer.button("undo", texts.say("Undo"), str(change.id)))
    if elements:
        blocks.append(answer.buttons("next", elements))
    return answer.answer(said, blocks, lasts=change.id is not None, change=change.id)


def lifted(texts: Texts, change: Change, offer: str) -> Answer:
    """Entries were taken off a deny list so that people can be set active, which `offer` does."""
    return made(texts, change, [answer.button("also_0", texts.say("Set active now"), offer)])


def still_denied(texts: Texts, refusal: Denied, offer: str) -> Answer:
    """People on a deny list were not set active. `offer` takes the entries that mean them off the list."""
    told = N_("On the deny list of {account}: {emails}. Nothing was changed; take the entry off the list first.")
    said = [answer.clean(texts.refusal(refusal, {Denied: told}))]
    entries, account = refusal.fields["entries"], shown(refusal.fields["account"], 40)
    label = (
        texts.say("Take {entry} off the list", entry=shown(entries[0], 40))
        if len(entries) == 1
        else texts.plural(
            "Take {n} entry off the list of {account}",
            "Take {n} entries off the list of {account}",
            len(entries),
            account=account,
        )
    )
    choices = [answer.button("open_lift", label, offer)]
    return answer.answer(said, [answer.section("refusal", said), answer.buttons("choice", choices)])


def admins_added(texts: Texts, root: str, change: Change, *, with_asker: bool, losing: Sequence[str]) -> Answer:
    """People were made admins. `with_asker` says that whoever asked is on the list by that too; `losing` are those of
    the Slack workspace's owners and admins who are no longer admins by it, as far as they are known."""
    notes = []
    if with_asker:
        told = texts.say(
            "You are on the list too: as soon as somebody is on it, the owners and admins of this Slack workspace are "
            "no longer admins of Seatbot by themselves."
        )
        notes.append(Part("note", told))
    if losing:
        people = [shown(person) for person in losing[:MOST_LOSING]]
        told = texts.say(
            "That takes the right from {people}. To give it back: {root} admins add",
            people=[*people, "…"] if len(losing) > MOST_LOSING else people,
            root=root,
        )
        notes.append(Part("losing", told, "warning", people=people))
    return made(texts, change, notes=notes)


def send_file(texts: Texts, account: str, *, replaces: bool) -> Answer:
    """A command that needs a file came without one."""
    usage = N_("deny import {account} replace") if replaces else N_("deny import {account} append")
    said = [
        texts.say("Send the CSV file to Seatbot in a direct message, with these words beside it:"),
        texts.say(usage, account=shown(account)),
        texts.say("A command that begins with / carries no file, so nothing was changed."),
    ]
    return answer.answer(said, [answer.section("file", said)])


def preview(texts: Texts, change: Change, confirm: str, *, denies: bool = False) -> Answer:
    """What a change would come to; nothing is done before it is confirmed. With `denies` a second button confirms it
    and puts those whom the next sync would bring back on the deny list."""
    title = question(texts, change)
    parts = changes.would(texts, change)
    blocks = [answer.header("question", title), *answer.sections(parts)]
    choices = [answer.button("confirm", confirmation(texts, change), confirm, "danger")]
    if denies:
        choices.append(answer.button("confirm_deny", confirmation_denying(texts, change), confirm, "danger"))
    choices.append(answer.button("cancel", texts.say("Cancel"), confirm))
    return answer.answer([title, *parts], [*blocks, answer.buttons("choice", choices)])


def question(texts: Texts, change: Change) -> str:
    """What is asked before a change."""
    count = len(change.changed)
    if change.takes_back:
        return texts.say("Take back change {change}?", change=str(change.takes_back))
    if change.statuses:
        return texts.say(QUESTIONS[change.statuses[-1].after], account=shown(change.account or "", 40))
    if change.kind == "activate":
        return texts.plural("Set {n} person active?", "Set {n} people active?", count)
    return texts.plural("Set {n} person inactive?", "Set {n} people inactive?", count)


def confirmation(texts: Texts, change: Change) -> str:
    """What the button says that confirms a change."""
    count = len(change.changed)
    if change.takes_back:
        return texts.say("Take back change {change}", change=str(change.takes_back))
    if change.statuses:
        return texts.say(CONFIRMATIONS[change.statuses[-1].after], account=shown(change.account or "", 40))
    if change.kind == "activate":
        return texts.plural("Set {n} active", "Set {n} active", count)
    if change.kind == "deactivate":
        return texts.plural("Set {n} inactive", "Set {n} inactive", count)
    return texts.plural("Change the list and set {n} inactive", "Change the list and set {n} inactive", count)


def confirmation_denying(texts: Texts, change: Change) -> str:
    """What the button says that confirms a change and keeps people out."""
    count, back = len(change.changed), len(change.comes_back)
    if back == count:
        return texts.plural(
            "Set {n} inactive and put them on the deny list", "Set {n} inactive and put them on the deny list", count
        )
    return texts.plural(
        "Set {n} inactive and put {some} on the deny list",
        "Set {n} inactive and put {some} on the deny list",
        count,
        some=back,
    )


def which_account(texts: Texts, refusal: AmbiguousPerson, offers: Sequence[str]) -> Answer:
    """An address is in several accounts: one button for each."""
    accounts = refusal.fields["accounts"]
    told = N_("{email} is in several accounts: {accounts}. Say in which one.")
    said = [answer.clean(texts.refusal(refusal, {AmbiguousPerson: told}))]
    picks = [
        answer.button(f"pick_{number}", account, offer)
        for number, (account, offer) in enumerate(zip(accounts, offers, strict=False))
    ]
    return answer.answer(said, [answer.section("question", said), answer.buttons("accounts", picks)])


def cancelled(texts: Texts) -> Answer:
    """A question was answered with no."""
    said = [texts.say("Nothing was changed.")]
    return answer.answer(said, [answer.section("cancelled", said)])


def deny_label(texts: Texts, account: str, *, alone: bool) -> str:
    if alone:
        return texts.say("Put them on the deny list too")
    return texts.say("Deny list of {account} too", account=shown(account, 40))
