"""What can be asked, as suggestions beneath the composer and as a hint."""

from bot.services.errors import N_
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts

PROMPTS = (
    (N_("Why is the bill so high?"), N_("Why is the bill higher than our user count today?")),
    (N_("When does our period end?"), N_("When does our billing period start and end?")),
    (N_("Does it pay off at once?"), N_("If we deactivate users today, does this bill go down?")),
    (N_("Why active again?"), N_("Why is a user active again after we deactivated them?")),
)
"""What stands on a suggestion, and what it asks; Slack shows at most four."""


def title(texts: Texts) -> str:
    """What stands above the suggestions."""
    return texts.say("Ask about the bill, for example:")


def suggested(texts: Texts) -> list[dict[str, str]]:
    """The suggestions as Slack takes them."""
    return [{"title": texts.say(short), "message": texts.say(question)} for short, question in PROMPTS]


def hint(texts: Texts, root: str) -> Answer:
    """What to write beside a mention that asks nothing."""
    said = [
        texts.say("Ask me about the bill in your own words, for example:"),
        *(f"• {texts.say(question)}" for _, question in PROMPTS),
        texts.say("What I can do besides: {root} help", root=root),
    ]
    return answer.answer(said, [answer.section("hint", said)])
