"""What `--json` prints (contracts.md): services' answers as plain documents. Instants are local to the workspace."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.services.accounts import AccountLine
from bot.services.billing.counted import Repeated
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.changes import Change, Effect
from bot.services.deny_list import DenyLine
from bot.services.history import Story
from bot.services.imports.outcome import Outcome
from bot.services.log import Line
from bot.services.people import Person
from bot.services.rhythm import time_text
from bot.services.suggestions import Suggestion
from bot.services.users import UserLine
from bot.services.warnings.lines import WarningLine
from bot.services.workspaces import Workspace

if TYPE_CHECKING:  # they need arrays or YAML, and most documents do not
    from decimal import Decimal

    from bot.services.billing.amounts import Amounts
    from bot.services.billing.billed import Billed
    from bot.services.billing.frozen import Share
    from bot.services.billing.statements import Statement
    from bot.services.billing.verify import Difference, Figures, StatementDifference
    from bot.services.connections import Connected
    from bot.services.consents import Invitation
    from bot.services.digest_rows import Digest
    from bot.services.faq.own import TopicLine
    from bot.services.faq.unanswered import Question
    from bot.services.privacy import Forgotten
    from bot.services.reconciliation import Reconciliation
    from bot.services.sync import Synced
    from bot.services.what_if import Supposed

Document = dict[str, Any]


def local(workspace: Workspace, instant: datetime | None) -> str | None:
    """An instant in ISO 8601 with the offset of the workspace's time zone."""
    return in_zone(workspace.calendar.zone, instant)


def in_zone(zone: ZoneInfo, instant: datetime | None) -> str | None:
    """An instant in ISO 8601 with the offset of a time zone."""
    return None if instant is None else instant.astimezone(zone).isoformat()


def report(found: Report, amounts: "Amounts | None" = None) -> Document:
    """A report; with a price, what the bill comes to, and each account's share of it, as text of decimal numbers."""
    workspace, period = found.workspace, found.period
    return {
        "workspace": workspace.name,
        "timezone": workspace.calendar.zone.key,
        "period": {
            "start": local(workspace, period.start),
            "end": local(workspace, period.end),
            "closed": found.closed,
        },
        "current": found.current,
        "peak": found.peak,
        "peak_at": local(workspace, found.peak_at),
        "sum_of_account_peaks": found.sum_of_account_peaks,
        **(money(found, amounts) if amounts else {}),
        "accounts": [account(workspace, one, amounts) for one in found.accounts],
        "daily": [{"date": day.date.isoformat(), "peak": day.peak, "close": day.close} for day in found.daily],
    }


def account(workspace: Workspace, one: AccountFigures, amounts: "Amounts | None" = None) -> Document:
    return {
        "account": one.name,
        "status": one.status.value,
        "active_users": one.active,
        "current": one.current,
        "peak": one.peak,
        "peak_at": local(workspace, one.peak_at),
        **(share(one.id, amounts) if amounts else {}),
    }


def money(found: Report, amounts: "Amounts") -> Document:
    """What the bill comes to or, of a report on one account, that account's share of it."""
    if found.account or found.absent:
        own = share(found.account.id if found.account else None, amounts)
        return total(amounts) | {"amount": own["cost"], "brings": own["brings"]}
    return total(amounts)


def total(amounts: "Amounts") -> Document:
    """What a bill comes to."""
    return {
        "currency": amounts.price.currency,
        "price": f"{amounts.price.unit(amounts.seats):f}",
        "amount": f"{amounts.total:f}",
        "brings": amount(amounts.brings),
    }


def share(account: int | None, amounts: "Amounts") -> Document:
    """An account's share of the bill, what that costs, and what it brings where a resale price is known."""
    one = amounts.accounts.get(account) if account is not None else None
    if one is None:
        return {"share": 0, "cost": f"{amounts.price.amount(0):f}", "brings": None}
    return {"share": one.share, "cost": f"{one.cost:f}", "brings": amount(one.brings)}


