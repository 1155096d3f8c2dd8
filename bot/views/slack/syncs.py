"""Syncs in Slack: that one has begun, how far it is, what it came to, and what the admins are asked."""

from collections.abc import Collection, Sequence

from slackblocks import Block, Button

from bot.services.attention import Attention, HeldSync, StaleSync
from bot.services.errors import N_, SeveralConnected
from bot.services.sync import Synced
from bot.services.sync_plan import Turned
from bot.views import changes, syncs
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown
from bot.views.words import few

MOST_BUTTONS = 24
"""Slack takes one more in a row, which is for all accounts."""
LONGEST_ACCOUNT = 40
MOST_WAITING = 10
"""So many syncs that wait, and so many accounts not synced for long, are told of one by one."""
READING = {
    False: N_("The directory of {account} is being read, and the users are brought up to date with it."),
    True: N_("The directory of {account} is being read; nothing will be changed."),
}
READING_ALL = {
    False: N_("The directories of {accounts} are being read, and the users are brought up to date with them."),
    True: N_("The directories of {accounts} are being read; nothing will be changed."),
}


def waiting(texts: Texts, found: Attention, *, admin: bool) -> Answer:
    """The syncs that wait for an admin, whom buttons let settle each, and the accounts not synced for long."""
    blocks: list[Block] = []
    for one in found.held[:MOST_WAITING]:
        blocks += held(texts, one, admin=admin)
    lines = [stale(texts, one) for one in found.stale[:MOST_WAITING]]
    more = sum(max(0, len(some) - MOST_WAITING) for some in (found.held, found.stale))
    if more:
        lines.append(texts.plural("and {n} more", "and {n} more", more))
    if not found:
        lines.append(texts.say("No sync waits any more, and none is overdue."))
    if lines:
        blocks.append(answer.section("stale", lines))
    said = [held_since(texts, one) for one in found.held[:MOST_WAITING]]
    return answer.answer([*said, *lines], blocks)


def held(texts: Texts, one: HeldSync, *, admin: bool) -> list[Block]:
    """A sync that would change too many, with the two ends of it for admins."""
    blocks: list[Block] = [answer.section(f"held_{one.run}", [held_since(texts, one)])]
    if admin:
        ends = [
            answer.button("hold_confirm", texts.say("Confirm"), str(one.run), "danger"),
            answer.button("hold_reject", texts.say("Reject"), str(one.run)),
        ]
        blocks.append(answer.buttons(f"hold_{one.run}", ends))
    return blocks


def held_since(texts: Texts, one: HeldSync) -> str:
    """That a sync would change too many, and how many."""
    return texts.say(
        "A sync of {account} has been waiting since {at}: it would set {off} inactive and {on} active.",
        account=shown(one.account),
        at=one.since,
        off=one.off,
        on=one.on,
    )


def stale(texts: Texts, one: StaleSync) -> str:
    """An account whose directory was not read for long."""
    account = shown(one.account)
    if one.since is None:
        return texts.say("{account} was never synced with its directory.", account=account)
    return texts.say("{account} was last synced on {at}.", account=account, at=one.since)


def begun(texts: Texts, account: str, *, preview: bool, is_here: bool) -> Answer:
    """A sync was handed over. `is_here` says that its result takes the place of this answer."""
    said = [texts.say(READING[preview], account=shown(account)), where(texts, is_here=is_here)]
    return answer.answer(said, [answer.section("begun", said)])


def all_begun(texts: Texts, accounts: Sequence[str], *, preview: bool) -> Answer:
    """The syncs of several accounts were handed over."""
    said = [
        texts.say(READING_ALL[preview], accounts=few(texts, accounts)),
        texts.say(
            "You get a direct message of each account in which somebody changes, or whose sync is held or fails; "
            "of the others nothing is said."
        ),
    ]
    return answer.answer(said, [answer.section("begun", said)])


def confirmed(texts: Texts, account: str, *, is_here: bool) -> Answer:
    """That a held sync is applied was handed over."""
    said = [
        texts.say("The sync of {account} is being applied as it was shown.", account=shown(account)),
        where(texts, is_here=is_here),
    ]
    return answer.answer(said, [answer.section("begun", said)])


def where(texts: Texts, *, is_here: bool) -> str:
    """Where the result comes."""
    return texts.say("The result comes here.") if is_here else texts.say("The result comes to you by direct message.")


def rejected(texts: Texts, account: str) -> Answer:
    """A held sync was thrown away."""
    said = [
        texts.say("The sync of {account} was rejected. Nobody was changed.", account=shown(account)),
        texts.say("Scheduled syncs do not ask about these changes again; a sync that somebody asks for does."),
    ]
    return answer.answer(said, [answer.section("rejected", said)])


