"""Refusals and failures, as the person who asked reads them."""

from bot.services.errors import AdminsOnly, Refusal
from bot.views import answer
from bot.views.answer import Answer
from bot.views.texts import Texts


def refused(texts: Texts, refusal: Refusal) -> Answer:
    """What is wrong and what to do."""
    if isinstance(refusal, AdminsOnly):
        said = texts.say(refusal.text, admins=[answer.mention(person) for person in refusal.fields["admins"][:10]])
        return Answer(said, [answer.marked("refusal", said)._resolve()])
    said = answer.clean(texts.refusal(refusal))
    return answer.answer([said], [answer.section("refusal", [said])])


def failed(texts: Texts, id_: str) -> Answer:
    """An apology for what should not have happened; the log has the rest under the id."""
    said = texts.say(
        "Something went wrong here, not on your side, and it is in the log as {id}. "
        "Try again; if it stays so, give that id to whoever runs Seatbot.",
        id=id_,
    )
    return answer.answer([said], [answer.section("failure", [said])])