def amount(found: "Decimal | None") -> str | None:
    """An amount of money as text."""
    return None if found is None else f"{found:f}"


def repeated(people: Sequence[Repeated]) -> list[Document]:
    """People who are counted more than once, with the accounts."""
    return [{"email": one.email, "name": one.name, "accounts": list(one.accounts)} for one in people]


def accounts(workspace: Workspace, lines: Sequence[AccountLine]) -> list[Document]:
    return [
        {
            "account": line.name,
            "status": line.status.value,
            "active_users": line.active,
            "current": line.current,
            "domain": line.domain,
            "trial_ends": local(workspace, line.trial_ends),
            "planned": local(workspace, line.planned),
        }
        for line in lines
    ]


def users(workspace: Workspace, lines: Sequence[UserLine]) -> list[Document]:
    return [
        {
            "email": line.email,
            "name": line.name,
            "status": line.status.value,
            "denied": line.denied,
            "source": "sync" if line.synced else "local",
            "since": local(workspace, line.since),
            "cause": line.cause.value,
        }
        for line in lines
    ]


def suggestions(workspace: Workspace, people: Sequence[Suggestion]) -> list[Document]:
    """Who might be kept out, and why; `others` are the accounts that this speaks of."""
    return [
        {
            "account": one.account,
            "email": one.email,
            "name": one.name,
            "source": "sync" if one.synced else "local",
            "why": [why.value for why in one.why],
            "others": list(one.others),
        }
        for one in people
    ]


def why(workspace: Workspace, stories: Sequence[Story]) -> list[Document]:
    return [
        {
            "account": story.person.account,
            "account_status": story.account_status and story.account_status.value,
            "email": story.person.email,
            "name": story.person.name,
            "status": story.standing.status.value,
            "since": local(workspace, story.standing.since),
            "cause": story.standing.cause.value,
            "source": "sync" if story.person.synced else "local",
            "billable": story.billable,
            "denied_by": list(story.denied),
            "next_sync": "activates" if story.comes_back else "deactivates" if story.goes_away else None,
            "bill": {
                "counted": story.bill.counted,
                "peak": story.bill.peak,
                "peak_at": local(workspace, story.bill.peak_at),
                "ends": local(workspace, story.bill.period.end),
            },
            "next_bill": {"counted": story.bill.next_counted},
            "account_events": [
                {
                    "at": local(workspace, event.at),
                    "status": event.status.value,
                    "before": event.before and event.before.value,
                    "cause": event.cause.value,
                    "change": str(event.change),
                    "kind": event.kind.value,
                    "actor": event.actor,
                    "reason": event.reason,
                    "period": local(workspace, event.period.start),
                    "billed": event.billed,
                    "next_billed": event.next_billed,
                }
                for event in story.account_events
            ],
            "events": [
                {
                    "at": local(workspace, event.at),
                    "status": event.status.value,
                    "cause": event.cause.value,
                    "change": str(event.change),
                    "kind": event.kind.value,
                    "actor": event.actor,
                    "reason": event.reason,
                    "period": local(workspace, event.period.start),
                    "billed": event.billed,
                    "next_billed": event.next_billed,
                }
                for event in story.events
            ],
        }
        for story in stories
    ]


def change(workspace: Workspace, done: Change) -> Document:
    """A change to people, a deny list or topics; people are named by their addresses, topics by their ids."""
    return {
        "change": str(done.id) if done.id else None,
        "changed": [person.email for person in done.changed] + touched_topics(done),
        "unchanged": [person.email for person in done.unchanged],
        "left": [person.email for person in done.left],
        "next_sync_activates": [person.email for person in done.comes_back],
        "deny_added": list(done.patterns),
        "deny_known": list(done.known),
        "deny_removed": list(done.removed),
        "takes_back": str(done.takes_back) if done.takes_back else None,
        **({"vanished": names(done.vanished), "emptied": list(done.emptied)} if done.kind == "retract" else {}),
        **effect(workspace, done.effect),
    }


