"""An account that was connected with its directory, or the link with which its administrator does so."""

from bot.services.connections import Connected
from bot.services.consents import Invitation
from bot.views import changes, connections
from bot.views.parts import Part
from bot.views.slack import answer
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown


def connected(texts: Texts, done: Connected, preview: str, back: str | None) -> Answer:
    """What a connection means; `preview` stands for a sync that changes nobody, `back` for what was before."""
    parts = connections.told(texts, done)
    blocks = answer.sections([*parts, *changes.number(texts, done.change)])
    buttons = [answer.button("also_0", texts.say("See what a sync would do"), preview, "primary")]
    if back:
        buttons.append(answer.button("open_before", texts.say("Undo"), back))
    return answer.answer(parts, [*blocks, answer.buttons("next", buttons)], change=done.change)


def disconnected(texts: Texts, done: Connected) -> Answer:
    """What a disconnection leaves as it is."""
    parts = connections.told(texts, done)
    blocks = answer.sections([*parts, *changes.number(texts, done.change)])
    return answer.answer(parts, blocks, change=done.change)


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
