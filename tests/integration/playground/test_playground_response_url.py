"""`response_url` of the local Slack: five posts in thirty minutes, and what each of them does."""

import json
from typing import Any

import pytest

from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, TOM

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
WITH_BUTTON = [
    {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}],
    }
]


@pytest.fixture
def command(slack: LocalSlack, app: Any) -> Any:
    """A command of Grace's that was acknowledged with nothing."""
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    return app.got[0]


def seen(slack: LocalSlack, user_id: str = GRACE.id) -> list[str]:
    return [message.text for message in slack.messages_seen_by(user_id, BILLING.id)]


def pressed(slack: LocalSlack, app: Any, **post: Any) -> Any:
    """A press on a button of a fresh message."""
    app.connect()
    ts = app.web.chat_postMessage(channel=BILLING.id, text="old", blocks=WITH_BUTTON, **post)["ts"]
    slack.press(GRACE.id, ts, "go")
    slack.wait_until_answered()
    return app.got[0]


def test_a_post_is_for_the_asker_unless_it_says_in_channel(slack: LocalSlack, app: Any, command: Any) -> None:
    assert app.respond(command, text="mine") == (200, "ok")
    app.respond(command, text="ours", response_type="in_channel")
    assert seen(slack) == ["mine", "ours"]
    assert seen(slack, TOM.id) == ["ours"]


def test_the_sixth_post_is_refused(slack: LocalSlack, app: Any, command: Any) -> None:
    for number in range(5):
        assert app.respond(command, text=str(number))[0] == 200
    assert app.respond(command, text="six") == (404, '{"ok":false,"error":"used_url"}')
    assert len(seen(slack)) == 5


def test_a_post_after_thirty_minutes_is_refused(slack: LocalSlack, app: Any, command: Any, time: Any) -> None:
    time.pass_(minutes=29, seconds=59)
    assert app.respond(command, text="in time")[0] == 200
    time.pass_(seconds=1)
    assert app.respond(command, text="late") == (404, '{"ok":false,"error":"expired_url"}')


def test_an_address_that_nobody_issued_is_refused(slack: LocalSlack, http: Any) -> None:
    assert http.post("/response/commands/T1/forged", {"text": "x"})[0] == 404


def test_replace_original_replaces_the_pressed_message(slack: LocalSlack, app: Any) -> None:
    press = pressed(slack, app)
    app.respond(press, text="new", replace_original=True)
    assert seen(slack, TOM.id) == ["new"]
    assert slack.messages_seen_by(TOM.id, BILLING.id)[0].blocks == []


def test_replace_original_of_a_command_replaces_its_first_answer(slack: LocalSlack, app: Any, command: Any) -> None:
    app.respond(command, text="working")
    app.respond(command, text="done", replace_original=True)
    assert seen(slack) == ["done"]


def test_delete_original_deletes_the_pressed_message(slack: LocalSlack, app: Any) -> None:
    press = pressed(slack, app)
    app.respond(press, delete_original=True)
    assert seen(slack) == []
    assert app.respond(press, delete_original=True)[0] == 200


def test_invalid_blocks_are_refused_with_the_place(slack: LocalSlack, app: Any, command: Any) -> None:
    status, body = app.respond(command, blocks=[SECTION] * 51)
    assert (status, json.loads(body)["error"]) == (400, "invalid_blocks")
    assert "/blocks" in json.loads(body)["response_metadata"]["messages"][0]
    assert slack.journal()[-1].refused[0] == "invalid_blocks"
    assert seen(slack) == []


def test_a_post_of_nothing_is_refused(app: Any, command: Any) -> None:
    assert app.respond(command) == (400, '{"ok":false,"error":"no_text"}')


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_post_that_is_no_json_object_is_refused(http: Any, command: Any, body: bytes) -> None:
    status, answer = http.post(command.payload["response_url"], body)
    assert (status, json.loads(answer)["error"]) == (400, "invalid_payload")
