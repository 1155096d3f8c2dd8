"""What every test that goes through the app needs."""

import pytest


@pytest.fixture(autouse=True)
def patient_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack has a second to say who somebody is, which the local one may miss while other tests take the processors."""
    monkeypatch.setattr("bot.app.LOOKUP_SECONDS", 30)
