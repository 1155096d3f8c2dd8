"""What `seatbot serve` logs while people are talked of and things go wrong: no secret, and nobody's address."""

import json
import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import make_url, text

from bot.playground.team import BILLING, GRACE, NORTHWIND, TOM
from tests.e2e.serve.conftest import SECRET, Scene, Serving

PASSWORD = "hush-hush-hush"  # noqa: S105 - of nothing
COMMANDS = (
    "deactivate ann@acme.example",
    "deactivate <mailto:bob@acme.example|bob@acme.example> because cid@acme.example said so",
    "deactivate nobody@acme.example",
    "deny add Acme *@acme.example",
    "nonsense about ann@acme.example",
    "report",
)


def clean(serving: Serving, *more: str) -> None:
    """Nothing in the log that nobody may read there, and every line of it is JSON."""
    whole = "".join(serving.lines)
    assert "@" not in whole.replace("[hidden]@", ""), re.findall(r".{80}@.{20}", whole)
    for secret in (SECRET, NORTHWIND.bot_token, NORTHWIND.app_token, PASSWORD, "/response/commands/T", *more):
        assert secret not in whole
    for line in serving.lines:
        assert not line or json.loads(line)["event"]


def test_commands_about_people_by_socket_mode(scene: Scene) -> None:
    with scene.serving() as serving:
        serving.logged("connected")
        for person in (GRACE, TOM):
            for words in COMMANDS:
                scene.slack.command(person.id, BILLING.id, words)
        scene.slack.wait_until_answered(20)
        scene.slack.disconnect()
        serving.logged("reconnected")
        serving.tell()
        assert serving.ended() == 0
    clean(serving, "ticket=")
    assert scene.changes()


def test_commands_about_people_by_http_and_requests_that_are_forged(scene: Scene) -> None:
    with scene.by_http() as serving:
        for number, words in enumerate(COMMANDS):
            serving.command(GRACE, words, f"1.1.{number}", f"{scene.slack.url}/response/commands/T/{number}")
        body = urlencode({"command": "/seats", "text": "deactivate ann@acme.example", "token": SECRET}).encode()
        assert serving.post(body, secret="wrong")[0] == 401
        assert serving.post(b'{"ann@acme.example"')[0] == 400
        unknown = {
            "type": "view_submission",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "view": {"a": "ann@acme.example"},
        }
        assert serving.post(json.dumps(unknown).encode())[0] == 200
        serving.tell()
        assert serving.ended() == 0
    clean(serving)


def test_a_failure_of_ours(scene: Scene) -> None:
    """The error names the row, with the address in it, and the address of the answer is dead too."""
    with scene.by_http() as serving:
        serving.logged("listening")
        trigger = (
            "CREATE TRIGGER broken BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no: ann@acme.example'); END"
            if scene.store.engine.dialect.name == "sqlite"
            else "ALTER TABLE ledger ADD CONSTRAINT broken CHECK (id < 0) NOT VALID"
        )
        with scene.store.engine.begin() as connection:
            connection.execute(text(trigger))
        try:
            said = serving.command(
                GRACE, "deactivate ann@acme.example", response_url="http://127.0.0.1:1/response/commands/T"
            )
            entry = serving.logged("request failed")
        finally:
            with scene.store.engine.begin() as connection:
                drop = "DROP TRIGGER broken" if "TRIGGER" in trigger else "ALTER TABLE ledger DROP CONSTRAINT broken"
                connection.execute(text(drop))
        serving.tell()
        assert serving.ended() == 0
    assert entry["id"] in said["text"]
    assert "Traceback" in entry["exception"]
    clean(serving)
    assert scene.changes() == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_with_its_password(scene: Scene) -> None:
    with scene.store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        role = f"seatbot_{make_url(scene.store.url).database}"
        connection.execute(text(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{PASSWORD}'"))
        try:
            scene.store.url = (
                make_url(scene.store.url).set(username=role, password=PASSWORD).render_as_string(hide_password=False)
            )
            with scene.by_http() as serving:
                assert "ann@acme.example" in serving.command(GRACE, "deactivate ann@acme.example")["text"]
                connection.execute(text(f"ALTER ROLE {role} NOLOGIN"))
                gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role"
                connection.execute(text(gone), {"role": role})
                said = serving.command(GRACE, "deactivate bob@acme.example", "1.1.b")
                assert serving.get("/readyz")[0] == 503
                assert serving.get("/healthz")[0] == 200
                connection.execute(text(f"ALTER ROLE {role} LOGIN"))
                assert serving.get("/readyz")[0] == 200
                assert "bob@acme.example" in serving.command(GRACE, "deactivate bob@acme.example", "1.1.c")["text"]
                serving.tell()
                assert serving.ended() == 0
        finally:
            connection.execute(text(f"DROP ROLE {role}"))
    assert "cannot be reached" in said["text"]
    assert serving.logged("database trouble")["refusal"] == "StoreUnreachable"
    clean(serving)


def test_slack_that_refuses_us(scene: Scene) -> None:
    """A token that is revoked while we run: nobody can be looked up any more."""
    with scene.by_http() as serving:
        serving.logged("listening")
        scene.slack.people.clear()
        serving.command(GRACE, "deactivate ann@acme.example")
        serving.tell()
        assert serving.ended() == 0
    assert serving.logged("Slack does not tell about people")
    clean(serving)
    assert scene.changes() == []
