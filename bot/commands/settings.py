"""The settings of the workspace."""

from collections.abc import Sequence

from bot.commands.call import Call
from bot.commands.command import command
from bot.commands.words import Word
from bot.services import pricing, workspace_settings
from bot.services.errors import NothingToSet
from bot.services.workspace_settings import Terms
from bot.views.slack import settings as settings_view
from bot.views.slack.answer import Answer

CORRECT = "correct"


def save(call: Call, asked: Sequence[Word]) -> Answer:
    """NAME DAY ZONE LANGUAGE as they were seen, then as they are wanted, then [correct]. A form asks for it."""
    seen, wanted = (terms([word.text for word in asked[at : at + 4]]) for at in (0, 4))
    change = workspace_settings.save(
        call.session,
        call.workspace,
        seen,
        wanted,
        correct=any(word.text == CORRECT for word in asked[8:]),
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    back = call.offer(command("settings", *asked[4:8], *asked[:4], *asked[8:])) if change.id else None
    return settings_view.saved(call.reader, wanted, change, back)


def terms(asked: Sequence[str]) -> Terms:
    """Settings of their words."""
    name, day, zone, locale = asked
    return Terms(name, int(day) if day.isdecimal() and len(day) < 4 else 0, zone, locale)


def prices(call: Call, asked: Sequence[Word]) -> Answer:
    """PRICE CURRENCY RESALE [ACCOUNT], of which those that are not spoken of are empty. A form asks for it."""
    price, currency, resale, account = (word.text or None for word in asked)
    wanted = pricing.wanted(
        call.workspace,
        price=price,
        currency=currency,
        resale=resale,
        account=call.account(account) if account else None,
    )
    if wanted is None:
        raise NothingToSet()
    change = workspace_settings.save_prices(
        call.session, call.workspace, wanted, actor=call.actor, clock=call.clock, request=call.request
    )
    return settings_view.priced(call.reader, change)