def changed_topics(workspace: Workspace, done: Change) -> Document:
    """A change to topics."""
    return {"change": str(done.id) if done.id else None, "changed": touched_topics(done)}


def touched_topics(done: Change) -> list[str]:
    return sorted({*done.topics, *done.topics_removed})


def names(people: Sequence[Person]) -> list[str | None]:
    return [person.email for person in people]


def forgotten(workspace: Workspace, done: "Forgotten") -> Document:
    """What was blanked, in numbers: no address is named."""
    change = str(done.change) if done.change else None
    return {"change": change, "changed": [], "users": done.users, "deny_entries": done.entries, "texts": done.texts}


def effect(workspace: Workspace, found: Effect | None) -> Document:
    """The running bill (its peak) and the next one (the count it begins with), before and after."""
    if found is None:
        return {}
    return {
        "bill": {"before": found.before.peak, "after": found.after.peak, "ends": local(workspace, found.period.end)},
        "next_bill": {"before": found.before.current, "after": found.after.current},
    }


def supposed(workspace: Workspace, found: "Supposed") -> Document:
    """What a change would do that was not made: both bills with it and without, and the estimate of the running one."""
    change, effect = found.change, found.effect
    before, after, period = effect.before, effect.after, effect.period
    return {
        "what_if": found.deed,
        "account": change.account,
        "changed": names(change.changed),
        "unchanged": names(change.unchanged),
        "next_sync_activates": names(change.comes_back),
        "bill": compared(workspace, before.peak, after.peak) | {"ends": local(workspace, period.end)},
        "next_bill": compared(workspace, before.current, after.current) | {"starts": local(workspace, period.end)},
        "if_nothing_else_changes": compared(workspace, found.without.peak, found.having.peak),
        "estimate": compared(workspace, found.without.estimate, found.having.estimate),
    }


def compared(workspace: Workspace, without: int | None, having: int | None) -> Document:
    """A count of users without a change and with it; with a price, what that costs too."""
    counts, price = {"without": without, "with": having}, workspace.price
    if price is None:
        return counts
    amounts = {
        f"{name}_amount": None if count is None else f"{price.amount(count):f}" for name, count in counts.items()
    }
    return {**counts, **amounts, "currency": price.currency}


def imported(workspace: Workspace, outcome: Outcome) -> Document:
    return {
        "change": str(outcome.change) if outcome.change else None,
        "dry_run": outcome.dry_run,
        "lines": outcome.lines,
        "changed": list(outcome.changed),
        "accounts": [asdict(one) for one in outcome.accounts],
        "updated": outcome.updated,
        "denied": list(outcome.denied),
        "needs_force": [asdict(one) for one in outcome.excesses],
        **effect(workspace, outcome.effect),
    }


def invited(workspace: Workspace, done: "Invitation") -> Document:
    """A link for a client's administrator."""
    return {"account": done.account.name, "url": done.url, "until": local(workspace, done.until)}


def connected(workspace: Workspace, done: "Connected") -> Document:
    """A connection that was made, or the one that was ended."""
    one = done.connection
    return {
        "change": str(done.change) if done.change else None,
        "changed": [],
        "account": one.account.name,
        "source": one.source.value,
        "target": one.target,
        "subject": one.subject,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in asdict(one.options).items()},
        "reviewed": one.reviewed,
        "next_at": local(workspace, one.next_at) if done.kind == "connect" else None,
    }


def syncs(workspace: Workspace, done: Sequence["Synced"]) -> list[Document]:
    return [
        {
            "account": one.account.name,
            "outcome": one.outcome.value,
            "activated": one.figures.activated,
            **asdict(one.figures),
            "reason": str(one.refusal) if one.refusal else None,
        }
        for one in done
    ]


