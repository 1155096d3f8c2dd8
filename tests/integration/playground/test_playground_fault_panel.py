"""The switch for faults at the panel of the page, and the schema's verdict in it."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE
from tests.unit.playground import samples


def switch(http: Any, fault: str) -> None:
    status, body = http.post("/fault", {"as": GRACE.id, "fault": fault})
    assert status == 200, body


def pressed(http: Any, user_id: str = GRACE.id) -> list[str]:
    """The names of the faults that wait, as the page shows them."""
    buttons = http.get(f"/?as={user_id}")[1].split('class="faults"')[1].split("</div>")[0].split("<button")[1:]
    return [one.partition(">")[2].partition("<")[0] for one in buttons if 'aria-pressed="true"' in one]


def test_the_next_call_is_refused_and_the_one_after_it_is_not(app: Any, http: Any) -> None:
    switch(http, "ratelimited")
    assert pressed(http) == ["Slack answers 429"]
    assert pressed(http, CAMILLE.id) == ["Slack répond 429"]
    with pytest.raises(SlackApiError) as refused:
        app.web.chat_postMessage(channel=BILLING.id, text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["retry-after"]) == (429, "2")
    app.web.chat_postMessage(channel=BILLING.id, text="x")
    assert not pressed(http)


def test_the_next_call_is_done_though_its_answer_is_lost(slack: LocalSlack, app: Any, http: Any) -> None:
    switch(http, "lost")
    app.web.retry_handlers.clear()
    with pytest.raises(OSError, match="without response"):
        app.web.chat_postMessage(channel=BILLING.id, text="arrived")
    assert [message.text for message in slack.messages_seen_by(GRACE.id, BILLING.id)] == ["arrived"]


def test_a_fault_is_taken_back_before_it_happens(app: Any, http: Any) -> None:
    switch(http, "lost")
    switch(http, "ratelimited")
    switch(http, "lost")
    assert pressed(http) == ["Slack answers 429"]
    switch(http, "ratelimited")
    app.web.chat_postMessage(channel=BILLING.id, text="x")


def test_the_last_envelope_comes_again(slack: LocalSlack, app: Any, http: Any) -> None:
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    switch(http, "redeliver")
    app.wait_for_requests(2)
    assert app.got[0].envelope_id == app.got[1].envelope_id


def test_nothing_can_be_sent_again_before_anything_was(http: Any) -> None:
    answer = http.post("/fault", {"as": GRACE.id, "fault": "redeliver"})[1]
    assert json.loads(answer)["error"] == "nothing_sent"


@pytest.mark.parametrize("body", [{"fault": "fire"}, {"fault": 7}, {"fault": "lost", "as": "U0NOBODY"}])
def test_no_other_fault_can_be_ordered(http: Any, body: dict[str, Any]) -> None:
    assert http.post("/fault", {"as": GRACE.id} | body)[0] == 400
    assert not pressed(http)


def test_the_panel_shows_what_the_schema_says_of_blocks(app: Any, http: Any) -> None:
    app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=samples.BLOCKS["section"])
    app.web.users_info(user=GRACE.id)
    with pytest.raises(SlackApiError):
        app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=[{"type": "section"}])
    refused, user, good = http.get("/")[1].split('id="entries"')[1].split("<details")[1:]
    assert "schema ok" in good
    assert "schema ok" not in user + refused
    assert "invalid_blocks" in refused
