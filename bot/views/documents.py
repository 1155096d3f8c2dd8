"""What `--json` prints (contracts.md): services' answers as plain documents. Instants are local to the workspace."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.services.accounts import AccountLine
from bot.services.billing.peaks import AccountFigures, Report
from bot.services.changes import Change, Effect
from bot.services.deny_list import DenyLine
from bot.services.history import Story
from bot.services.imports.outcome import Outcome
from bot.services.log import Line
from bot.services.users import UserLine
from bot.services.workspaces import Workspace

Document = dict[str, Any]


def local(workspace: Workspace, instant: datetime | None) -> str | None:
    """An instant in ISO 8601 with the offset of the workspace's time zone."""
    return None if instant is None else instant.astimezone(workspace.calendar.zone).isoformat()


def report(found: Report) -> Document:
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
        "accounts": [account(workspace, one) for one in found.accounts],
        "daily": [{"date": day.date.isoformat(), "peak": day.peak, "close": day.close} for day in found.daily],
    }


def account(workspace: Workspace, one: AccountFigures) -> Document:
    return {
        "account": one.name,
        "status": one.status.value,
        "active_users": one.active,
        "current": one.current,
        "peak": one.peak,
        "peak_at": local(workspace, one.peak_at),
    }


def accounts(workspace: Workspace, lines: Sequence[AccountLine]) -> list[Document]:
    return [
        {
            "account": line.name,
            "status": line.status.value,
            "active_users": line.active,
            "current": line.current,
            "domain": line.domain,
            "trial_ends": local(workspace, line.trial_ends),
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
    """A change to people or to a deny list; people are named by their addresses."""
    return {
        "change": str(done.id) if done.id else None,
        "changed": [person.email for person in done.changed],
        "unchanged": [person.email for person in done.unchanged],
        "left": [person.email for person in done.left],
        "next_sync_activates": [person.email for person in done.comes_back],
        "deny_added": list(done.patterns),
        "deny_removed": list(done.removed),
        "takes_back": str(done.takes_back) if done.takes_back else None,
        **effect(workspace, done.effect),
    }


def effect(workspace: Workspace, found: Effect | None) -> Document:
    """The running bill (its peak) and the next one (the count it begins with), before and after."""
    if found is None:
        return {}
    return {
        "bill": {"before": found.before.peak, "after": found.after.peak, "ends": local(workspace, found.period.end)},
        "next_bill": {"before": found.before.current, "after": found.after.current},
    }


def imported(workspace: Workspace, outcome: Outcome) -> Document:
    return {
        "change": str(outcome.change) if outcome.change else None,
        "dry_run": outcome.dry_run,
        "lines": outcome.lines,
        "changed": list(outcome.changed),
        "accounts": [asdict(one) for one in outcome.accounts],
        **effect(workspace, outcome.effect),
    }


def deny_list(workspace: Workspace, lines: Sequence[DenyLine]) -> list[Document]:
    return [
        {"pattern": line.pattern, "added_at": local(workspace, line.added_at), "added_by": line.added_by}
        for line in lines
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
            "refusal": line.refusal,
            "asked": line.asked,
        }
        for line in lines
    ]


ACCOUNT_COLUMNS = ("account", "status", "active_users", "current", "peak", "peak_at")
