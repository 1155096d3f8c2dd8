"""The form that checks the distributor's invoice against a statement."""

from bot.commands import reconcile
from bot.commands.call import Call
from bot.commands.command import Command, command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.services.errors import (
    N_,
    BadAmount,
    BadCount,
    BadCurrency,
    EmptyText,
    Faults,
    NoPrice,
    NothingToReconcile,
    PeriodRuns,
    UnknownPeriod,
)
from bot.views.slack import reconcile_form
from bot.views.slack.modal import View

MONTHS = 12
"""So many periods that are over can be chosen."""
PLACES = dict.fromkeys((PeriodRuns, UnknownPeriod), "period") | dict.fromkeys(
    (BadAmount, BadCount, BadCurrency, NoPrice), "figure"
)


def show(call: Call, value: str) -> View:
    """The form, with the latest periods that are over."""
    calendar = call.workspace.calendar
    period, periods = calendar.holding(call.now()), []
    for _ in range(MONTHS):
        period = calendar.before(period)
        periods.append((f"{period.first_day:%Y-%m}", period))
    return reconcile_form.form(call.reader, periods)


def meant(call: Call, filled: Filled) -> Command:
    """`reconcile`, of a figure or of the file. Raises BadFields."""
    period, figure, has_file = filled.option("period"), filled.text("figure"), filled.has_file("file")
    if not period:
        raise BadFields({"period": EmptyText()})
    if bool(figure) == has_file:
        raise BadFields({"file" if has_file else "figure": NothingToReconcile()})
    return command(reconcile.CHOSEN, period, figure, filled.file("file") if has_file else "")


FORM = Form(reconcile_form.NAME, N_("Check an invoice"), show, meant, "figure", PLACES | {Faults: "file"})
