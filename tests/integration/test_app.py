"""The app around the commands: failures, strangers' teams, stopping, proxies."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError
from sqlalchemy import event, text
from structlog.testing import capture_logs

from bot.app import connect, create_app
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND
from bot.services import workspaces
from bot.services.errors import MissingToken
from bot.services.workspaces import Workspace
from bot.settings import Settings
from tests.conftest import DrivenClock, Store


def settings_for(url: str = "http://127.0.0.1:9", **more: str) -> Settings:
    given = {"SLACK_BOT_TOKEN": NORTHWIND.bot_token, "SLACK_APP_TOKEN": NORTHWIND.app_token} | more
    return Settings(_env_file=None, SLACK_API_URL=f"{url}/api/", **given)


@contextmanager
def connected(store: Store, clock: DrivenClock) -> Iterator[tuple[LocalSlack, App]]:
    slack = LocalSlack(clock)
    with running(slack) as server:
        settings = settings_for(server.url)
        app = create_app(settings, store.engine, clock)
        connection = connect(app, settings)
        try:
            slack.wait_until_connected()
            yield slack, app
        finally:
            connection.close()


@pytest.fixture
def bound(store: Store, workspace: Workspace) -> Workspace:
    return workspaces.bind_team(store.session(), workspace, NORTHWIND.id)


def ask(slack: LocalSlack, person: str, words: str) -> str:
    envelope = slack.command(person, BILLING.id, words)
    slack.wait_until_answered()
    answer = slack.answers(envelope)[0]
    assert answer is not None
    return str(answer["text"])


def test_building_the_app_asks_nothing_of_slack_or_the_database(store: Store, clock: DrivenClock) -> None:
    store.engine.dispose()
    create_app(settings_for(), store.engine, clock)


@pytest.mark.parametrize("missing", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_a_missing_token_is_named(store: Store, clock: DrivenClock, missing: str) -> None:
    settings = settings_for().model_copy(update={missing.lower(): None})
    with pytest.raises(MissingToken, match=missing):
        connect(create_app(settings, store.engine, clock), settings)


def test_a_wrong_app_token_is_refused_by_slack(store: Store, clock: DrivenClock) -> None:
    with running(LocalSlack(clock)) as server:
        settings = settings_for(server.url, SLACK_APP_TOKEN="xapp-wrong")
        with pytest.raises(SlackApiError, match="invalid_auth"):
            connect(create_app(settings, store.engine, clock), settings)


def test_a_team_without_a_workspace_is_told_how_to_set_it_up(
    store: Store, workspace: Workspace, clock: DrivenClock
) -> None:
    with connected(store, clock) as (slack, _):
        assert f"--slack-team {NORTHWIND.id}" in ask(slack, GRACE.id, "report")


def test_a_failure_is_told_with_an_id_that_the_log_has_with_the_traceback(
    store: Store, bound: Workspace, clock: DrivenClock
) -> None:
    with connected(store, clock) as (slack, _), store.engine.connect() as connection:
        connection.execute(text("ALTER TABLE account RENAME TO gone"))
        connection.commit()
        try:
            with capture_logs() as logs:
                said = ask(slack, CAMILLE.id, "report")
        finally:
            connection.execute(text("ALTER TABLE gone RENAME TO account"))
            connection.commit()
    [entry] = [entry for entry in logs if entry["event"] == "request failed"]
    assert said.startswith("Une erreur s’est produite de notre côté")
    assert entry["id"] in said
    assert entry["exc_info"].__traceback__


def test_a_database_that_cannot_be_used_is_told_as_such(bound: Workspace, store: Store, clock: DrivenClock) -> None:
    with connected(store, clock) as (slack, _), capture_logs() as logs:
        if store.engine.dialect.name == "postgresql":
            pytest.skip("a file is what can be taken away from under SQLite")
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
        said = ask(slack, GRACE.id, "deactivate ann@acme.example")
    assert said == "The database cannot be written. Check who owns the file and its folder."
    assert [entry["refusal"] for entry in logs if "refusal" in entry] == ["StoreReadOnly"]


def test_what_is_under_way_when_the_bot_stops_is_finished_and_acknowledged(
    store: Store, bound: Workspace, clock: DrivenClock
) -> None:
    slack, started, go_on = LocalSlack(clock), Event(), Event()
    with running(slack) as server:
        settings = settings_for(server.url)
        app = create_app(settings, store.engine, clock)

        @app.use
        def hold(next):  # type: ignore[no-untyped-def]  # noqa: A002 - Bolt's name
            started.set()
            go_on.wait(5)
            next()

        connection = connect(app, settings)
        slack.wait_until_connected()
        envelope = slack.command(GRACE.id, BILLING.id, "help")
        assert started.wait(5)
        closing = Thread(target=connection.close)
        closing.start()
        go_on.set()
        closing.join(5)
        slack.wait_for(lambda: slack.connections == 0)
        [answer] = slack.answers(envelope)
        assert answer is not None
        assert "What you can ask" in answer["text"]


def test_a_connection_that_slack_ends_comes_back(store: Store, bound: Workspace, clock: DrivenClock) -> None:
    with connected(store, clock) as (slack, _):
        slack.disconnect()
        slack.wait_until_connected()
        assert "What you can ask" in ask(slack, GRACE.id, "help")


def test_proxies_of_the_environment_do_not_stand_between_the_bot_and_its_own_machine(
    store: Store, bound: Workspace, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.org")
    with connected(store, clock) as (slack, _):
        assert "Ce que vous pouvez demander" in ask(slack, CAMILLE.id, "aide")
