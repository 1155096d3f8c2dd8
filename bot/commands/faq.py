"""Questions about billing, in people's own words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from bot.commands.call import Call
from bot.commands.command import Command, command, dump
from bot.commands.words import Misused, Word
from bot.services.errors import N_
from bot.services.faq import answers, unanswered
from bot.services.faq.answers import Reply
from bot.services.faq.topics import Topic
from bot.views import faq as faq_parts
from bot.views.parts import Part
from bot.views.slack import faq as faq_view
from bot.views.slack.answer import Answer
from bot.views.slack.faq import Offer
from bot.views.texts import Texts, shown
from db.models import FaqOutcome

PATIENCE = 1.5
"""So many seconds of the three that Slack gives a command."""
TOPIC = "faq topic"
"""The command of the buttons that open topics."""
STEPS: Mapping[str, Sequence[tuple[str, Command]]] = MappingProxyType(
    {
        "billing-date": [(N_("Report"), Command("report"))],
        "peak-vs-current": [
            (N_("Report"), Command("report")),
            (N_("Report of the period before"), Command("report", (Word("last"),))),
        ],
        "when-changes-take-effect": [(N_("Report"), Command("report"))],
        "how-billing-works": [(N_("Report"), Command("report"))],
        "reactivated-by-sync": [(N_("Deny lists"), Command("deny list"))],
        "duplicate-users": [(N_("Who is counted more than once"), Command("repeated"))],
        "deny-list": [(N_("Deny lists"), Command("deny list"))],
        "leavers": [(N_("Accounts"), Command("accounts"))],
        "sync-schedule": [(N_("Accounts"), Command("accounts"))],
        "trials": [(N_("Accounts"), Command("accounts"))],
        "pause-billing": [(N_("Accounts"), Command("accounts"))],
        "active-user-definition": [(N_("Report"), Command("report"))],
    }
)
"""What the answer to a topic leads to: what the button says, and the command that it stands for."""


def ask(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats faq QUESTION"""
    text = " ".join(word.text for word in asked)
    if not text.strip():
        raise Misused()
    reply = answers.reply(call.session, call.workspace, text, call.reader.locale, call.now(), patience=PATIENCE)
    call = within(call, reply.locale)
    if reply.topic:
        return answered(call, reply)
    call.offered[call.here] = dump(call.command)  # what the buttons open leads back to it
    about, steps = about_named(call, reply)
    offered = [offer(call, topic) for topic in reply.offered]
    if reply.match.off:
        note(call, text, reply.locale)
        return faq_view.unknown(call.reader, text, offered, named=about, steps=steps)
    none_of_these = call.leading_to(command("faq none", text, reply.locale))
    return faq_view.unsure(call.reader, text, offered, none_of_these, named=about, steps=steps)


def show(call: Call, asked: Sequence[Word]) -> Answer:
    """The answer of a topic: TOPIC LANGUAGE. Only buttons ask for it."""
    topic, locale = (word.text for word in asked)
    return answered(within(call, locale), answers.of_topic(call.session, call.workspace, topic, locale, call.now()))


def none(call: Call, asked: Sequence[Word]) -> Answer:
    """None of the topics that were offered was meant: QUESTION LANGUAGE. Only buttons ask for it."""
    text, locale = (word.text for word in asked)
    note(call, text, locale)
    return faq_view.unknown(within(call, locale).reader, text, [])


def within(call: Call, locale: str) -> Call:
    """The call with everything said in the question's language, whoever asks it."""
    return replace(call, reader=Texts(locale, call.reader.zone))


def answered(call: Call, reply: Reply) -> Answer:
    """The answer of a topic."""
    assert reply.topic
    parts, steps = about_named(call, reply)
    steps += [(call.reader.say(label), call.leading_to(meant)) for label, meant in STEPS.get(reply.topic.id, ())]
    return faq_view.answered(
        call.reader,
        call.workspace,
        reply.topic,
        root=call.root,
        figures=reply.figures,
        named=parts,
        steps=steps,
        offered=[offer(call, topic) for topic in reply.offered],
        related=[offer(call, topic) for topic in reply.related],
        here=call.here,
    )


def offer(call: Call, topic: Topic) -> Offer:
    """A button that opens a topic."""
    return topic.question, call.leading_to(command(TOPIC, topic.id, call.reader.locale))


def about_named(call: Call, reply: Reply) -> tuple[list[Part], list[Offer]]:
    """What is to be known of the person or account that a question names, and the ways to all of it."""
    offers: list[Offer] = []
    if reply.named.stories:
        email = reply.named.stories[0].person.email or ""
        offers.append((call.reader.say("The story of {email}", email=email), call.leading_to(command("why", email))))
    if account := reply.named.account:
        label = call.reader.say("The report of {account}", account=shown(account.name))
        offers.append((label, call.leading_to(command("report", account.name))))
    return faq_parts.named(call.reader, call.workspace, reply.named), offers


def unhelpful(call: Call, asked: Command, *, key: str) -> None:
    """Keep for the admins that the answer of a command of this module did not help, once for each key."""
    if asked.name == TOPIC:
        topic, locale = (word.text for word in asked.words)
        text = answers.find(answers.topics(call.session, call.workspace), topic, locale).question
    else:
        text = " ".join(word.text for word in asked.words)
        at = (call.session, call.workspace, text)
        match = answers.matched(*at, call.reader.locale, answers.account_in(*at))
        topic, locale = match.topic or "", match.locale
    note(call, text, locale, key=key, topic=topic or None, outcome=FaqOutcome.UNHELPFUL)


def note(
    call: Call,
    text: str,
    locale: str,
    *,
    key: str = "",
    topic: str | None = None,
    outcome: FaqOutcome = FaqOutcome.UNANSWERED,
) -> None:
    """Keep a question that found no answer, or none that helped, for the admins; once for each key or, also where
    somebody comes back to it, for each answer."""
    unanswered.note(
        call.session,
        call.workspace,
        key=key or (call.request if call.request.startswith("offer ") else call.pressing(call.here)),
        text=text,
        locale=locale,
        outcome=outcome,
        topic=topic,
        now=call.now(),
    )
