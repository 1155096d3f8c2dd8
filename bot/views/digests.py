"""Digests in sentences: which there are, and what became of a change to one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.services.changes import Change
from bot.services.errors import N_
from bot.services.posts import SILENT, UNSURE
from bot.services.rhythm import time_text
from bot.views.parts import Part, Rows, Table
from bot.views.texts import Texts, shown
from bot.views.words import few

if TYPE_CHECKING:  # what tells of a change needs nothing of what a digest tells
    from bot.services.digest_rows import Digest

FEW = 5
"""So many people, accounts or changes are named; the rest are counted."""
EVERY = {
    "day": N_("every day"),
    "weekday": N_("Monday to Friday"),
    "week:mon": N_("every Monday"),
    "week:tue": N_("every Tuesday"),
    "week:wed": N_("every Wednesday"),
    "week:thu": N_("every Thursday"),
    "week:fri": N_("every Friday"),
    "week:sat": N_("every Saturday"),
    "week:sun": N_("every Sunday"),
    "period-end": N_("on the day after a billing period ends,"),
}
LANGUAGES = {"en": N_("English"), "fr": N_("French")}
TROUBLES = {
    "channel_not_found": N_("Slack no longer shows Seatbot the channel: it is gone, or Seatbot was removed from it."),
    "is_archived": N_("The channel is archived."),
    "not_in_channel": N_("Seatbot is no longer in the channel. Write /invite @Seatbot there."),
    SILENT: N_("Slack took nothing for a day."),
    UNSURE: N_("Slack does not tell whether the last one arrived."),
}
OTHER_TROUBLE = N_("Slack does not take it: {code}.")
CHANGED = {
    "digest_add": N_("Added: the digest {digest}."),
    "digest_remove": N_("Removed: the digest {digest}."),
    "digest_pause": N_("Paused: the digest {digest}. Nothing is posted until you resume it."),
    "digest_resume": N_("Posted again from its next time on: the digest {digest}."),
    "digest_run": N_("The digest {digest} is on its way to the channel."),
    "undo": N_("As it was before: the digest {digest}."),
}


def every(texts: Texts, digest: "Digest") -> str:
    """Its rhythm and its time, such as: every Monday at 08:00 (Europe/Paris)."""
    rhythm = digest.rhythm
    if (days := rhythm.before_end) is not None:
        said = texts.plural("{n} day before a billing period ends", "{n} days before a billing period ends", days)
    else:
        said = texts.say(EVERY[rhythm.every])
    at = time_text(rhythm.minute)
    return texts.say("{every} at {time} ({zone})", every=said, time=at, zone=rhythm.zone.key)


def language(texts: Texts, digest: "Digest") -> str:
    return texts.say(LANGUAGES[digest.locale]) if digest.locale else texts.say("the workspace’s")


def accounts(texts: Texts, digest: "Digest") -> str:
    """Which accounts it is about."""
    if digest.accounts is None:
        return texts.say("all")
    return few(texts, [one.name for one in digest.accounts], FEW)


def following(texts: Texts, digest: "Digest") -> str:
    """When it is posted next, in its own time zone."""
    if digest.next_at is None:
        return texts.say("paused")
    return texts.within(digest.rhythm.zone).moment(digest.next_at)


def trouble(texts: Texts, digest: "Digest") -> str:
    """Why its last post did not arrive; empty where it did."""
    return why(texts, digest.trouble) if digest.trouble else ""


def why(texts: Texts, code: str) -> str:
    """What Slack said, in words."""
    return texts.say(TROUBLES[code]) if code in TROUBLES else texts.say(OTHER_TROUBLE, code=code)


def listed(texts: Texts, some: "Sequence[Digest]") -> Table:
    """The digests, a row each."""
    titles = [
        texts.say("Digest"),
        texts.say("Channel"),
        texts.say("When"),
        texts.say("Next"),
        texts.say("Accounts"),
        texts.say("Language"),
        texts.say("Trouble"),
    ]
    return Table(titles, Rows(some, lambda one: row(texts, one)), numbers=(0,))


def row(texts: Texts, one: "Digest") -> list[str]:
    return [
        str(one.id),
        shown(one.channel.name),
        every(texts, one),
        following(texts, one),
        accounts(texts, one),
        language(texts, one),
        trouble(texts, one),
    ]


def details(texts: Texts, one: "Digest") -> list[str]:
    """A digest in sentences."""
    lines = [
        texts.say("Posted in {channel} {every}.", channel=shown(one.channel.name), every=every(texts, one)),
        texts.say(
            "Accounts: {accounts}. Language: {language}.", accounts=accounts(texts, one), language=language(texts, one)
        ),
        texts.say("Next: {at}.", at=following(texts, one)),
    ]
    if one.trouble:
        lines.append(texts.say("The last one did not arrive. {why}", why=trouble(texts, one)))
    return lines


def changed(texts: Texts, change: Change) -> list[Part]:
    """What became of a digest."""
    if change.digest is None:
        return []
    return [Part("digest", texts.say(CHANGED[change.kind], digest=shown(change.digest)))]


def undone(texts: Texts, change: Change) -> list[Part]:
    """What would become of a digest that an undo is about."""
    if change.digest is None:
        return []
    return [Part("digest", texts.say("Would be as before: the digest {digest}.", digest=shown(change.digest)))]
