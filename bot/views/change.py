"""What a change came to: who was changed, what it does to the bills, what is left to do, how to take it back."""

from collections.abc import Sequence

from slackblocks import Block, Button

from bot.services.changes import Change, Effect
from bot.services.errors import AmbiguousPerson, DenyNeedsForce
from bot.views import answer
from bot.views.answer import Answer, people
from bot.views.texts import Texts, shown

MOST_BUTTONS = 25
MOST_OFFERS = 5
"""So many accounts get a button of their own under a change."""


def deactivated(texts: Texts, change: Change, offers: Sequence[tuple[str, str]]) -> Answer:
    """People were set inactive. `offers` put those whom the next sync would bring back on the deny list, account by
    account."""
    said = []
    if change.changed:
        said.append(texts.say("Inactive now: {people}.", people=people(texts, change.changed)))
    if change.unchanged:
        said.append(texts.say("Inactive already: {people}.", people=people(texts, change.unchanged)))
    blocks: list[Block] = [answer.section("changed", said)]
    if change.changed:
        in_usecure = texts.say(
            "usecure does not know of this: in its console, open Users and set them inactive there too. "
            "Until then it counts them."
        )
        blocks += [*effect(texts, change.effect, said), answer.section("usecure", [in_usecure])]
        said.append(in_usecure)
    if change.comes_back:
        warning = texts.say(
            "The next sync would set these active again: {people}. The deny list keeps them out.",
            people=people(texts, change.comes_back),
        )
        said.append(warning)
        blocks.append(answer.section("comes_back", [warning]))
    more = [
        answer.button(f"also_{number}", deny_label(texts, account, alone=len(offers) == 1), offer)
        for number, (account, offer) in enumerate(offers)
    ]
    return with_undo(texts, change, said, blocks, more)


def denied(texts: Texts, change: Change, offer: str | None) -> Answer:
    """Entries were added to a deny list. `offer` deactivates those whom they mean and no sync ever brought."""
    said = []
    account = shown(change.account or "")
    if change.patterns:
        entries = texts.listing(few(texts, change.patterns))
        said.append(texts.say("On the deny list of {account} now: {entries}.", account=account, entries=entries))
    if change.known:
        entries = texts.listing(few(texts, change.known))
        said.append(texts.say("On the deny list of {account} already: {entries}.", account=account, entries=entries))
    if change.changed:
        said.append(
            texts.say("Inactive now, since a sync had brought them: {people}.", people=people(texts, change.changed))
        )
    elif change.patterns:
        said.append(texts.say("Nobody was set inactive by it; it acts at every later sync."))
    blocks: list[Block] = [answer.section("changed", said)]
    if change.patterns:
        in_usecure = texts.say(
            "usecure does not know of this: add the same entries to the deny list of its sync configuration. "
            "It counts these people until its next sync after that; syncs run daily."
        )
        blocks += [*effect(texts, change.effect, said), answer.section("usecure", [in_usecure])]
        said.append(in_usecure)
    if change.left:
        left = texts.say(
            "No sync ever brought these, so the deny list does not touch them and they stay active: {people}.",
            people=people(texts, change.left),
        )
        said.append(left)
        blocks.append(answer.section("left", [left]))
    more = [answer.button("also_0", texts.say("Set them inactive too"), offer)] if offer else []
    return with_undo(texts, change, said, blocks, more)


def undone(texts: Texts, change: Change) -> Answer:
    """A change was taken back."""
    said = [texts.say("Change {change} is taken back.", change=str(change.takes_back))]
    if change.changed:
        said.append(texts.say("As they were before: {people}.", people=people(texts, change.changed)))
    if change.left:
        said.append(
            texts.say(
                "Left as they are, since something else stands against it: {people}.", people=people(texts, change.left)
            )
        )
    account = shown(change.account or "")
    if change.removed:
        entries = texts.listing(few(texts, change.removed))
        said.append(texts.say("No longer on the deny list: {entries}.", entries=entries))
    if change.patterns:
        entries = texts.listing(few(texts, change.patterns))
        said.append(texts.say("On the deny list of {account} again: {entries}.", account=account, entries=entries))
    blocks: list[Block] = [answer.section("changed", said)]
    blocks += effect(texts, change.effect, said)
    stands = texts.say(
        "The peak of the period stands: no undo can lower it. What you have repeated in usecure, take back there too."
    )
    said.append(stands)
    blocks.append(answer.section("usecure", [stands]))
    return answer.answer(said, blocks)