def digests(workspace: Workspace, some: Sequence["Digest"]) -> list[Document]:
    """The digests; `next_at` is null while one is paused, `trouble` is Slack's word for why the last did not arrive."""
    return [
        {
            "id": str(one.id),
            "channel": one.channel.id,
            "name": one.channel.name,
            "every": one.rhythm.every,
            "at": time_text(one.rhythm.minute),
            "timezone": one.rhythm.zone.key,
            "locale": one.locale,
            "accounts": None if one.accounts is None else [account.name for account in one.accounts],
            "paused": one.paused,
            "next_at": None if one.next_at is None else one.next_at.astimezone(one.rhythm.zone).isoformat(),
            "told_to": local(workspace, one.told_to),
            "trouble": one.trouble,
        }
        for one in some
    ]


def changed_digest(workspace: Workspace, done: Change) -> Document:
    """A change to a digest; its id is `digest`."""
    id_ = (done.digest or "").partition(" ")[0] or None
    return {"change": str(done.id) if done.id else None, "changed": [], "digest": id_}


def deny_list(workspace: Workspace, lines: Sequence[DenyLine]) -> list[Document]:
    return [
        {"pattern": line.pattern, "added_at": local(workspace, line.added_at), "added_by": line.added_by}
        for line in lines
    ]


def topics(workspace: Workspace, lines: Sequence["TopicLine"]) -> list[Document]:
    return [
        {
            "topic": line.topic.id,
            "locale": line.topic.locale,
            "question": line.topic.question,
            "answer": line.topic.answer,
            "origin": line.origin.value,
            "phrasings": len(line.topic.phrasings),
        }
        for line in lines
    ]


def warnings(workspace: Workspace, lines: Sequence[WarningLine]) -> list[Document]:
    return [
        {
            "id": line.id,
            "kind": line.kind.value,
            "recipient": line.recipient.id,
            "name": line.recipient.name,
            "threshold": line.threshold,
            "accounts": list(line.accounts) or None,
            "added_at": local(workspace, line.added_at),
            "added_by": line.added_by,
            "muted_until": local(workspace, line.muted_until),
        }
        for line in lines
    ]


def changed_warnings(workspace: Workspace, done: Change) -> Document:
    return {
        "change": str(done.id) if done.id else None,
        "changed": [],
        "warnings": warnings(workspace, done.warnings),
    }


def questions(workspace: Workspace, found: Sequence["Question"]) -> list[Document]:
    return [
        {
            "question": one.text,
            "times": one.times,
            "outcome": one.outcome.value,
            "topic": one.topic,
            "locale": one.locale,
            "at": local(workspace, one.at),
        }
        for one in found
    ]


def log(workspace: Workspace, lines: Sequence[Line]) -> list[Document]:
    return [
        {
            "at": local(workspace, line.at),
            "actor": line.actor,
            "change": str(line.change) if line.change else None,
            "kind": line.kind and line.kind.value,
            "people": line.people,
            "accounts": list(line.accounts),
            "reason": line.reason,
            "source": line.source,
            "takes_back": str(line.takes_back) if line.takes_back else None,
            "taken_back_by": str(line.taken_back_by) if line.taken_back_by else None,
            "takes_back_kind": line.undone and line.undone.value,
            "deny_added": list(line.added),
            "deny_removed": list(line.removed),
            "topics": list(line.topics),
            "topics_removed": list(line.topics_removed),
            "warnings": [one.id for one in line.warnings],
            "refusal": line.refusal,
            "asked": line.asked,
        }
        for line in lines
    ]


def differences(workspace: Workspace, found: Sequence["Difference | StatementDifference"]) -> Document:
    return {"clean": not found, "differences": [difference(workspace, one) for one in found]}


def difference(workspace: Workspace, one: "Difference | StatementDifference") -> Document:
    from bot.services.billing.verify import StatementDifference

    if isinstance(one, StatementDifference):
        return {
            "account": one.account,
            "statement": f"{one.month:%Y-%m}",
            "revision": one.revision,
            "stored": frozen(workspace, one.stored),
            "expected": frozen(workspace, one.expected),
        }
    return {
        "account": one.account,
        "day" if one.account is None else "period": one.day.isoformat(),
        "stored": derived(workspace, one.stored),
        "expected": derived(workspace, one.expected),
    }


