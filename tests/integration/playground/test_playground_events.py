"""Events of the local Slack: who hears of what, and how often it is tried."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import ALERTS, BILLING, FABRIKAM, GRACE, NORTHWIND, OTHER_TEAM, RANDOM, SAM, TOM

DIRECT = f"D{TOM.id[1:]}"
ALL = ("message.im", "message.channels", "app_mention", "app_home_opened", "file_shared")
SCOPES = (*NORTHWIND.scopes, "channels:history", "app_mentions:read")


@pytest.fixture
def slack(time: Any) -> Any:
    slack = LocalSlack(time, team=replace(NORTHWIND, events=ALL, scopes=SCOPES))
    with running(slack):
        yield slack


def events(app: Any) -> list[Any]:
    return [request.payload["event"] for request in app.got if request.type == "events_api"]


def test_a_direct_message_reaches_the_app_as_slack_sends_it(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.say(TOM.id, DIRECT, "how many seats?")
    slack.wait_until_answered()
    payload = app.got[0].payload
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
        "event_callback",
        slack.team.id,
        slack.team.app_id,
    )
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["user_id"] == slack.team.bot_user_id
    event = payload["event"]
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", DIRECT)
    assert (event["user"], event["text"], event["ts"]) == (TOM.id, "how many seats?", event["event_ts"])


def test_a_file_in_a_message_is_told_with_it_and_on_its_own(slack: LocalSlack, app: Any) -> None:
    app.connect()
    file = slack.upload(TOM.id, "users.csv", b"a,b", "text/csv")
    slack.say(TOM.id, DIRECT, "", files=[file])
    slack.wait_until_answered()
    message, shared = sorted(events(app), key=lambda event: str(event["type"]), reverse=True)
    assert (message["subtype"], message["files"][0]["id"]) == ("file_share", file.id)
    assert (shared["type"], shared["file_id"], shared["channel_id"]) == ("file_shared", file.id, DIRECT)


def test_a_mention_is_an_event_of_its_own_where_the_app_is(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.say(GRACE.id, RANDOM.id, "@seatbot hello")
    slack.say(GRACE.id, BILLING.id, "@seatbot hello")
    slack.wait_until_answered()
    assert sorted(event["type"] for event in events(app)) == ["app_mention", "message"]
    assert {event["channel"] for event in events(app)} == {BILLING.id}


def test_a_message_in_a_shared_channel_says_that_it_is_shared(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.say(SAM.id, FABRIKAM.id, "hello")
    slack.wait_until_answered()
    assert app.got[0].payload["is_ext_shared_channel"]
    event = app.got[0].payload["event"]
    assert (event["user_team"], event["source_team"], event["team"]) == (OTHER_TEAM,) * 3


def test_a_reply_in_a_thread_says_in_which(slack: LocalSlack, app: Any) -> None:
    app.connect()
    ts = app.web.chat_postMessage(channel=DIRECT, text="question?")["ts"]
    slack.say(TOM.id, DIRECT, "answer", thread_ts=ts)
    slack.wait_until_answered()
    assert [event.get("thread_ts") for event in events(app) if event["user"] == TOM.id] == [ts]


def test_an_app_hears_its_own_messages_and_can_tell_them_by_the_bot_id(slack: LocalSlack, app: Any) -> None:
    app.connect()
    app.web.chat_postMessage(channel=DIRECT, text="hello")
    app.web.chat_postEphemeral(channel=DIRECT, user=TOM.id, text="psst")
    slack.wait_until_answered()
    assert [(event["text"], event["bot_id"]) for event in events(app)] == [("hello", slack.team.bot_id)]


def test_opening_home_and_messages_is_told(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.open_home(TOM.id)
    app.web.views_publish(user_id=TOM.id, view={"type": "home", "blocks": []})
    slack.open_home(TOM.id)
    slack.open_home(TOM.id, "messages")
    slack.wait_until_answered()
    opened = sorted(events(app), key=lambda event: str(event["event_ts"]))
    assert [(event["tab"], "view" in event) for event in opened] == [
        ("home", False),
        ("home", True),
        ("messages", False),
    ]
    assert opened[0]["channel"] == DIRECT


def test_an_event_needs_its_scope(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.withdraw("im:history")
    slack.say(TOM.id, DIRECT, "hello")
    slack.wait_until_answered()
    assert app.got == []


def test_an_event_needs_its_subscription(time: Any) -> None:
    slack = LocalSlack(time, team=replace(NORTHWIND, events=()))
    slack.say(TOM.id, DIRECT, "hello")
    slack.open_home(TOM.id)
    assert slack.journal() == []


def test_an_event_that_is_not_acknowledged_comes_again_at_once_after_a_minute_and_after_five(
    slack: LocalSlack, app: Any, time: Any
) -> None:
    app.answer = lambda _: None
    app.connect()
    slack.say(TOM.id, DIRECT, "hello")
    app.wait_for_requests(1)
    for number, pause in enumerate((0, 60, 300), start=2):
        time.pass_(seconds=3)
        slack.expire()  # its three seconds are over
        time.pass_(seconds=pause - 1 if pause else 0)
        slack.expire()
        deliveries = [entry.body for entry in slack.journal() if entry.kind == "events_api"]
        assert len(deliveries) == (number - 1 if pause else number)
        time.pass_(seconds=1 if pause else 0)
        slack.expire()
        app.wait_for_requests(number)
    time.pass_(days=1)
    slack.expire()
    deliveries = [entry.body for entry in slack.journal() if entry.kind == "events_api"]
    assert [body["retry_attempt"] for body in deliveries] == [0, 1, 2, 3]
    assert [body["retry_reason"] for body in deliveries] == ["", "timeout", "timeout", "timeout"]
    assert len({body["payload"]["event_id"] for body in deliveries}) == 1
    assert [message.text for message in slack.messages_seen_by(TOM.id, DIRECT)] == ["hello"]  # nobody is told


def test_a_changed_and_a_deleted_message_name_no_author_at_the_top(slack: LocalSlack, app: Any) -> None:
    app.connect()
    ts = app.web.chat_postMessage(channel=DIRECT, text="old")["ts"]
    app.web.chat_update(channel=DIRECT, ts=ts, text="new")
    app.web.chat_delete(channel=DIRECT, ts=ts)
    slack.wait_until_answered()
    by_kind = {event.get("subtype"): event for event in events(app)}
    changed, deleted = by_kind["message_changed"], by_kind["message_deleted"]
    assert "user" not in changed
    assert "bot_id" not in changed
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("new", "old")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "new")


def test_another_bots_message_has_a_bot_id(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.say(ALERTS.id, BILLING.id, "<!channel> fire")
    slack.wait_until_answered()
    (event,) = events(app)
    assert (event["user"], event["bot_id"]) == (ALERTS.id, "B0ALERTS01")


def test_an_acknowledged_event_is_not_tried_again_unless_it_is_redelivered_days_later(
    slack: LocalSlack, app: Any, time: Any
) -> None:
    app.connect()
    slack.say(TOM.id, DIRECT, "hello")
    slack.wait_until_answered()
    time.pass_(days=3)
    slack.expire()
    assert len(app.got) == 1
    slack.redeliver_last()
    slack.wait_until_answered()
    assert app.got[0].payload == app.got[1].payload


def test_any_earlier_envelope_can_be_delivered_again(slack: LocalSlack, app: Any, time: Any) -> None:
    app.connect()
    first = slack.command(GRACE.id, BILLING.id, "one")
    slack.command(GRACE.id, BILLING.id, "two")
    slack.wait_until_answered()
    time.pass_(days=2)
    slack.redeliver(first)
    slack.wait_until_answered()
    time.pass_(seconds=10)
    slack.expire()
    assert [request.payload["text"] for request in app.got] == ["one", "two", "one"]
    assert slack.messages_seen_by(GRACE.id, BILLING.id) == []  # nobody is told of anything


def test_connections_that_break_without_a_goodbye_come_back_and_get_what_waited(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: None
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    app.wait_for_requests(1)
    app.answer = lambda _: {"text": "812"}
    slack.cut_connections()
    slack.wait_until_answered(10)
    assert len(app.got) == 2
    assert not [entry for entry in slack.journal() if entry.kind == "disconnect"]
    assert [message.text for message in slack.messages_seen_by(GRACE.id, BILLING.id)] == ["812"]


def test_an_app_that_only_may_write_hears_nothing(web: WebClient, slack: LocalSlack) -> None:
    slack.withdraw(*slack.scopes)
    slack.grant("chat:write")
    web.chat_postMessage(channel=DIRECT, text="x")
    assert [entry.kind for entry in slack.journal()] == ["chat.postMessage"]
