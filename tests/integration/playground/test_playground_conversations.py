"""Channels, threads and history of the local Slack, by the real client."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.messages import Message
from bot.playground.slack import LocalSlack
from bot.playground.team import (
    ALERTS,
    BILLING,
    FABRIKAM,
    GRACE,
    GUS,
    OLD_BILLING,
    OTHER_TEAM,
    RANDOM,
    SAM,
    SLACKBOT,
    TOM,
    Channel,
)
from bot.playground.wire import SlackError

READ = ("channels:read", "groups:read", "im:read", "channels:history", "groups:history")
BOARD = Channel("C0BOARD001", "board", is_private=True, has_app=False, members=(GRACE.id,))


def error_of(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


def texts(messages: list[Any]) -> list[str]:
    return [one.text if isinstance(one, Message) else one["text"] for one in messages]


@pytest.fixture
def reader(slack: LocalSlack, web: WebClient) -> WebClient:
    """A client that may read everything that it is in."""
    slack.grant(*READ)
    return web


@pytest.fixture
def thread(slack: LocalSlack, web: WebClient) -> str:
    """A message of the app in #billing with a reply, and another one that is shown in the channel too."""
    ts: str = web.chat_postMessage(channel=BILLING.id, text="first")["ts"]
    slack.say(TOM.id, BILLING.id, "hidden", thread_ts=ts)
    web.chat_postMessage(channel=BILLING.id, text="shown", thread_ts=ts, reply_broadcast=True)
    return ts


