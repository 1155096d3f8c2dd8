"""What the local Slack keeps is bounded: the oldest goes first."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.playground import delivery, files, messages, response_urls, triggers
from bot.playground.messages import Message
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, TOM
from bot.playground.wire import SlackError

FEW = 3
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> LocalSlack:
    for module in (delivery, messages, response_urls, triggers):
        monkeypatch.setattr(module, "KEPT", FEW)
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    return LocalSlack(lambda: NOON)


def test_only_the_latest_messages_of_a_channel_are_kept_with_their_threads(slack: LocalSlack) -> None:
    first = slack.say(GRACE.id, BILLING.id, "first")
    assert isinstance(first, Message)
    slack.say(TOM.id, BILLING.id, "reply", thread_ts=first.ts)
    for number in range(FEW):
        slack.say(GRACE.id, BILLING.id, str(number))
    assert [message.text for message in slack.messages_seen_by(GRACE.id, BILLING.id)] == ["0", "1", "2"]
    assert slack.thread(GRACE.id, BILLING.id, first.ts) == []


def test_only_the_latest_envelopes_addresses_and_triggers_are_kept(slack: LocalSlack) -> None:
    sent = [slack.command(GRACE.id, BILLING.id, str(number)) for number in range(FEW + 1)]
    urls = [envelope.payload["response_url"].rsplit("/", 1)[1] for envelope in sent]
    with pytest.raises(SlackError, match="invalid_url"):
        slack.respond(urls[0], {"text": "x"})
    slack.respond(urls[1], {"text": "x"})
    with pytest.raises(SlackError, match="expired_trigger_id"):
        slack.triggers.exchange(sent[0].payload["trigger_id"])
    assert slack.triggers.exchange(sent[1].payload["trigger_id"]).user_id == GRACE.id


def test_the_content_of_the_oldest_files_goes_first(slack: LocalSlack) -> None:
    kept = [slack.upload(GRACE.id, f"{number}.txt", b"12345", "text/plain") for number in range(FEW)]
    with pytest.raises(SlackError, match="file_deleted"):
        slack.file(kept[0].id)
    assert [slack.file(file.id).content for file in kept[1:]] == [b"12345", b"12345"]


def test_timestamps_of_a_clock_that_goes_back_still_rise() -> None:
    instants = iter([NOON, NOON, NOON - timedelta(hours=1)])
    conversations = messages.Conversations(lambda: next(instants, NOON))
    assert conversations.ts() < conversations.ts()
