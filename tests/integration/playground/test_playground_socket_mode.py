"""Socket Mode of the local Slack, spoken by the real client: commands, buttons, redelivery, the three seconds."""

import json
import threading
from typing import Any

import pytest
import websocket

from bot.playground.messages import Kind
from bot.playground.slack import LocalSlack, NoSuchButtonError
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM
from bot.playground.wire import SlackError

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Undo"}, "action_id": "undo", "value": "42"}
WITH_BUTTON = [SECTION, {"type": "actions", "block_id": "b", "elements": [BUTTON]}]


def seen(slack: LocalSlack, user_id: str = GRACE.id) -> list[str]:
    return [message.text for message in slack.messages_seen_by(user_id, BILLING.id)]


def test_a_slash_command_reaches_the_app_as_slack_sends_it(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.command(CAMILLE.id, BILLING.id, "report acme")
    slack.wait_until_answered()
    (request,) = app.got
    payload = dict(request.payload)
    assert request.type == "slash_commands"
    assert payload.pop("response_url").startswith(f"{slack.url}/response/commands/{slack.team.id}/")
    assert payload.pop("trigger_id")
    assert payload == {
        "token": slack.team.verification_token,
        "team_id": slack.team.id,
        "team_domain": "northwind-msp",
        "channel_id": BILLING.id,
        "channel_name": "billing",
        "user_id": CAMILLE.id,
        "user_name": "camille",
        "command": "/seats",
        "text": "report acme",
        "api_app_id": slack.team.app_id,
        "is_enterprise_install": "false",
    }


def test_an_answer_in_the_acknowledgement_is_for_the_asker_only(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: {"text": "812"}
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    assert seen(slack) == ["812"]
    assert seen(slack, TOM.id) == []


def test_an_answer_in_channel_is_for_everybody(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: {"text": "812", "response_type": "in_channel"}
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    assert seen(slack, TOM.id) == ["812"]


def test_a_typed_command_is_shown_to_its_asker_and_escaped_for_the_app(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.say(GRACE.id, BILLING.id, "  /seats deactivate ann@acme.example because <b>")
    slack.wait_until_answered()
    assert app.got[0].payload["text"] == "deactivate <mailto:ann@acme.example|ann@acme.example> because &lt;b&gt;"
    assert [message.kind for message in slack.conversation(GRACE.id, BILLING.id)] == [Kind.TYPED]
    assert slack.conversation(TOM.id, BILLING.id) == []


@pytest.mark.parametrize("text", ["hello", "/seatsreport", "/other", "see /seats"])
def test_what_does_not_begin_with_the_command_is_a_message_and_no_envelope(
    slack: LocalSlack, app: Any, text: str
) -> None:
    app.connect()
    slack.say(GRACE.id, BILLING.id, text)
    assert seen(slack, TOM.id) == [text]
    assert app.got == []


def test_an_answer_with_invalid_blocks_is_refused_and_the_asker_sees_why(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: {"text": "x", "blocks": [{"type": "hologram"}]}
    app.connect()
    slack.command(CAMILLE.id, BILLING.id, "report")
    slack.wait_until_answered()
    (told,) = slack.messages_seen_by(CAMILLE.id, BILLING.id)
    assert (told.kind, told.error) == (Kind.NOTICE, "invalid_blocks")
    assert "a refusé" in told.text
    assert "hologram" in told.text
    assert slack.journal()[-1].refused[0] == "invalid_blocks"


def test_after_three_seconds_the_asker_is_told_and_a_late_answer_shows_nothing(
    slack: LocalSlack, app: Any, time: Any
) -> None:
    app.answer = lambda _: None
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    app.wait_for_requests(1)
    time.pass_(seconds=2.9)
    slack.expire()
    assert seen(slack) == []
    time.pass_(seconds=0.1)
    slack.wait_until_answered()
    (told,) = slack.messages_seen_by(GRACE.id, BILLING.id)
    assert (told.error, told.text) == ("operation_timeout", "/seats failed because the app did not respond.")
    app.acknowledge(app.got[0], {"text": "late"})
    slack.wait_for(lambda: slack.journal()[-1].kind == "acknowledgement", "the late answer")
    assert slack.journal()[-1].refused == ("operation_timeout",)
    assert len(seen(slack)) == 1


def test_without_an_app_the_asker_is_told_that_nobody_is_there(slack: LocalSlack, time: Any) -> None:
    slack.command(GRACE.id, BILLING.id, "report")
    time.pass_(seconds=3)
    slack.wait_until_answered()
    assert slack.messages_seen_by(GRACE.id, BILLING.id)[0].error == "dispatch_failed"


def test_a_command_that_nobody_took_is_not_kept_for_an_app_that_comes_later(
    slack: LocalSlack, app: Any, time: Any
) -> None:
    slack.command(GRACE.id, BILLING.id, "report")
    time.pass_(seconds=3)
    slack.wait_until_answered()
    app.connect()
    slack.command(GRACE.id, BILLING.id, "help")
    slack.wait_until_answered()
    assert [request.payload["text"] for request in app.got] == ["help"]


def test_an_app_that_comes_within_the_three_seconds_gets_the_command(slack: LocalSlack, app: Any) -> None:
    slack.command(GRACE.id, BILLING.id, "report")
    app.connect()
    slack.wait_until_answered()
    assert [request.payload["text"] for request in app.got] == ["report"]


def test_a_pressed_button_reaches_the_app_as_slack_sends_it(slack: LocalSlack, app: Any) -> None:
    app.connect()
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=WITH_BUTTON)["ts"]
    slack.press(TOM.id, ts, "undo")
    slack.wait_until_answered()
    payload = app.got[0].payload
    assert payload["type"] == "block_actions"
    assert payload["user"] == {"id": TOM.id, "username": "tom", "name": "tom", "team_id": slack.team.id}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": BILLING.id,
        "is_ephemeral": False,
    }
    assert payload["message"]["blocks"][1]["block_id"] == "b"
    action = payload["actions"][0]
    assert action.pop("action_ts") > ts
    assert action == {**BUTTON, "block_id": "b"}


def test_a_button_of_an_ephemeral_message_comes_without_the_message(slack: LocalSlack, app: Any) -> None:
    app.connect()
    ts = app.web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="x", blocks=WITH_BUTTON)["message_ts"]
    slack.press(TOM.id, ts, "undo")
    slack.wait_until_answered()
    assert "message" not in app.got[0].payload
    assert app.got[0].payload["container"]["is_ephemeral"]


def test_a_button_that_the_person_does_not_see_cannot_be_pressed(slack: LocalSlack, app: Any) -> None:
    ts = app.web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="x", blocks=WITH_BUTTON)["message_ts"]
    for user_id, action_id, value in ((GRACE.id, "undo", None), (TOM.id, "redo", None), (TOM.id, "undo", "43")):
        with pytest.raises(NoSuchButtonError):
            slack.press(user_id, ts, action_id, value)


def test_an_unknown_person_or_channel_can_do_nothing(slack: LocalSlack) -> None:
    with pytest.raises(SlackError, match="user_not_found"):
        slack.command("U0NOBODY", BILLING.id, "report")
    with pytest.raises(SlackError, match="channel_not_found"):
        slack.say(GRACE.id, f"D{TOM.id[1:]}", "hello")


def test_a_waiting_button_waits_until_it_is_acknowledged(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: None
    app.connect()
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=WITH_BUTTON)["ts"]
    slack.press(TOM.id, ts, "undo")
    assert slack.waiting(TOM.id)[1] == {(ts, "b", "undo")}
    assert slack.waiting(GRACE.id)[1] == set()
    app.wait_for_requests(1)
    app.acknowledge(app.got[0])
    slack.wait_until_answered()
    assert slack.waiting(TOM.id)[1] == set()


def test_several_connections_share_the_load_and_each_envelope_goes_to_one(slack: LocalSlack, app: Any) -> None:
    app.connect(times=2)
    for number in range(8):
        slack.command(GRACE.id, BILLING.id, str(number))
    slack.wait_until_answered()
    assert sorted(request.payload["text"] for request in app.got) == [str(number) for number in range(8)]
    deliveries = [entry for entry in slack.journal() if entry.kind == "slash_commands"]
    assert len(deliveries) == 8


def test_an_unacknowledged_envelope_comes_again_on_a_new_connection(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: None
    app.connect()
    envelope = slack.command(GRACE.id, BILLING.id, "report")
    app.wait_for_requests(1)
    app.answer = lambda _: {"text": "812"}
    slack.disconnect()
    slack.wait_until_answered(10)
    assert [request.envelope_id for request in app.got] == [envelope.id] * 2
    assert seen(slack) == ["812"]


def test_an_app_comes_back_by_itself_after_a_disconnect(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.disconnect()
    slack.wait_until_connected(timeout=10)
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    assert len(app.got) == 1


def test_a_redelivered_envelope_is_the_same_and_its_second_answer_shows_nothing(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: {"text": "812"}
    app.connect()
    envelope = slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    slack.redeliver_last()
    slack.wait_until_answered()
    assert app.got[0].payload == app.got[1].payload
    assert slack.answers(envelope) == [{"text": "812"}] * 2
    assert seen(slack) == ["812"]


def test_nothing_can_be_redelivered_before_something_was_sent(slack: LocalSlack) -> None:
    with pytest.raises(LookupError):
        slack.redeliver_last()


def test_a_ticket_opens_one_connection_only(slack: LocalSlack, app: Any) -> None:
    url = app.web.apps_connections_open(app_token=slack.team.app_token)["url"]
    first = websocket.create_connection(url, http_no_proxy=["127.0.0.1"])
    assert json.loads(first.recv())["type"] == "hello"
    second = websocket.create_connection(url, http_no_proxy=["127.0.0.1"])
    assert second.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
    assert slack.connections == 1
    for frame in ("{", '["x"]', '{"envelope_id": "none"}'):
        first.send(frame)
    slack.wait_for(lambda: sum(entry.kind == "unknown frame" for entry in slack.journal()) == 3, "three odd frames")
    first.close()
    second.shutdown()
    slack.wait_for(lambda: slack.connections == 0, "the connection to end")


def test_commands_from_many_threads_are_all_answered_once(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda request: {"text": request.payload["text"]}
    app.connect()
    threads = [threading.Thread(target=slack.command, args=(GRACE.id, BILLING.id, str(number))) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    slack.wait_until_answered()
    assert sorted(seen(slack), key=int) == [str(number) for number in range(16)]


def test_waiting_in_vain_says_for_what(slack: LocalSlack) -> None:
    with pytest.raises(TimeoutError, match="1 connection"):
        slack.wait_until_connected(timeout=0.01)
