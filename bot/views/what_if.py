"""What a change would do, without making it: in sentences, and both bills with it and without."""

from bot.services.billing.prices import Price
from bot.services.errors import N_, NN_
from bot.services.what_if import Supposed
from bot.views import changes
from bot.views.parts import Part, Table
from bot.views.texts import Texts, shown

PEOPLE = {
    "deactivate": NN_("What if {n} person became inactive?", "What if {n} people became inactive?"),
    "activate": NN_("What if {n} person became active?", "What if {n} people became active?"),
}
STATUSES = {
    "convert": N_("What if {account} became a paying account?"),
    "close": N_("What if {account} were closed?"),
}


def title(texts: Texts, found: Supposed) -> str:
    """What is supposed."""
    change = found.change
    if found.deed in PEOPLE:
        return texts.plural(*PEOPLE[found.deed], len(change.changed) + len(change.unchanged))
    return texts.say(STATUSES[found.deed], account=shown(change.account or "", 40))


def told(texts: Texts, found: Supposed) -> list[Part]:
    """What would come of it."""
    change = found.change
    parts = changes.would(texts, change) if change.id else changes.done(texts, change)
    return [*parts, Part("note", texts.say("This only asks; nothing was changed."))] if change.id else parts


def bills(texts: Texts, found: Supposed) -> Table:
    """Both bills without the change and with it, and where the running one is going."""
    period, before, after = found.effect.period, found.effect.before, found.effect.after
    rows = [
        (texts.say("Running bill so far"), before.peak, after.peak),
        (texts.say("Running bill, if nothing else changes"), found.without.peak, found.having.peak),
        (texts.say("Running bill, estimate by its end"), found.without.estimate, found.having.estimate),
        (texts.say("Next bill, from {day}, begins with", day=period.end_day), before.current, after.current),
    ]
    price = found.workspace.price
    cells = [
        [label, seats(texts, without, price), seats(texts, having, price)]
        for label, without, having in rows
        if without is not None and having is not None
    ]
    return Table([texts.say("Bill"), texts.say("Without it"), texts.say("With it")], cells, numbers=(1, 2))


def seats(texts: Texts, count: int, price: Price | None) -> str:
    """So many users and, with a price, what they cost."""
    number = texts.number(count)
    return f"{number} ({texts.money(price.amount(count), price.currency)})" if price else number


def estimated(texts: Texts, found: Supposed) -> list[Part]:
    """How the estimate comes about, where there is one."""
    if found.without.estimate is None:
        return []
    told = texts.say("The estimate goes on with the course of the last days, the median of their slopes.")
    return [Part("estimate", told, "small")]