def which(
    texts: Texts, refusal: SeveralConnected, picks: Sequence[tuple[str, str]], *, every: str, usage: str
) -> Answer:
    """Several accounts have a directory. `picks` are names of accounts with what their buttons stand for; the others
    are typed as `usage` says, or synced with all: `every` stands for that."""
    count = len(refusal.fields["known"])
    said = [texts.plural("{n} account has a directory.", "{n} accounts have a directory. Which one?", count)]
    if len(picks) < count:
        said.append(texts.say("Here are the first of them. Any other one: {usage}", usage=usage))
    elements = [answer.button(f"pick_{number}", account, offer) for number, (account, offer) in enumerate(picks)]
    elements.append(answer.button("pick_all", texts.say("All of them"), every, "primary"))
    return answer.answer(said, [answer.section("question", said), answer.buttons("accounts", elements)])


def progress(texts: Texts, account: str, pages: int, users: int) -> Answer:
    """How far a directory is read."""
    said = [
        texts.say("The directory of {account} is being read.", account=shown(account)),
        texts.say("Pages so far: {pages}. Users so far: {users}.", pages=pages, users=users),
    ]
    return answer.answer(said, [answer.section("progress", said)])


def result(
    texts: Texts,
    synced: Synced,
    *,
    native: Collection[str],
    people: str | None = None,
    after: str | None = None,
    failing: bool = False,
    recovered: bool = False,
) -> Answer:
    """What a sync came to. `people` stands for the whole list of those whom it turned, `after` for the sync that
    follows its preview. `failing` and `recovered` say that it is the first scheduled one that failed, or that did not
    fail any more. One that was held is a question."""
    said = [*syncs.told(texts, synced), *notes(texts, failing=failing, recovered=recovered)]
    blocks: list[Block] = []
    title: list[str] = []
    if synced.outcome == "held":
        title = [texts.say("Sync {account} nevertheless?", account=shown(synced.account.name, LONGEST_ACCOUNT))]
        blocks.append(answer.header("question", title[0]))
    blocks += answer.sections([*said, *changes.number(texts, synced.change)])
    if synced.turned:
        blocks += answer.page(texts, native, "people", syncs.table(texts, synced.turned), 1)
    if elements := choices(texts, synced, people, after):
        blocks.append(answer.buttons("next", elements))
    return answer.answer([*title, *said], blocks)


def given_up(texts: Texts, account: str, id_: str, *, failing: bool = False) -> Answer:
    """A sync that Seatbot itself could not do, however often it tried; the log has why under the id. `failing` as in
    `result`."""
    said = [
        texts.say(syncs.FAILED, account=shown(account)),
        texts.say(
            "Something went wrong here, not in the directory, and it is in the log as {id}. Nobody was changed; "
            "if it stays so, give that id to whoever runs Seatbot.",
            id=id_,
        ),
        *(part.text for part in notes(texts, failing=failing, recovered=False)),
    ]
    return answer.answer(said, [answer.section("failure", said)])


def notes(texts: Texts, *, failing: bool, recovered: bool) -> list[Part]:
    """What the admins are told besides of a scheduled sync."""
    if failing:
        told = N_("It is tried again after growing pauses. Of these tries nothing is said until one succeeds.")
    elif recovered:
        told = N_("The directory can be read again, so that its daily syncs go on.")
    else:
        return []
    return [Part("notes", texts.say(told))]


def choices(texts: Texts, synced: Synced, people: str | None, after: str | None) -> list[Button]:
    """What can be done with it. A question is one for whoever reads it, however late."""
    elements = []
    if synced.outcome == "held":
        run = str(synced.run)
        elements.append(answer.button("hold_confirm", texts.say("Confirm"), run, "danger"))
        elements.append(answer.button("hold_reject", texts.say("Reject"), run))
    if after:
        elements.append(answer.button("open_sync", texts.say("Sync now"), after, "primary"))
    if people:
        elements.append(answer.button("csv", texts.say("As a CSV file"), people))
    return elements


def turned(texts: Texts, account: str, people: Sequence[Turned], *, native: Collection[str], page: int = 1) -> Answer:
    """All whom a sync of an account turned, or would turn."""
    title = texts.plural(
        "{account}: {n} user in the sync", "{account}: {n} users in the sync", len(people), account=shown(account)
    )
    table = syncs.table(texts, people)
    blocks: list[Block] = [answer.header("title", title), *answer.page(texts, native, "people", table, page)]
    return answer.answer([title], blocks, lasts=True, table=table)
