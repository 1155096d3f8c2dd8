"""What a digest tells: the bill, what changed since the last one, and what needs a decision."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services import attention, news
from bot.services.attention import Attention
from bot.services.billing import amounts, ledger, peaks
from bot.services.billing.amounts import Amounts
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.billing.periods import Period
from bot.services.digest_rows import Digest
from bot.services.news import News
from bot.services.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class Content:
    """What a digest tells at `at` (UTC), of every change up to `change`.

    `report` is of the running period or, of a digest that comes after a period's end, of the one that is just over;
    `following` is the period after it, which begins with `next_count`, as far as it is known. `accounts` are the
    figures of those that it is about.
    """

    digest: Digest
    at: datetime
    change: int
    report: Report
    following: Period
    next_count: int
    accounts: tuple[AccountFigures, ...]
    amounts: Amounts | None
    """What the report's bill comes to, where a price is known."""
    news: News
    attention: Attention

    @property
    def is_of_several(self) -> bool:
        """Whether it is about some accounts of all, which have no peak of their own."""
        return self.digest.accounts is not None and self.report.account is None


def content(session: Session, workspace: Workspace, digest: Digest, now: datetime) -> Content:
    """What a digest tells at `now`."""
    change = ledger.latest_change(session, workspace)  # first, so that nothing later is taken for told
    running = workspace.calendar.holding(now)
    is_after = digest.rhythm.every == "period-end"
    period = workspace.calendar.before(running) if is_after else running
    only = digest.accounts
    one = only[0].id if only is not None and len(only) == 1 else None
    report = peaks.report(session, workspace, period, now, one)
    ids = None if only is None else {account.id for account in only}
    return Content(
        digest,
        now,
        change,
        report,
        workspace.calendar.after(period),
        report.current if ids is None else sum(found.current for found in report.accounts if found.id in ids),
        tuple(found for found in report.accounts if ids is None or found.id in ids),
        amounts.of_report(session, report),
        news.news(session, workspace, report, digest.told_to, digest.told_change, change, only),
        attention.attention(session, workspace, now, only),
    )