def preview(texts: Texts, change: Change, confirm: str) -> Answer:
    """What deactivating many people would do; nothing is done before it is confirmed."""
    count = len(change.changed)
    title = texts.plural("Set {n} person inactive?", "Set {n} people inactive?", count)
    said = [texts.say("Would become inactive: {people}.", people=people(texts, change.changed))] if count else []
    if change.unchanged:
        said.append(texts.say("Inactive already: {people}.", people=people(texts, change.unchanged)))
    if change.comes_back:
        said.append(
            texts.say("The next sync would set these active again: {people}.", people=people(texts, change.comes_back))
        )
    blocks: list[Block] = [answer.header("question", title), answer.section("people", said)]
    said.insert(0, title)
    blocks += effect(texts, change.effect, said)
    return asking(texts, said, blocks, confirm)


def needs_force(texts: Texts, refusal: DenyNeedsForce, confirm: str) -> Answer:
    """A deny-list entry would deactivate many people; nothing is done before it is confirmed."""
    said = [
        texts.say(
            "This would deactivate {deactivated} of {active} active users of {account}. Nothing was changed yet.",
            **refusal.fields | {"account": shown(refusal.fields["account"])},
        )
    ]
    return asking(texts, said, [answer.section("question", said)], confirm)


def which_account(texts: Texts, refusal: AmbiguousPerson, offers: Sequence[str]) -> Answer:
    """An address is in several accounts: one button for each."""
    accounts = refusal.fields["accounts"]
    said = [answer.clean(texts.refusal(refusal))]
    picks = [
        answer.button(f"pick_{number}", account, offer)
        for number, (account, offer) in enumerate(zip(accounts, offers, strict=False))
    ]
    return answer.answer(said, [answer.section("question", said), answer.buttons("accounts", picks)])


def cancelled(texts: Texts) -> Answer:
    """A question was answered with no."""
    said = [texts.say("Nothing was changed.")]
    return answer.answer(said, [answer.section("cancelled", said)])


def asking(texts: Texts, said: list[str], blocks: list[Block], confirm: str) -> Answer:
    """A question with its two buttons."""
    choices = [
        answer.button("confirm", texts.say("Confirm"), confirm, "danger"),
        answer.button("cancel", texts.say("Cancel"), confirm),
    ]
    return answer.answer(said, [*blocks, answer.buttons("choice", choices)])


def deny_label(texts: Texts, account: str, *, alone: bool) -> str:
    if alone:
        return texts.say("Put them on the deny list too")
    return texts.say("Deny list of {account} too", account=shown(account, 40))


def with_undo(texts: Texts, change: Change, said: list[str], blocks: list[Block], more: list[Button]) -> Answer:
    """The answer to a change, with the button that takes it back where something was changed."""
    elements = list(more)
    if change.id is not None:
        elements.append(answer.button("undo", texts.say("Undo"), str(change.id)))
        small = texts.say("Change {change}", change=str(change.id))
        blocks = [*blocks, answer.context("change", small)]
    if elements:
        blocks = [*blocks, answer.buttons("next", elements)]
    return answer.answer(said, blocks)


def effect(texts: Texts, found: Effect | None, said: list[str]) -> list[Block]:
    """What a change does to this bill and the next, in a block of its own; `said` gets the sentence too."""
    if found is None:
        return []
    fields = {"bill": found.after.peak, "before": found.before.current, "after": found.after.current}
    start = found.period.end_day
    if found.after.peak > found.before.peak:
        told = texts.say("The bill of the running period rises from {old} to {bill}.", old=found.before.peak, **fields)
    else:
        told = texts.say("The bill of the running period stays at {bill}.", **fields)
    if found.before.current == found.after.current:
        told += " " + texts.say("The next one, from {start}, begins with {after}, as before.", start=start, **fields)
    else:
        told += " " + texts.say(
            "The next one, from {start}, begins with {after} instead of {before}.", start=start, **fields
        )
    said.append(told)
    return [answer.section("effect", [told])]


def few(texts: Texts, entries: Sequence[str]) -> list[str]:
    """Some entries by name, and how many more."""
    more = len(entries) - answer.NAMED
    return [*entries[: answer.NAMED], *([texts.plural("{n} more", "{n} more", more)] if more > 0 else [])]
