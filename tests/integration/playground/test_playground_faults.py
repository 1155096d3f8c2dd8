"""What goes wrong on demand in the local Slack: refusals, throttling, lost and slow answers, revoked tokens."""

from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, FABRIKAM, GRACE, TOM


def error_of(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


def post(web: WebClient, text: str = "x") -> Any:
    return web.chat_postMessage(channel=BILLING.id, text=text)


@pytest.fixture
def patient(slack: LocalSlack) -> WebClient:
    """A client that does not try again when a connection breaks."""
    return WebClient(slack.team.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[])


def seen(slack: LocalSlack) -> list[str]:
    return [message.text for message in slack.messages_seen_by(TOM.id, BILLING.id)]


@pytest.mark.parametrize("code", ["internal_error", "not_in_channel", "invalid_blocks"])
def test_a_method_is_refused_as_often_as_ordered(slack: LocalSlack, web: WebClient, code: str) -> None:
    slack.fault("chat.postMessage", code, times=2)
    assert [error_of(lambda: post(web))["error"] for _ in range(2)] == [code, code]
    assert web.auth_test()["ok"]
    assert post(web)["ok"]
    assert seen(slack) == ["x"]


def test_a_throttled_call_says_how_long_to_wait(slack: LocalSlack, patient: WebClient) -> None:
    slack.fault("chat.postMessage", "ratelimited", retry_after=7)
    answer = error_of(lambda: post(patient))
    assert (answer.status_code, answer["error"], answer.headers["retry-after"]) == (429, "ratelimited", "7")
    assert seen(slack) == []


def test_the_clients_own_handler_waits_it_out(slack: LocalSlack, web: WebClient) -> None:
    web.retry_handlers.append(RateLimitErrorRetryHandler())
    slack.fault("chat.postMessage", "ratelimited", retry_after=0)
    slack.fault("chat.postMessage", "ratelimited", retry_after=1)
    assert error_of(lambda: post(WebClient(slack.team.bot_token, base_url=f"{slack.url}/api/")))["error"]
    assert post(web)["ok"]


def test_a_lost_answer_means_that_it_was_done_and_nobody_told(slack: LocalSlack, patient: WebClient) -> None:
    slack.fault("chat.postMessage", "lost")
    with pytest.raises((URLError, OSError)):
        post(patient, "lost")
    assert seen(slack) == ["lost"]
    assert slack.journal()[-1].refused == ("lost",)
    post(patient, "told")
    assert seen(slack) == ["lost", "told"]


def test_all_answers_are_lost_until_it_is_healed(slack: LocalSlack, patient: WebClient) -> None:
    slack.fault("chat.postMessage", "lost", times=None)
    for _ in range(3):
        with pytest.raises((URLError, OSError)):
            post(patient)
    slack.heal()
    assert post(patient)["ok"]
    assert len(seen(slack)) == 4


def test_a_slow_answer_comes_later_although_it_is_done(slack: LocalSlack, web: WebClient) -> None:
    slack.fault("chat.postMessage", "slow", delay=0.2)
    began = monotonic()
    assert post(web)["ok"]
    assert monotonic() - began >= 0.2


@pytest.mark.parametrize(("what", "status"), [("ratelimited", 429), ("internal_error", 400)])
def test_a_response_url_is_refused_on_demand(slack: LocalSlack, app: Any, what: str, status: int) -> None:
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    slack.fault("response_url", what)
    assert app.respond(app.got[0], text="x")[0] == status
    for number in range(5):  # it does not count as one of the five
        assert app.respond(app.got[0], text=str(number))[0] == 200


def test_an_answer_of_a_response_url_is_lost_on_demand(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    slack.fault("response_url", "lost")
    with pytest.raises(OSError, match=r"closed|reset|peer"):
        app.respond(app.got[0], text="812")
    assert [message.text for message in slack.messages_seen_by(GRACE.id, BILLING.id)] == ["812"]


def test_an_upload_is_lost_on_demand(slack: LocalSlack, web: WebClient, http: Any) -> None:
    place = web.files_getUploadURLExternal(filename="a.csv", length=3)
    slack.fault("upload", "lost")
    with pytest.raises(OSError, match=r"closed|reset|peer"):
        http.post(place["upload_url"], b"a,b")
    assert web.files_completeUploadExternal(files=[{"id": place["file_id"]}])["ok"]


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
def test_a_revoked_token_opens_nothing(slack: LocalSlack, web: WebClient, code: str) -> None:
    slack.revoke_token(code)
    assert error_of(web.auth_test)["error"] == code
    slack.heal()
    assert web.auth_test()["ok"]


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        ("chat:write", post),
        ("users:read", lambda web: web.users_list()),
        ("im:write", lambda web: web.conversations_open(users=TOM.id)),
        ("im:history", lambda web: web.conversations_history(channel=f"D{TOM.id[1:]}")),
    ],
    ids=["chat:write", "users:read", "im:write", "im:history"],
)
def test_a_scope_that_is_taken_away_is_missing(
    slack: LocalSlack, web: WebClient, scope: str, call: Callable[[WebClient], Any]
) -> None:
    assert call(web)["ok"]
    slack.withdraw(scope)
    answer = error_of(lambda: call(web))
    assert answer["error"] == "missing_scope"
    assert scope in answer["needed"].split(",")
    assert answer["provided"].split(",") == sorted(slack.scopes)
    assert scope not in answer.headers["x-oauth-scopes"]
    slack.grant(scope)
    assert call(web)["ok"]


def test_where_it_is_minded_a_channel_takes_one_message_a_second(time: Any) -> None:
    slack = LocalSlack(time, throttled=True)
    with running(slack):
        web = WebClient(slack.team.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[])
        assert post(web)["ok"]
        assert error_of(lambda: post(web)).status_code == 429
        assert web.chat_postMessage(channel=FABRIKAM.id, text="another channel")["ok"]
        time.pass_(seconds=1)
        assert post(web)["ok"]


def test_no_token_is_in_the_journal(slack: LocalSlack, web: WebClient, http: Any) -> None:
    post(web)
    http.post("/api/chat.postMessage", {"token": slack.team.bot_token, "channel": BILLING.id, "text": "x"})
    web.apps_connections_open(app_token=slack.team.app_token)
    shown = repr([(entry.body, entry.answer) for entry in slack.journal()])
    assert slack.team.bot_token not in shown
    assert slack.team.app_token not in shown


def test_a_workspace_without_charts_says_so_everywhere(slack: LocalSlack, app: Any) -> None:
    chart = {
        "type": "data_visualization",
        "title": "Shares",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]},
    }
    app.answer = lambda _: {"text": "x", "blocks": [chart]}
    app.connect()
    validate = lambda: app.web.api_call("blocks.validate", json={"blocks": [chart]})  # noqa: E731
    assert validate()["ok"]
    slack.take_no("data_visualization")
    assert error_of(validate)["errors"][0]["message"] == "unsupported type: data_visualization"
    call = lambda: app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=[chart])  # noqa: E731
    assert error_of(call)["error"] == "invalid_blocks"
    home = {"type": "home", "blocks": [chart]}
    assert error_of(lambda: app.web.views_publish(user_id=TOM.id, view=home))["error"] == "invalid_arguments"
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    assert slack.messages_seen_by(GRACE.id, BILLING.id)[0].error == "invalid_blocks"
    assert app.respond(app.got[0], text="x", blocks=[chart])[0] == 400
    slack.heal()
    assert call()["ok"]
