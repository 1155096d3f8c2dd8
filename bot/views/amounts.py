"""Money and the course of a period, in sentences: what the bill comes to, and what it will."""

from bot.services.billing.amounts import Amounts
from bot.services.billing.course import Course
from bot.services.billing.peaks import Report
from bot.services.billing.statements import Statement
from bot.views.texts import Texts


def bill(texts: Texts, report: Report, amounts: Amounts | None) -> list[str]:
    """What a bill comes to, and what the clients bring; of a report on one account, what that costs and brings."""
    if amounts is None:
        return []
    if report.account or report.absent:
        return of_account(texts, report, amounts)
    return paid(texts, amounts, closed=report.closed)


def stated(texts: Texts, found: Statement, amounts: Amounts | None) -> list[str]:
    """As `bill`, of a statement; says so where it was frozen without a price."""
    if amounts is None:
        return []
    said = paid(texts, amounts, closed=True)
    if said and found.price is None:
        said.append(texts.say("These are today’s prices: none was set when this revision was frozen."))
    return said


def paid(texts: Texts, amounts: Amounts, *, closed: bool) -> list[str]:
    """What a bill comes to, and what the clients bring; nothing where it is for nobody."""
    if not amounts.seats:
        return []
    currency = amounts.price.currency
    unit, total = amounts.price.unit(amounts.seats), texts.money(amounts.total, currency)
    fields = {"unit": texts.money(unit, currency), "amount": total}
    if closed:
        said = [texts.say("At {unit} a user, the bill is {amount}.", **fields)]
    else:
        said = [texts.say("At {unit} a user, the bill so far is {amount}.", **fields)]
    if amounts.brings is not None:
        resold = texts.money(amounts.brings, currency)
        said.append(texts.say("At your resale prices, the same users bring {amount}.", amount=resold))
    return said


def of_account(texts: Texts, report: Report, amounts: Amounts) -> list[str]:
    """What one account costs and brings."""
    one = amounts.accounts.get(report.account.id) if report.account else None
    if one is None:
        return []
    currency = amounts.price.currency
    said = [
        texts.plural(
            "Its share of the bill is {n} user, those at the peak of all accounts: {amount}.",
            "Its share of the bill is {n} users, those at the peak of all accounts: {amount}.",
            one.share,
            amount=texts.money(one.cost, currency),
        )
    ]
    if one.brings is not None:
        said.append(texts.say("At its resale price, they bring {amount}.", amount=texts.money(one.brings, currency)))
    return said


def ahead(texts: Texts, report: Report, course: Course | None, amounts: Amounts | None) -> list[str]:
    """What a running period comes to by its end: if nothing changes, and by an estimate."""
    if course is None:
        return []
    if report.account:
        said = [texts.say("If nothing changes, its peak will be {peak}.", peak=course.peak)]
        if course.estimate is not None:
            said.append(
                texts.say(
                    "Estimate, on the course of the last days: a peak of about {peak} by the end of the period.",
                    peak=course.estimate,
                )
            )
        return said
    fields = {"peak": counted(texts, course.peak, amounts)}
    said = [texts.say("If nothing changes, the bill will be for {peak}.", **fields)]
    if (told := estimate(texts, course, amounts)) is not None:
        said.append(told)
    return said


def estimate(texts: Texts, course: Course, amounts: Amounts | None) -> str | None:
    """The estimate of the bill, named as one; None where there are too few days for it."""
    if course.estimate is None:
        return None
    peak = counted(texts, course.estimate, amounts)
    return texts.say("Estimate, on the course of the last days: about {peak} by the end of the period.", peak=peak)


def counted(texts: Texts, seats: int, amounts: Amounts | None) -> str:
    """So many users and, with a price, what they cost."""
    if amounts is None:
        return texts.plural("{n} user", "{n} users", seats)
    amount = texts.money(amounts.price.amount(seats), amounts.price.currency)
    return texts.plural("{n} user ({amount})", "{n} users ({amount})", seats, amount=amount)
