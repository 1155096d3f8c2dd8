"""The form for a warning to a channel or a person."""

from bot.services.errors import N_
from bot.services.warnings.kinds import DAYS, DEFAULTS
from bot.views.slack import fields, modal
from bot.views.slack.modal import View
from bot.views.texts import Texts

NAME = "warning"
KINDS = {
    "jump": N_("More people are counted within a day"),
    "peak": N_("The running period has a new peak"),
    "trial": N_("A trial is about to end"),
    "period-end": N_("The billing period is about to end"),
    "sync": N_("A sync fails, waits for an admin or stays away"),
    "reactivated": N_("A sync sets people active again who were set inactive by hand"),
}
LONGEST_THRESHOLD = 7


def form(texts: Texts) -> View:
    """Of what, to whom, from how many people or days on, about which accounts."""
    kinds = [(kind, texts.say(told)) for kind, told in KINDS.items()]
    usual = {kind.value: usually(texts, kind in DAYS, n) for kind, n in DEFAULTS.items()}
    blocks = [
        fields.radio("kind", texts.say("Warn when"), kinds, told=usual),
        fields.channel(texts, "channel", texts.say("Channel"), texts.say("Seatbot must be in it."), optional=True),
        fields.member(texts, "person", texts.say("Or a person"), texts.say("They get a direct message.")),
        fields.text(
            "threshold",
            texts.say("From how many people or days on"),
            texts.say("Leave it empty for the usual number."),
            longest=LONGEST_THRESHOLD,
            optional=True,
        ),
        fields.accounts(texts, "accounts", texts.say("Accounts"), texts.say("Leave it empty for all accounts.")),
    ]
    return modal.form(texts, NAME, texts.say("Add a warning"), blocks, submit=texts.say("Add"))


def usually(texts: Texts, in_days: bool, n: int) -> str:
    """The threshold that a kind has where nobody says another one."""
    if in_days:
        return texts.plural("Usually with {n} day", "Usually with {n} days", n)
    return texts.plural("Usually from {n} person on", "Usually from {n} people on", n)
