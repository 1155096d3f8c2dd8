"""Suggested prompts of the local Slack: taken as Slack takes them, and shown until a message comes."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, NADIA, TOM

DIRECT = f"D{TOM.id[1:]}"
PROMPTS = [{"title": "Why <so> high?", "message": "Why is the bill so high?"}]


def suggest(web: WebClient, **arguments: Any) -> None:
    web.assistant_threads_setSuggestedPrompts(**({"channel_id": DIRECT, "prompts": PROMPTS} | arguments))


def test_prompts_stand_until_a_message_comes(web: WebClient, slack: LocalSlack) -> None:
    assert slack.suggested(TOM.id) is None
    suggest(web, title="Ask")
    found = slack.suggested(TOM.id)
    assert found is not None
    assert (found.title, [prompt.message for prompt in found.prompts]) == ("Ask", ["Why is the bill so high?"])
    assert slack.suggested(NADIA.id) is None
    slack.say(TOM.id, DIRECT, "hello")
    assert slack.suggested(TOM.id) is None
    suggest(web)
    assert slack.suggested(TOM.id) is not None


def test_with_a_thread_nothing_happens_and_nobody_says_so(web: WebClient, slack: LocalSlack) -> None:
    suggest(web, thread_ts="1.000001")
    assert slack.suggested(TOM.id) is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel_id": "D0NOBODY"}, "channel_not_found"),
        ({"channel_id": BILLING.id}, "channel_not_found"),
        ({"channel_id": ""}, "invalid_arguments"),
        ({"prompts": []}, "invalid_arguments"),
        ({"prompts": PROMPTS * 5}, "invalid_arguments"),
        ({"prompts": [{"title": "a"}]}, "invalid_arguments"),
        ({"prompts": [{"title": "a", "message": " "}]}, "invalid_arguments"),
        ({"prompts": ["a"]}, "invalid_arguments"),
    ],
)
def test_what_slack_would_not_take_is_refused(
    web: WebClient, slack: LocalSlack, arguments: dict[str, Any], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        suggest(web, **arguments)
    assert refused.value.response["error"] == error
    assert slack.suggested(TOM.id) is None


def test_it_needs_its_scope(web: WebClient, slack: LocalSlack) -> None:
    slack.withdraw("assistant:write")
    with pytest.raises(SlackApiError) as refused:
        suggest(web)
    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", "assistant:write")


def test_the_page_shows_them_in_the_direct_message_only(web: WebClient, slack: LocalSlack, http: Any) -> None:
    suggest(web)
    place = '<button type="button" class="hint" data-message="Why is the bill so high?"'

    def page(query: str) -> str:
        return str(http.get(f"/?{query}")[1])

    shown = page(f"as={TOM.id}&channel={DIRECT}")
    assert place in shown
    assert "Why &lt;so&gt; high?" in shown
    assert 'aria-label="Suggested questions"' in shown
    for elsewhere in (
        f"as={TOM.id}&channel={BILLING.id}",
        f"as={NADIA.id}&channel=D{NADIA.id[1:]}",
    ):
        assert place not in page(elsewhere)
