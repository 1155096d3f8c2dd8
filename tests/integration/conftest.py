"""What every test that goes through the app needs, and what those need that kill it."""

from functools import partial

import pytest

from tests import crash_points
from tests.crash_points import Chosen


@pytest.fixture(autouse=True)
def patient_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack has a second to say who somebody is, which the local one may miss while other tests take the processors."""
    monkeypatch.setattr("bot.app.LOOKUP_SECONDS", 30)


@pytest.fixture
def chosen(request: pytest.FixtureRequest) -> Chosen:
    """Which of an operation's points are tried."""
    return partial(crash_points.chosen, every=request.config.getoption("every_point"))
