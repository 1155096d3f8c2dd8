"""Answers to questions about billing: the topic's answer, this MSP's figures, where it comes from, and what is next."""

from collections.abc import Sequence

from slackblocks import Block, Button, ContextActionsBlock, FeedbackButton, FeedbackButtons, PlainText, SectionBlock

from bot.services.faq.live import Live
from bot.services.faq.topics import Topic
from bot.services.workspaces import Workspace
from bot.views import faq
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import LONGEST_SECTION, Answer, escaped
from bot.views.texts import Texts, shown

LONGEST_QUOTE = 300
MOST_TOLD = 5
"""So many related topics and sources are told: an MSP's own topic may name any number."""
USECURE = "https://help.usecure.io/"
HELPFUL, UNHELPFUL = "yes", "no"
OTHERS = "others"
"""The block that says what the buttons below it are: those of topics that may be meant instead."""
Offer = tuple[str, str]
"""What a button says, and the id of what it stands for."""


def answered(
    texts: Texts,
    workspace: Workspace,
    topic: Topic,
    *,
    root: str,
    figures: Live | None,
    named: Sequence[Part],
    steps: Sequence[Offer],
    offered: Sequence[Offer],
    related: Sequence[Offer],
    here: str,
) -> Answer:
    """The answer of a topic with this MSP's figures. `named` is about whom or what the question names, `steps` lead on,
    `offered` are topics that may be meant instead, `related` are neighbouring ones, `here` stands for the answer
    itself."""
    own = faq.live(texts, workspace, topic.id, figures)
    told = faq.answer(topic, root)
    title = shown(topic.question)
    asking = faq.ask(texts, topic)
    both: list[Block] = [words(answer.clean(told))]
    said = [told]
    if own:
        at = 0 if topic.id in faq.FIGURES_FIRST else 1
        both.insert(at, answer.section("figures", own))
        said[at:at] = own
    blocks = [answer.header("title", title), *both, *about(named, steps)]
    if small := [*sources(texts, topic), *map(escaped, asking)]:
        blocks.append(answer.small_print("sources", "\n".join(small)))
    if offered:
        blocks += [answer.context(OTHERS, faq.others(texts)), answer.buttons("topics", buttons("open_topic", offered))]
    if related:
        blocks.append(answer.buttons("related", buttons("open_related", related[:MOST_TOLD])))
    said = [title, *said, *(part.text for part in named), *asking]
    return answer.answer(said, [*blocks, feedback(texts, here)], lasts=True)


def unsure(
    texts: Texts, question: str, topics: Sequence[Offer], none: str, *, named: Sequence[Part], steps: Sequence[Offer]
) -> Answer:
    """Several topics may be meant; `none` stands for none of them. `named` and `steps` as of `answered`."""
    told = faq.unsure(texts)
    elements = [*buttons("open_topic", topics), answer.button("open_none", texts.say("None of these"), none)]
    blocks = [
        quoted(texts, question),
        answer.section("unsure", [told]),
        answer.buttons("topics", elements),
        *about(named, steps),
    ]
    return answer.answer([told, *(f"• {text}" for text, _ in topics), *(part.text for part in named)], blocks)


def unknown(
    texts: Texts, question: str, near: Sequence[Offer], *, named: Sequence[Part] = (), steps: Sequence[Offer] = ()
) -> Answer:
    """No topic answers the question; `near` are those that are not far. `named` and `steps` as of `answered`."""
    told = faq.unknown(texts)
    blocks: list[Block] = [
        quoted(texts, question),
        answer.section("unknown", [told]),
        *about(named, steps),
    ]
    if near:
        blocks.append(answer.context("near", texts.say("What I can answer, if it helps:")))
        blocks.append(answer.buttons("topics", buttons("open_topic", near)))
    return answer.answer([told, *(part.text for part in named)], blocks)


def quoted(texts: Texts, question: str) -> Block:
    """The question as it was asked."""
    return answer.context("question", texts.say("“{question}”", question=shown(question, LONGEST_QUOTE)))


def about(named: Sequence[Part], steps: Sequence[Offer]) -> list[Block]:
    """Whom or what a question names, and what leads on."""
    row = [answer.buttons("steps", buttons("open_step", steps))] if steps else []
    return [*answer.sections(named), *row]


def feedback(texts: Texts, here: str) -> ContextActionsBlock:
    """Two buttons that tell whether the answer that `here` stands for was of help."""
    yes = FeedbackButton(PlainText(texts.say("Helpful")), f"{here} {HELPFUL}", texts.say("This answer helped"))
    no = FeedbackButton(
        PlainText(texts.say("Not helpful")), f"{here} {UNHELPFUL}", texts.say("This answer did not help")
    )
    return ContextActionsBlock([FeedbackButtons(yes, no, "feedback")], block_id="feedback")


def thanks(texts: Texts, *, helpful: bool) -> Answer:
    """Somebody said whether an answer helped."""
    if helpful:
        said = texts.say("Thank you, good to know.")
    else:
        said = texts.say("Thank you. The question is on the list of those that an admin may answer; your name is not.")
    return answer.answer([said], [answer.section("thanks", [said])])


def words(told: str) -> SectionBlock:
    """The words of an answer, whose author may have made some of them bold; as they are where they would be too long
    once escaped."""
    markup = escaped(told)
    return answer.marked("answer", markup) if len(markup) <= LONGEST_SECTION else answer.section("answer", [told])


def sources(texts: Texts, topic: Topic) -> list[str]:
    """Where the facts come from, as markup: usecure's articles, and the pages of others."""
    links = {address: f"<{escaped(address)}|{name(address)}>" for address in topic.sources[:MOST_TOLD]}
    articles = [link for address, link in links.items() if address.startswith(USECURE)]
    told = [texts.say("Source: {address}", address=link) for link in links.values() if link not in articles]
    if not articles:
        return told
    according = texts.plural(
        "According to usecure’s article {links}",
        "According to usecure’s articles {links}",
        len(articles),
        links=texts.together(articles),
    )
    return [according, *told]


def name(address: str) -> str:
    """What a link says: the last part of its address."""
    return escaped(shown(address.rstrip("/").rsplit("/", 1)[-1].split("-")[0] or address, 40))


def buttons(action: str, offers: Sequence[Offer]) -> list[Button]:
    """A button for each offer."""
    return [answer.button(f"{action}_{number}", text, id_) for number, (text, id_) in enumerate(offers)]