def frozen(workspace: Workspace, found: "Share | None") -> Document | None:
    return found and found._asdict() | {"peak_at": local(workspace, found.peak_at)}


def statement(found: "Statement", amounts: "Amounts | None" = None) -> Document:
    """A statement; its instants are local to the time zone of its period. With a price, what it comes to."""
    zone, period = found.zone, found.period
    at = partial(in_zone, zone)
    return {
        "workspace": found.workspace.name,
        "timezone": zone.key,
        "period": {"start": at(period.start), "end": at(period.end), "closed": True},
        "reference": found.reference,
        "revision": found.revision,
        "created_at": at(found.created_at),
        "peak": found.peak,
        "peak_at": at(found.peak_at),
        "sum_of_account_peaks": found.sum_of_account_peaks,
        **(total(amounts) if amounts else {}),
        "accounts": [
            {
                "account": line.name,
                "peak": line.peak,
                "peak_at": at(line.peak_at),
                "share": line.share,
                **(share(line.id, amounts) if amounts else {}),
            }
            for line in found.lines
        ],
        "difference": found.difference
        and {
            "peak": found.difference.peak,
            "accounts": [asdict(one) for one in found.difference.accounts],
            "because": [
                {"change": str(one.id), "kind": one.kind.value, "actor": one.actor, "at": at(one.at)}
                for one in found.difference.because
            ],
        },
        "revisions": [
            {"revision": one.number, "created_at": at(one.created_at), "peak": one.peak} for one in found.revisions
        ],
    }


def reconciliation(found: "Reconciliation", reply: str) -> Document:
    """An invoice beside a statement, with the reply to the distributor; instants are local to the statement's zone."""
    at, statement, given = partial(in_zone, found.statement.zone), found.statement, found.given
    return {
        "workspace": statement.workspace.name,
        "period": {"start": at(statement.period.start), "end": at(statement.period.end), "closed": True},
        "reference": statement.reference,
        "revision": statement.revision,
        "reconciliation": str(found.id),
        "agreed": found.agreed,
        "given": {"count": given.count, "amount": amount(given.amount), "customers": given.customers},
        "peak": statement.peak,
        "invoiced": found.theirs,
        "difference": None if found.theirs is None else found.theirs - statement.peak,
        "expected": amount(found.expected),
        "currency": found.currency,
        "explanations": [
            {"reason": one.reason.value, "count": one.count, "revision": one.revision} for one in found.explanations
        ],
        "accounts": [
            {
                "account": one.name,
                "known": one.id is not None,
                "share": one.share,
                "listed": one.listed,
                "difference": one.difference,
                "reasons": [reason.value for reason in one.reasons],
            }
            for one in found.accounts
        ],
        "changes": [
            {
                "account": one.account,
                "at": at(one.at),
                "difference": one.by,
                "because": [{"change": str(made.id), "kind": made.kind.value} for made in one.changes],
                "people": [{"account": account, "email": email, "name": name} for account, email, name in one.people],
            }
            for one in found.moves
        ],
        "reply": reply,
    }


def billed(one: "Billed") -> Document:
    """A person of a statement."""
    return {"account": one.account, "number": one.number, "email": one.email, "name": one.name}


def derived(workspace: Workspace, figures: "Figures | None") -> Document | None:
    if figures is None:
        return None
    return asdict(figures) | {"peak_at": local(workspace, figures.peak_at), "status": figures.status}


BILLED_COLUMNS = ("account", "number", "email", "name")
REPEATED_COLUMNS = ("email", "name", "account")
ACCOUNT_COLUMNS = ("account", "status", "active_users", "current", "peak", "peak_at")
AMOUNT_COLUMNS = ("share", "cost", "brings", "currency")
"""With a price, these follow those of the accounts."""
