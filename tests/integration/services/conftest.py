"""An MSP with a few clients, and short ways to fill it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session

from bot.services import accounts, users
from bot.services.accounts import Account
from bot.services.billing import peaks, verify
from bot.services.billing.peaks import Report
from bot.services.changes import Change
from bot.services.imports.accounts import import_accounts
from bot.services.imports.outcome import Outcome
from bot.services.imports.users import import_users
from bot.services.workspaces import Workspace
from db.models import USER
from tests.conftest import DrivenClock
from tests.seeds import Seeds


@dataclass
class Msp:
    """A workspace at the time of the test's clock, and what is done to it."""

    session: Session
    workspace: Workspace
    clock: DrivenClock
    folder: Path

    def file(self, *lines: str, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def accounts(self, *lines: str, columns: str = "account,status,at") -> Outcome:
        path = self.file(columns, *lines)
        return import_accounts(self.session, self.workspace, path, actor="t", clock=self.clock)

    def users(self, *lines: str, columns: str = "account,email,status,at", **options: Any) -> Outcome:
        path = self.file(columns, *lines)
        return import_users(self.session, self.workspace, path, actor="t", clock=self.clock, **options)

    def account(self, name: str) -> Account:
        return accounts.find(self.session, self.workspace, name)

    def synced(self, *emails: str) -> None:
        """Mark users as if a sync had brought them."""
        self.session.execute(update(USER).where(USER.c.email_key.in_(emails)).values(synced=True))
        self.session.commit()

    def deactivate(self, *emails: str, actor: str = "t", **more: Any) -> Change:
        return users.deactivate(self.session, self.workspace, emails, actor=actor, clock=self.clock, **more)

    def activate(self, *emails: str, actor: str = "t", **more: Any) -> Change:
        return users.activate(self.session, self.workspace, emails, actor=actor, clock=self.clock, **more)

    def report(self, at: datetime | None = None) -> Report:
        """The report of the period that holds an instant, or of the running one."""
        period = self.workspace.calendar.holding(at or self.clock())
        return peaks.report(self.session, self.workspace, period, self.clock())

    def statuses(self, account: str = "Acme") -> dict[str, str]:
        lines = users.listed(self.session, self.workspace, self.account(account))
        return {(line.email or "–").split("@")[0]: line.status.value for line in lines}

    def verify(self) -> None:
        assert verify.differences(self.session, self.workspace) == []


@pytest.fixture
def msp(session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path, seeds: Seeds) -> Msp:
    """Northwind with Acme (active; Ann and Bob active, Cid inactive) and Blue (on trial; Ann active)."""
    msp = Msp(session, workspace, clock, tmp_path)

    def make() -> None:
        msp.accounts("Acme,active,2026-09-01", "Blue,trial,2026-09-01")
        msp.users(
            "Acme,ann@acme.test,active,2026-09-10",
            "Acme,bob@acme.test,active,2026-09-10",
            "Acme,cid@acme.test,inactive,2026-09-10",
            "Blue,ann@acme.test,active,2026-09-10",
        )

    seeds.fill(session, ("msp", workspace, clock()), make)
    return msp
