"""Warnings over a small MSP, looked at by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from bot.services.billing import ledger
from bot.services.recipients import Recipient
from bot.services.warnings import kinds, standing, watch
from bot.services.warnings.lines import WarningLine
from bot.services.warnings.watch import Warned
from db.models import WarningKind
from tests.integration.services.conftest import Msp

BILLING = Recipient("C0BILLING1", "#billing")
Warn = Callable[..., WarningLine]
Look = Callable[[], list[Warned]]


@pytest.fixture
def warn(msp: Msp) -> Warn:
    """Adds a warning to a channel."""

    def warn(kind: WarningKind, threshold: int | None = None, *accounts: str, to: Recipient = BILLING) -> WarningLine:
        options: dict[str, Any] = {"accounts": [msp.account(name) for name in accounts], "actor": "t"}
        wanted = kinds.DEFAULTS[kind] if threshold is None else threshold
        done = standing.add(msp.session, msp.workspace, kind, to, threshold=wanted, clock=msp.clock, **options)
        return done.warnings[0]

    return warn


@pytest.fixture
def look(msp: Msp, store: Any) -> Look:
    """What the warnings tell now."""

    def look() -> list[Warned]:
        with Session(store.engine) as session, ledger.locked(session, msp.workspace) as last:
            return watch.look(session, msp.workspace, last, msp.clock())

    return look