@pytest.mark.parametrize(
    ("channel", "code"),
    [(RANDOM, "not_in_channel"), (OLD_BILLING, "is_archived"), (BOARD, "channel_not_found")],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_app_posts_only_where_it_is(slack: LocalSlack, web: WebClient, channel: Channel, code: str) -> None:
    assert error_of(lambda: web.chat_postMessage(channel=channel.id, text="x"))["error"] == code
    assert error_of(lambda: web.chat_postEphemeral(channel=channel.id, user=GRACE.id, text="x"))["error"] == code


def test_an_app_that_may_write_in_public_needs_no_membership(slack: LocalSlack, web: WebClient) -> None:
    slack.grant("chat:write.public")
    assert web.chat_postMessage(channel=RANDOM.id, text="x")["ok"]


def test_a_channel_can_be_archived_and_the_app_put_out(slack: LocalSlack, web: WebClient) -> None:
    slack.change_channel(BILLING.id, has_app=False)
    assert error_of(lambda: web.chat_postMessage(channel=BILLING.id, text="x"))["error"] == "not_in_channel"
    slack.change_channel(BILLING.id, has_app=True, is_archived=True)
    assert error_of(lambda: web.chat_postMessage(channel=BILLING.id, text="x"))["error"] == "is_archived"
    with pytest.raises(SlackError, match="is_archived"):
        slack.command(GRACE.id, BILLING.id, "report")


def test_an_outsider_is_only_in_what_is_shared_with_them(slack: LocalSlack, web: WebClient) -> None:
    assert [channel.id for channel in slack.channels_of(SAM.id)] == [FABRIKAM.id, f"D{SAM.id[1:]}"]
    with pytest.raises(SlackError, match="channel_not_found"):
        slack.say(SAM.id, BILLING.id, "hello")
    call = lambda: web.chat_postEphemeral(channel=BILLING.id, user=SAM.id, text="x")  # noqa: E731
    assert error_of(call)["error"] == "user_not_in_channel"


def test_a_guest_is_only_where_they_were_invited(slack: LocalSlack) -> None:
    assert [channel.id for channel in slack.channels_of(GUS.id)] == [BILLING.id, f"D{GUS.id[1:]}"]


def test_an_outsider_is_of_another_team_and_a_stranger_once_no_channel_is_shared(
    slack: LocalSlack, web: WebClient
) -> None:
    user = web.users_info(user=SAM.id)["user"]
    assert (user["team_id"], user["is_stranger"]) == (OTHER_TEAM, False)
    slack.change_channel(FABRIKAM.id, has_app=False)
    assert web.users_info(user=SAM.id)["user"]["is_stranger"]


def test_users_info_tells_guests_and_bots_and_no_address_without_its_scope(slack: LocalSlack, web: WebClient) -> None:
    assert web.users_info(user=GUS.id)["user"]["is_restricted"]
    assert web.users_info(user=ALERTS.id)["user"]["is_bot"]
    assert not web.users_info(user=SLACKBOT)["user"]["is_bot"]
    assert "email" not in web.users_info(user=GRACE.id)["user"]["profile"]
    slack.grant("users:read.email")
    assert web.users_info(user=GRACE.id)["user"]["profile"]["email"] == "grace@northwind.example"


def test_users_list_comes_in_pages(web: WebClient) -> None:
    everybody = [member["id"] for member in web.users_list()["members"]]
    pages, cursor = [], ""
    while True:
        page = web.users_list(limit=4, cursor=cursor)
        pages.append([member["id"] for member in page["members"]])
        if not (cursor := page["response_metadata"]["next_cursor"]):
            break
    assert [user_id for page in pages for user_id in page] == everybody
    assert [len(page) for page in pages[:-1]] == [4] * (len(pages) - 1)


@pytest.mark.parametrize("cursor", ["nonsense", "bmV4dDp4", "bmV4dDo5OTk5"])
def test_a_cursor_that_nobody_gave_is_refused(web: WebClient, cursor: str) -> None:
    assert error_of(lambda: web.users_list(cursor=cursor))["error"] == "invalid_cursor"


def test_a_limit_that_is_no_number_is_refused(web: WebClient) -> None:
    assert error_of(lambda: web.api_call("users.list", params={"limit": "many"}))["error"] == "invalid_limit"


def test_a_bot_has_no_direct_message(slack: LocalSlack, web: WebClient) -> None:
    for user_id in (ALERTS.id, slack.team.bot_user_id):
        assert error_of(lambda user_id=user_id: web.conversations_open(users=user_id))["error"] == "cannot_dm_bot"


def test_opening_a_direct_message_tells_of_it_in_full_if_asked(web: WebClient) -> None:
    channel = web.conversations_open(users=TOM.id, return_im=True)["channel"]
    assert (channel["is_im"], channel["user"]) == (True, TOM.id)
    assert web.conversations_open(channel=channel["id"])["channel"] == {"id": channel["id"]}


def test_conversations_info_tells_the_kinds_of_channels_apart(reader: WebClient) -> None:
    def info(channel: str) -> Any:
        return reader.conversations_info(channel=channel, include_num_members=True)["channel"]

    assert (info(BILLING.id)["is_member"], info(RANDOM.id)["is_member"]) == (True, False)
    assert info(OLD_BILLING.id)["is_archived"]
    assert info(FABRIKAM.id)["is_ext_shared"]
    assert info(BILLING.id)["num_members"] == 6  # four people, a guest and the app
    assert info(f"D{TOM.id[1:]}")["user"] == TOM.id


def test_what_an_app_may_read_is_a_scope_for_each_kind(slack: LocalSlack, web: WebClient) -> None:
    slack.grant("channels:read")
    assert web.conversations_info(channel=BILLING.id)["ok"]
    answer = error_of(lambda: web.conversations_info(channel=f"D{TOM.id[1:]}"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:read")


def test_conversations_list_filters_and_pages(reader: WebClient) -> None:
    def names(**asked: Any) -> list[str]:
        return [channel["name"] for channel in reader.conversations_list(**asked)["channels"]]

    assert names() == ["billing", "random", "fabrikam-shared", "billing-2025"]
    assert "billing-2025" not in names(exclude_archived=True)
    assert names(limit=1) == ["billing"]
    assert all(one["is_im"] for one in reader.conversations_list(types="im")["channels"])
    assert error_of(lambda: reader.conversations_list(types="secret"))["error"] == "invalid_types"


def test_a_reply_is_in_its_thread_and_in_the_channel_only_if_broadcast(slack: LocalSlack, thread: str) -> None:
    assert texts(slack.messages_seen_by(GRACE.id, BILLING.id)) == ["first", "shown"]
    assert texts(slack.thread(GRACE.id, BILLING.id, thread)) == ["first", "hidden", "shown"]


def test_history_is_newest_first_and_knows_of_threads(reader: WebClient, thread: str) -> None:
    messages = reader.conversations_history(channel=BILLING.id)["messages"]
    assert texts(messages) == ["shown", "first"]
    assert (messages[1]["reply_count"], messages[1]["thread_ts"]) == (2, thread)
    assert messages[0]["subtype"] == "thread_broadcast"


def test_replies_are_oldest_first_from_any_of_their_timestamps(reader: WebClient, thread: str) -> None:
    messages = reader.conversations_replies(channel=BILLING.id, ts=thread)["messages"]
    assert texts(messages) == ["first", "hidden", "shown"]
    assert reader.conversations_replies(channel=BILLING.id, ts=messages[2]["ts"])["messages"] == messages
    assert error_of(lambda: reader.conversations_replies(channel=BILLING.id, ts="1.0"))["error"] == "thread_not_found"


def test_history_goes_from_oldest_to_latest_and_by_pages(slack: LocalSlack, reader: WebClient, time: Any) -> None:
    stamps = []
    for text in "abcd":
        stamps.append(reader.chat_postMessage(channel=BILLING.id, text=text)["ts"])
        time.pass_(minutes=1)

    def history(**asked: Any) -> list[str]:
        return texts(reader.conversations_history(channel=BILLING.id, **asked)["messages"])

    assert history(oldest=stamps[1]) == ["d", "c"]
    assert history(latest=stamps[1]) == ["a"]
    assert history(oldest=stamps[1], latest=stamps[2], inclusive=True) == ["c", "b"]
    first = reader.conversations_history(channel=BILLING.id, limit=3)
    assert (texts(first["messages"]), first["has_more"]) == (["d", "c", "b"], True)
    assert history(limit=3, cursor=first["response_metadata"]["next_cursor"]) == ["a"]
    assert error_of(lambda: history(oldest="yesterday"))["error"] == "invalid_ts_oldest"


def test_history_tells_metadata_only_when_asked(reader: WebClient) -> None:
    metadata = {"event_type": "digest", "event_payload": {"key": "k1"}}
    reader.chat_postMessage(channel=BILLING.id, text="x", metadata=metadata)
    asked = reader.conversations_history(channel=BILLING.id, include_all_metadata=True)["messages"]
    assert asked[0]["metadata"] == metadata
    assert "metadata" not in reader.conversations_history(channel=BILLING.id)["messages"][0]


@pytest.mark.parametrize("metadata", ["[", '"x"'])
def test_metadata_that_is_no_object_is_refused(web: WebClient, metadata: str) -> None:
    params = {"channel": BILLING.id, "text": "x", "metadata": metadata}
    assert error_of(lambda: web.api_call("chat.postMessage", params=params))["error"] == "invalid_metadata_format"


def test_metadata_without_a_type_is_refused(web: WebClient) -> None:
    call = lambda: web.chat_postMessage(channel=BILLING.id, text="x", metadata={"event_payload": {}})  # noqa: E731
    assert error_of(call)["error"] == "invalid_metadata_schema"


def test_ephemeral_messages_and_notices_are_not_in_the_history(slack: LocalSlack, reader: WebClient) -> None:
    reader.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="psst")
    slack.command(TOM.id, BILLING.id, "report")
    assert reader.conversations_history(channel=BILLING.id)["messages"] == []


def test_history_of_a_channel_without_the_app_is_refused(reader: WebClient) -> None:
    assert error_of(lambda: reader.conversations_history(channel=RANDOM.id))["error"] == "not_in_channel"


def test_a_reply_needs_the_first_message_of_a_thread(slack: LocalSlack, web: WebClient, thread: str) -> None:
    reply = slack.thread(GRACE.id, BILLING.id, thread)[1].ts
    for ts, code in (("1.0", "thread_not_found"), (reply, "cannot_reply_to_message")):
        call = lambda ts=ts: web.chat_postMessage(channel=BILLING.id, text="x", thread_ts=ts)  # noqa: E731
        assert error_of(call)["error"] == code


def test_a_command_in_a_thread_is_refused_by_slackbot_and_no_app_hears_of_it(
    slack: LocalSlack, app: Any, thread: str
) -> None:
    app.connect()
    told = slack.say(GRACE.id, BILLING.id, "/seats report", thread_ts=thread)
    assert isinstance(told, Message)
    assert (told.text, told.error) == ("/seats is not supported in threads. Sorry!", "not_in_threads")
    assert told in slack.thread(GRACE.id, BILLING.id, thread)
    assert told not in slack.thread(TOM.id, BILLING.id, thread)
    assert app.got == []


def test_a_permalink_leads_to_a_message_and_into_its_thread(slack: LocalSlack, web: WebClient, thread: str) -> None:
    def link(ts: str) -> str:
        return str(web.chat_getPermalink(channel=BILLING.id, message_ts=ts)["permalink"])

    digits = thread.replace(".", "")
    assert link(thread) == f"https://northwind-msp.slack.com/archives/{BILLING.id}/p{digits}"
    assert link(slack.thread(GRACE.id, BILLING.id, thread)[1].ts).endswith(f"?thread_ts={thread}&cid={BILLING.id}")
    assert error_of(lambda: link("1.0"))["error"] == "message_not_found"


def test_names_that_a_person_types_become_mentions(slack: LocalSlack) -> None:
    said = slack.say(GRACE.id, BILLING.id, "@seatbot ask @tom in #billing, not a@tom.example or @nobody")
    assert isinstance(said, Message)
    assert said.text == (
        f"<@{slack.team.bot_user_id}> ask <@{TOM.id}> in <#{BILLING.id}|billing>, "
        "not <mailto:a@tom.example|a@tom.example> or @nobody"
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"blocks": [{"type": "hologram"}]}, "blocks"),
        ({"message": {"blocks": [{"type": "hologram"}]}}, "message"),
        ({"view": {"type": "home", "blocks": [{"type": "hologram"}]}}, "view"),
    ],
    ids=["blocks", "message", "view"],
)
def test_blocks_validate_names_what_is_wrong_and_where(web: WebClient, given: Any, name: str) -> None:
    answer = error_of(lambda: web.api_call("blocks.validate", json=given))
    assert answer["error"] == f"invalid_{name}"
    (error,) = answer["errors"]
    assert error["pointer"] == ("/0/type" if name == "blocks" else "/blocks/0/type")
    assert (error["code"], error["message"]) == ("failed_constraint", "unsupported type: hologram")


def test_blocks_validate_takes_what_is_right_and_exactly_one_thing(slack: LocalSlack, web: WebClient) -> None:
    slack.withdraw(*slack.scopes)
    assert web.api_call("blocks.validate", params={"blocks": '[{"type": "divider"}]'})["ok"]
    for given in ({}, {"blocks": [{"type": "divider"}], "view": {"type": "home", "blocks": []}}):
        call = lambda given=given: web.api_call("blocks.validate", json=given)  # noqa: E731
        assert error_of(call)["error"] == "invalid_arguments"
