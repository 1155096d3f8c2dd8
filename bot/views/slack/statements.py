"""A statement: headline, the clients with their shares, its revisions, and the way to the people who were billed."""

from collections.abc import Collection, Sequence
from operator import attrgetter

from slackblocks import Block, Button, StaticSelectMenu

from bot.services.billing.amounts import Amounts
from bot.services.billing.billed import Billed
from bot.services.billing.statements import Difference, Statement
from bot.views import statements
from bot.views.slack import answer
from bot.views.slack.answer import PAGE, Answer
from bot.views.slack.report import choose_person
from bot.views.texts import Texts, shown

MOST_REVISIONS = 5
"""So many other revisions have a button each, the latest ones."""
MOST_TOLD = 5
"""So many revised statements are told of in one message."""


def statement(
    texts: Texts,
    found: Statement,
    *,
    native: Collection[str],
    page: int,
    here: str,
    billed: str | None,
    revisions: Sequence[tuple[int, str]],
    money: Amounts | None = None,
    invoice: tuple[str, bool] | None = None,
) -> Answer:
    """A statement. `here` stands for the answer itself, `billed` for the people, if any, `revisions` for some others by
    their numbers, `invoice` for the last check of its invoice, with whether that agreed."""
    title, said = statements.title(texts, found), statements.told(texts, found, money)
    largest = sorted(found.lines, key=attrgetter("share", "peak"), reverse=True)  # equals stay in order of names
    table = statements.table(texts, found, largest, money)
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", said)]
    blocks += answer.page(texts, native, "accounts", table.only(statements.columns(money)), page)
    elements: list[Button | StaticSelectMenu] = []
    if billed:
        on_page = [(line.name, line.id) for line in largest[(page - 1) * PAGE : page * PAGE] if line.share]
        elements += answer.menu("choose_billed", texts.say("Who was billed at one client"), here, on_page)
        elements.append(answer.button("open_billed", texts.say("Who was billed"), billed))
    if invoice:
        label = texts.say("Invoice: agrees") if invoice[1] else texts.say("Invoice: differs")
        elements.append(answer.button("open_invoice", label, invoice[0]))
    for number, offer in revisions:
        elements.append(answer.button(f"open_revision_{number}", texts.say("Revision {n}", n=number), offer))
    if elements:
        blocks.append(answer.buttons("people", elements))
    return answer.answer([title, *said], blocks, lasts=True, table=table, sheet=statements.sheet(texts, found, money))


def people(
    texts: Texts,
    found: Statement,
    billed: Sequence[Billed],
    account: str | None,
    *,
    native: Collection[str],
    page: int,
    here: str,
) -> Answer:
    """Who was billed. `here` stands for the answer itself, from which each person's story opens."""
    title = statements.billed_title(texts, found, len(billed), account)
    table = statements.billed(texts, billed)
    blocks: list[Block] = [answer.header("title", title)]
    if billed:
        blocks += answer.page(texts, native, "people", table, page)
        blocks += choose_person(texts, here, billed[(page - 1) * PAGE : page * PAGE])
    else:
        blocks.append(answer.section("people", [texts.say("Nobody was counted.")]))
    return answer.answer([title], blocks, lasts=True, table=table if billed else None)


def revised(texts: Texts, revised: Sequence[Statement], opens: Sequence[str]) -> Answer:
    """A change has revised statements; `opens` stand for the first of them."""
    title = texts.plural(
        "{name}: {n} closed billing period revised",
        "{name}: {n} closed billing periods revised",
        len(revised),
        name=shown(revised[0].workspace.name),
    )
    said = [line for one in revised[:MOST_TOLD] for line in news(texts, one)]
    if (more := len(revised) - MOST_TOLD) > 0:
        said.append(texts.plural("and {n} more", "and {n} more", more))
    elements = [
        answer.button(f"also_statement_{number}", texts.say("Statement {month}", month=f"{one.month:%Y-%m}"), offer)
        for number, (one, offer) in enumerate(zip(revised, opens, strict=False))
    ]
    blocks: list[Block] = [answer.header("title", title), *sections(said), answer.buttons("statements", elements)]
    return answer.answer([title, *said], blocks)


def sections(said: Sequence[str]) -> list[Block]:
    """Sentences in as many blocks as they need."""
    pieces = answer.split("\n".join(said), answer.LONGEST_SECTION)
    return [answer.section(answer.numbered("figures", at), [piece]) for at, piece in enumerate(pieces)]


def news(texts: Texts, one: Statement) -> list[str]:
    """What one revision says otherwise than the one before, and why."""
    difference = one.difference or Difference(0, (), ())
    fields = {"month": f"{one.month:%Y-%m}", "revision": one.revision, "peak": one.peak}
    if difference.peak:
        before = one.peak - difference.peak
        head = texts.say(
            "{month}, revision {revision}: the peak is {peak} instead of {before}.", before=before, **fields
        )
    else:
        head = texts.say("{month}, revision {revision}: the peak stays at {peak}.", **fields)
    return [f"{head} {statements.shares(texts, difference)}".rstrip(), *statements.why(texts, difference)]
