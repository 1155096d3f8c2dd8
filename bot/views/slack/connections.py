"""An account that was connected with its directory, or the link with which its administrator does so."""

from bot.services.connections import Connected
from bot.services.consents import Invitation
from bot.views import changes, connections
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown


def connected(texts: Texts, done: Connected, preview: str) -> Answer:
    """What a connection means; `preview` stands for a sync that changes nobody."""
    parts = connections.told(texts, done)
    blocks = answer.sections([*parts, *changes.number(texts, done.change)])
    see = answer.button("also_0", texts.say("See what a sync would do"), preview, "primary")
    return answer.answer(parts, [*blocks, answer.buttons("next", [see])], change=done.change)


def invited(texts: Texts, done: Invitation) -> Answer:
    """The link for a client's administrator, and what is to be known of it."""
    parts = [
        Part(
            "invited",
            texts.say(
                "Send this link to an administrator of {account}: whoever opens it connects their own tenant.",
                account=shown(done.account.name),
            ),
        ),
        Part("link", done.url),
        Part("until", texts.say("It works once, until {at}. “seatbot serve --http” must run for that.", at=done.until)),
    ]
    return answer.answer(parts, answer.sections(parts))
