"""A digest in a channel, with the way to what is behind it; and the digests that there are."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from operator import attrgetter

from slackblocks import Block, Button

from bot.services.attention import Attention
from bot.services.digest_content import Content
from bot.services.digest_rows import Digest
from bot.views import digest_content, digests, lists
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.slack.lists import listing, on_page
from bot.views.slack.report import chart
from bot.views.texts import Texts, shown

ROWS = 10
"""So many accounts stand in the table of a digest about several."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What the buttons of a digest stand for, by offers; None where there is nothing behind it."""

    report: str
    suggestions: str | None = None
    repeated: str | None = None
    syncs: str | None = None


def posted(
    texts: Texts, found: Content, ways: Ways, *, native: Collection[str], who: Callable[[str], str] = str
) -> Answer:
    """A digest as a channel sees it. `who` names those who changed something: a mention would call them every time."""
    title = digest_content.title(texts, found)
    figures = digest_content.figures(texts, found)
    news = digest_content.news(texts, found.news, who)
    attention = found.attention
    blocks: list[Block] = [answer.header("title", title), answer.section("figures", figures)]
    if found.report.accounts and not found.is_of_several and "data_visualization" in native:
        blocks.append(chart(texts, found.report, None))
    if found.is_of_several:
        billing = texts.within(found.report.workspace.calendar.zone)
        largest = sorted(found.accounts, key=attrgetter("peak", "active"), reverse=True)
        table = lists.figures(billing, largest[:ROWS], closed=found.report.closed)
        blocks.append(answer.grid(native, "accounts", table))
        if (more := len(largest) - ROWS) > 0:
            blocks.append(answer.context("accounts_more", texts.plural("and {n} more", "and {n} more", more)))
    blocks += answer.sections(news)
    blocks.append(answer.buttons("figures_next", [answer.button("open_report", texts.say("Report"), ways.report)]))
    said = decisions(texts, attention, found)
    for block_id, text, label, offer in (
        ("syncs", said[0], texts.say("Look at the syncs"), ways.syncs),
        ("trials", said[1], "", None),
        ("suggestions", said[2], texts.say("Suggestions"), ways.suggestions),
        ("repeated", said[3], texts.say("Who is counted more than once"), ways.repeated),
    ):
        if text:
            blocks.append(answer.section(block_id, [text]))
            if offer:
                blocks.append(answer.buttons(f"{block_id}_next", [answer.button(f"open_{block_id}", label, offer)]))
    return answer.answer([title, *figures, *news, *filter(None, said)], blocks)


def decisions(texts: Texts, found: Attention, content: Content) -> tuple[str, str, str, str]:
    """What needs a decision of syncs, trials, people who may be counted by mistake, and people counted twice; empty
    where nothing does."""
    syncs = [digest_content.held(texts, found)] if found.held else []
    syncs += [digest_content.stale(texts, found.stale)] if found.stale else []
    billing = texts.within(content.report.workspace.calendar.zone)
    until = content.report.workspace.calendar.holding(content.at).end_day
    return (
        "\n".join(syncs),
        digest_content.trials(billing, found.trials) if found.trials else "",
        digest_content.suggestions(texts, found.suggestions, until) if found.suggestions else "",
        digest_content.repeated(texts, found.repeated) if found.repeated else "",
    )


def listed(
    texts: Texts, some: Sequence[Digest], *, native: Collection[str], page: int, here: str, admin: bool
) -> Answer:
    """The digests. `here` stands for the answer itself, from which an admin opens each."""
    title = texts.plural("{n} digest", "{n} digests", len(some))
    said = [] if some else [texts.say("There is no digest yet. “digest add” adds one; its help shows how.")]
    choices = [(f"{one.id} → {one.channel.name}", one.id) for one in on_page(some, page)] if admin else []
    menu = answer.menu("choose_digest", texts.say("Open a digest"), here, choices)
    more: list[Block] = []
    if admin:
        more.append(
            answer.buttons("digests", [answer.button("form_digest", texts.say("Add a digest"), "digest"), *menu])
        )
    return listing(texts, title, said, digests.listed(texts, some), more, native=native, page=page)


def one(texts: Texts, digest: Digest, *, run: str, pause: str | None, resume: str | None, remove: str) -> Answer:
    """A digest, with what can be done with it."""
    title = texts.say("Digest {id}", id=str(digest.id))
    said = digests.details(texts, digest)
    buttons: list[Button] = [answer.button("pick_run", texts.say("Send now"), run, "primary")]
    if pause:
        buttons.append(answer.button("pick_pause", texts.say("Pause"), pause))
    if resume:
        buttons.append(answer.button("pick_resume", texts.say("Resume"), resume))
    buttons.append(answer.button("pick_remove", texts.say("Remove"), remove, "danger"))
    blocks = [answer.header("title", title), answer.section("digest", said), answer.buttons("next", buttons)]
    return answer.answer([title, *said], blocks)


def undelivered(texts: Texts, digest: Digest, code: str) -> Answer:
    """To whoever added it: a digest did not arrive. They are told once, until one does."""
    said = [
        texts.say("The digest {digest} could not be posted.", digest=f"{digest.id} → {shown(digest.channel.name)}"),
        digests.why(texts, code),
        texts.say("It stays, and is tried again at its next time; you are not told again until one has arrived."),
    ]
    return answer.answer(said, [answer.section("undelivered", said)])


def given_up(texts: Texts, digest: Digest, id_: str) -> Answer:
    """To whoever added it: a digest could not be made."""
    said = texts.say(
        "The digest {digest} could not be made, because of Seatbot itself. It is in the log as {id}.",
        digest=f"{digest.id} → {shown(digest.channel.name)}",
        id=id_,
    )
    return answer.answer([said], [answer.section("failure", [said])])
