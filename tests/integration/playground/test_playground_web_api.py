"""The Web API of the local Slack, called by the real client."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack
from bot.playground.team import ALERTS, BILLING, CAMILLE, GRACE, GUS, SLACKBOT, TOM

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
TOO_LONG = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}


def error_of(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


def test_auth_test_tells_whose_token_it_is(slack: LocalSlack, web: WebClient) -> None:
    answer = web.auth_test()
    assert (answer["team"], answer["user_id"]) == ("Northwind MSP", slack.team.bot_user_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


def test_forms_with_nested_json_json_bodies_and_queries_are_all_read(slack: LocalSlack, http: Any) -> None:
    token = {"authorization": f"Bearer {slack.team.bot_token}"}
    form = urlencode({"channel": BILLING.id, "blocks": json.dumps([SECTION])}).encode()
    as_form = {"content-type": "application/x-www-form-urlencoded"}
    query = urlencode({"channel": BILLING.id, "text": "query", "token": slack.team.bot_token})
    answers = [
        http.post("/api/chat.postMessage", form, **as_form, **token),
        http.post("/api/chat.postMessage", {"channel": BILLING.id, "blocks": [SECTION]}, **token),
        http.get(f"/api/chat.postMessage?{query}"),
    ]
    assert [json.loads(body)["ok"] for _, body in answers] == [True] * 3
    assert len(slack.messages_seen_by(TOM.id, BILLING.id)) == 3


def test_a_call_without_a_token_is_not_authed(http: Any) -> None:
    assert http.post("/api/auth.test", {}) == (200, '{"ok":false,"error":"not_authed"}')


def test_a_wrong_token_is_invalid_auth(slack: LocalSlack) -> None:
    stranger = WebClient("xoxb-wrong", base_url=f"{slack.url}/api/")
    assert error_of(stranger.auth_test)["error"] == "invalid_auth"


def test_a_token_of_the_wrong_kind_is_refused(slack: LocalSlack, web: WebClient) -> None:
    assert error_of(lambda: web.apps_connections_open(app_token=slack.team.bot_token))["error"] == (
        "not_allowed_token_type"
    )


def test_a_method_that_there_is_not_is_unknown(web: WebClient) -> None:
    assert error_of(lambda: web.api_call("chat.shout"))["error"] == "unknown_method"


def test_a_body_that_is_no_json_is_refused(http: Any) -> None:
    assert json.loads(http.post("/api/auth.test", b"{")[1])["error"] == "invalid_json"


def test_a_form_that_is_not_utf8_is_refused(http: Any) -> None:
    status, body = http.post("/api/auth.test", b"\xff=1", **{"content-type": "application/x-www-form-urlencoded"})
    assert (status, json.loads(body)["error"]) == (200, "invalid_form_data")


def test_users_info_tells_language_and_time_zone_when_asked(web: WebClient) -> None:
    user = web.users_info(user=CAMILLE.id, include_locale=True)["user"]
    assert (user["locale"], user["tz"], user["tz_offset"]) == ("fr-FR", "Europe/Paris", 3600)
    assert "locale" not in web.users_info(user=CAMILLE.id)["user"]


def test_users_info_tells_who_is_an_admin(web: WebClient) -> None:
    assert web.users_info(user=GRACE.id)["user"]["is_admin"]
    assert not web.users_info(user=TOM.id)["user"]["is_admin"]


def test_an_unknown_user_is_not_found(web: WebClient) -> None:
    assert error_of(lambda: web.users_info(user="U0NOBODY"))["error"] == "user_not_found"


def test_a_missing_argument_is_named(web: WebClient) -> None:
    answer = error_of(lambda: web.api_call("users.info"))
    assert answer["error"] == "invalid_arguments"
    assert "user" in answer["response_metadata"]["messages"][0]


def test_users_list_holds_people_bots_and_slackbot_who_is_no_bot_to_slack(slack: LocalSlack, web: WebClient) -> None:
    members = {member["id"]: member for member in web.users_list()["members"]}
    assert [*slack.people, ALERTS.id, slack.team.bot_user_id, SLACKBOT] == list(members)
    assert {user_id for user_id, member in members.items() if member["is_bot"]} == {ALERTS.id, slack.team.bot_user_id}
    assert members[GUS.id]["is_restricted"]


def test_a_message_is_seen_by_everybody_with_ids_for_its_blocks(slack: LocalSlack, web: WebClient) -> None:
    answer = web.chat_postMessage(channel=BILLING.id, text="hello", blocks=[SECTION])
    (seen,) = slack.messages_seen_by(TOM.id, BILLING.id)
    assert seen.ts == answer["ts"]
    assert answer["message"]["blocks"][0]["block_id"]


def test_timestamps_rise_although_the_clock_stands_still(web: WebClient) -> None:
    first, second = (web.chat_postMessage(channel="#billing", text="x")["ts"] for _ in range(2))
    assert first < second


def test_an_ephemeral_message_is_seen_by_one_person(slack: LocalSlack, web: WebClient) -> None:
    web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="psst")
    assert [message.text for message in slack.messages_seen_by(TOM.id, BILLING.id)] == ["psst"]
    assert slack.messages_seen_by(GRACE.id, BILLING.id) == []


def test_an_ephemeral_message_to_a_stranger_is_refused(web: WebClient) -> None:
    call = lambda: web.chat_postEphemeral(channel=BILLING.id, user="U0NOBODY", text="x")  # noqa: E731
    assert error_of(call)["error"] == "user_not_in_channel"


def test_a_direct_message_is_seen_by_its_person_only(slack: LocalSlack, web: WebClient) -> None:
    channel = web.conversations_open(users=CAMILLE.id)["channel"]["id"]
    web.chat_postMessage(channel=channel, text="one")
    web.chat_postMessage(channel=CAMILLE.id, text="two")
    assert [message.text for message in slack.messages_seen_by(CAMILLE.id, channel)] == ["one", "two"]
    assert channel not in [one.id for one in slack.channels_of(GRACE.id)]


@pytest.mark.parametrize(
    ("users", "code"), [("", "users_list_not_supplied"), ("U0NOBODY", "user_not_found"), ("U1,U2", "not_enough_users")]
)
def test_a_conversation_with_nobody_or_a_stranger_is_refused(web: WebClient, users: str, code: str) -> None:
    assert error_of(lambda: web.conversations_open(users=users))["error"] == code


def test_an_unknown_channel_is_not_found(web: WebClient) -> None:
    assert error_of(lambda: web.chat_postMessage(channel="C0NOWHERE", text="x"))["error"] == "channel_not_found"


def test_a_message_of_nothing_is_refused(web: WebClient) -> None:
    assert error_of(lambda: web.api_call("chat.postMessage", params={"channel": BILLING.id}))["error"] == "no_text"


def test_a_text_of_more_than_40000_characters_is_too_long(web: WebClient) -> None:
    call = lambda: web.chat_postMessage(channel=BILLING.id, text="x" * 40_001)  # noqa: E731
    assert error_of(call)["error"] == "msg_too_long"


def test_invalid_blocks_are_refused_with_the_place_and_nothing_is_posted(slack: LocalSlack, web: WebClient) -> None:
    answer = error_of(lambda: web.chat_postMessage(channel=BILLING.id, text="x", blocks=[TOO_LONG]))
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/0/text" in answer["response_metadata"]["messages"][0]
    assert slack.messages_seen_by(GRACE.id, BILLING.id) == []
    assert slack.journal()[-1].refused[0] == "invalid_blocks"


@pytest.mark.parametrize("blocks", ["[", '"text"', "3"])
def test_blocks_that_are_no_list_are_refused(web: WebClient, blocks: str) -> None:
    params = {"channel": BILLING.id, "text": "x", "blocks": blocks}
    assert error_of(lambda: web.api_call("chat.postMessage", params=params))["error"] == "invalid_blocks_format"


def test_an_update_without_blocks_removes_them(slack: LocalSlack, web: WebClient) -> None:
    ts = web.chat_postMessage(channel=BILLING.id, text="old", blocks=[SECTION])["ts"]
    web.chat_update(channel=BILLING.id, ts=ts, text="new")
    (seen,) = slack.messages_seen_by(GRACE.id, BILLING.id)
    assert (seen.text, seen.blocks, bool(seen.edited_ts)) == ("new", [], True)


def test_a_deleted_message_is_gone_and_cannot_be_deleted_twice(slack: LocalSlack, web: WebClient) -> None:
    ts = web.chat_postMessage(channel=BILLING.id, text="old")["ts"]
    web.chat_delete(channel=BILLING.id, ts=ts)
    assert slack.messages_seen_by(GRACE.id, BILLING.id) == []
    assert error_of(lambda: web.chat_delete(channel=BILLING.id, ts=ts))["error"] == "message_not_found"


def test_an_app_changes_no_message_of_a_person(slack: LocalSlack, web: WebClient) -> None:
    slack.say(TOM.id, BILLING.id, "mine")
    (mine,) = slack.messages_seen_by(TOM.id, BILLING.id)
    for call, code in (
        (lambda: web.chat_update(channel=BILLING.id, ts=mine.ts, text="x"), "cant_update_message"),
        (lambda: web.chat_delete(channel=BILLING.id, ts=mine.ts), "cant_delete_message"),
    ):
        assert error_of(call)["error"] == code


def test_an_ephemeral_message_is_not_found_by_the_web_api(web: WebClient) -> None:
    ts = web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="psst")["message_ts"]
    assert error_of(lambda: web.chat_update(channel=BILLING.id, ts=ts, text="x"))["error"] == "message_not_found"


def test_the_journal_keeps_calls_with_their_answers_and_without_the_token(slack: LocalSlack, http: Any) -> None:
    http.post("/api/chat.postMessage", {"token": slack.team.bot_token, "channel": BILLING.id, "text": "x"})
    entry = slack.journal()[-1]
    assert (entry.kind, entry.direction, entry.answer["ok"]) == ("chat.postMessage", "sent", True)
    assert entry.body == {"channel": BILLING.id, "text": "x"}
