"""Delivery by HTTP: a Bolt app behind a real server hears commands, interactions, options and events, signed."""

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest
from slack_bolt import App as Bolt
from slack_bolt import BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.clock import system_clock
from bot.playground.http_push import UrlNotVerifiedError
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, TOM

SECRET = "shhh"  # noqa: S105
DIRECT = f"D{TOM.id[1:]}"
Answer = tuple[int, dict[str, str], bytes]


class Endpoint:
    """A request URL: what came, and a test's answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[dict[str, str], bytes], Answer] = lambda headers, body: (200, {}, b"")
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                endpoint.got.append((headers, body))
                status, answered, content = endpoint.answer(headers, body)
                with suppress(ConnectionError):  # Slack has given up meanwhile
                    self._send(status, answered, content)

            def _send(self, status: int, answered: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in answered.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def payloads(self) -> list[Any]:
        """What came: JSON, a form, or JSON within one."""
        found = []
        for headers, body in self.got:
            form = dict(parse_qsl(body.decode()))
            is_json = headers["content-type"] == "application/json"
            found.append(json.loads(body) if is_json else json.loads(form["payload"]) if "payload" in form else form)
        return found


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    endpoint.close()


@pytest.fixture
def pushed(slack: LocalSlack, endpoint: Endpoint) -> LocalSlack:
    """The local Slack, delivering to the endpoint."""
    slack.deliver_to(endpoint.url, SECRET, verify=False)
    return slack


def replies(body: Any, status: int = 200, **headers: str) -> Callable[[dict[str, str], bytes], Answer]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda *_: (status, {"content-type": "application/json", **headers}, content)


def seen(slack: LocalSlack) -> list[str]:
    return [message.text for message in slack.messages_seen_by(GRACE.id, BILLING.id)]


def test_a_command_is_a_signed_form_and_answered_in_the_body(pushed: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.answer = replies({"text": "812"})
    pushed.command(GRACE.id, BILLING.id, "report acme")
    pushed.wait_until_answered()
    ((headers, body),) = endpoint.got
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    stamp = headers["x-slack-request-timestamp"]
    assert stamp == str(int(pushed.clock().timestamp()))
    signed = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={signed}"
    assert parse_qs(body.decode())["text"] == ["report acme"]
    assert seen(pushed) == ["812"]


def test_a_plain_body_is_the_message(pushed: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.answer = replies(b"just text")
    pushed.command(GRACE.id, BILLING.id, "report")
    pushed.wait_until_answered()
    assert seen(pushed) == ["just text"]


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_command_that_fails_is_told_and_not_tried_again(pushed: LocalSlack, endpoint: Endpoint, status: int) -> None:
    endpoint.answer = replies(b"", status)
    pushed.command(GRACE.id, BILLING.id, "report")
    pushed.wait_until_answered()
    (told,) = pushed.messages_seen_by(GRACE.id, BILLING.id)
    assert told.error == "dispatch_failed"
    assert len(endpoint.got) == 1


def test_a_command_that_takes_too_long_is_told(slack: LocalSlack, endpoint: Endpoint) -> None:
    release = Event()
    endpoint.answer = lambda *_: (200, {}, b"late") if release.wait(5) else (500, {}, b"")
    slack.deliver_to(endpoint.url, SECRET, verify=False, patience=0.1)
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    release.set()
    (told,) = slack.messages_seen_by(GRACE.id, BILLING.id)
    assert told.error == "operation_timeout"


def test_nobody_at_the_url_is_told(slack: LocalSlack, endpoint: Endpoint) -> None:
    slack.deliver_to("http://127.0.0.1:1/slack/events", SECRET, verify=False)
    slack.command(GRACE.id, BILLING.id, "report")
    slack.wait_until_answered()
    assert slack.messages_seen_by(GRACE.id, BILLING.id)[0].error == "dispatch_failed"


def test_buttons_and_options_are_json_within_a_form(pushed: LocalSlack, endpoint: Endpoint, web: WebClient) -> None:
    elements = [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}},
        {"type": "external_select", "action_id": "find", "min_query_length": 1},
    ]
    blocks = [{"type": "actions", "elements": elements}]
    ts = web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    pushed.press(GRACE.id, ts, "go")
    pushed.wait_until_answered()
    option = {"text": {"type": "plain_text", "text": "Acme"}, "value": "acme"}
    endpoint.answer = replies({"options": [option]})
    asked = pushed.options(GRACE.id, ts, "find", "ac")
    pushed.wait_until_answered()
    assert [payload["type"] for payload in endpoint.payloads()] == ["block_actions", "block_suggestion"]
    assert asked
    assert pushed.offered(asked) == [option]


def test_an_event_is_json_and_an_answer_of_two_hundred_ends_it(pushed: LocalSlack, endpoint: Endpoint) -> None:
    pushed.say(TOM.id, DIRECT, "hello")
    pushed.wait_until_answered()
    (payload,) = endpoint.payloads()
    assert (payload["type"], payload["event"]["text"]) == ("event_callback", "hello")
    assert "x-slack-retry-num" not in endpoint.got[0][0]


def test_an_event_that_fails_is_tried_three_times_more_with_its_number_and_reason(
    pushed: LocalSlack, endpoint: Endpoint, time: Any
) -> None:
    endpoint.answer = replies(b"", 500)
    pushed.say(TOM.id, DIRECT, "hello")
    for number, wait in enumerate((0, 60, 300), start=1):
        pushed.wait_until_answered()
        time.pass_(seconds=wait)
        pushed.expire()
        pushed.wait_for(lambda number=number: len(endpoint.got) > number, "a retry")
    pushed.wait_until_answered()
    time.pass_(days=1)
    pushed.expire()
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in endpoint.got]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({body for _, body in endpoint.got}) == 1


def test_an_event_waits_its_time_before_it_is_tried_again(pushed: LocalSlack, endpoint: Endpoint, time: Any) -> None:
    endpoint.answer = replies(b"", 500)
    pushed.say(TOM.id, DIRECT, "hello")
    pushed.wait_until_answered()
    pushed.expire()
    pushed.wait_for(lambda: len(endpoint.got) == 2, "the first retry, which comes at once")
    pushed.wait_until_answered()
    time.pass_(seconds=59)
    pushed.expire()
    assert not [entry for entry in pushed.journal() if entry.body.get("retry_attempt") == 2]


def test_an_app_can_refuse_to_be_asked_again(pushed: LocalSlack, endpoint: Endpoint, time: Any) -> None:
    endpoint.answer = replies(b"", 500, **{"X-Slack-No-Retry": "1"})
    pushed.say(TOM.id, DIRECT, "hello")
    pushed.wait_until_answered()
    time.pass_(days=1)
    pushed.expire()
    assert len(endpoint.got) == 1


def test_a_url_is_verified_by_its_challenge(slack: LocalSlack, endpoint: Endpoint) -> None:
    endpoint.answer = lambda _, body: (200, {}, json.loads(body)["challenge"].encode())
    slack.deliver_to(endpoint.url, SECRET)
    endpoint.answer = lambda _, body: (200, {}, json.dumps({"challenge": json.loads(body)["challenge"]}).encode())
    slack.deliver_to(endpoint.url, SECRET)
    endpoint.answer = replies({"challenge": "wrong"})
    with pytest.raises(UrlNotVerifiedError, match="wrong"):
        slack.deliver_to(endpoint.url, SECRET)
    assert {payload["type"] for payload in endpoint.payloads()} == {"url_verification"}


def test_a_request_can_be_delivered_again_as_it_was(pushed: LocalSlack, endpoint: Endpoint, time: Any) -> None:
    pushed.command(GRACE.id, BILLING.id, "report")
    pushed.wait_until_answered()
    time.pass_(days=2)
    pushed.redeliver_last()
    pushed.wait_until_answered()
    assert endpoint.got[0][1] == endpoint.got[1][1]


def test_it_can_go_back_to_sockets(pushed: LocalSlack, app: Any, endpoint: Endpoint) -> None:
    pushed.deliver_by_socket()
    app.connect()
    pushed.command(GRACE.id, BILLING.id, "report")
    pushed.wait_until_answered()
    assert (len(app.got), endpoint.got) == (1, [])


@pytest.fixture
def bolt(endpoint: Endpoint) -> Iterator[tuple[LocalSlack, Bolt]]:
    """A Bolt app behind the endpoint, which verifies signatures by the real clock."""
    slack = LocalSlack(system_clock, request_url=endpoint.url, signing_secret=SECRET)
    with running(slack):
        token = slack.team.bot_token
        bolt = Bolt(
            client=WebClient(base_url=f"{slack.url}/api/"),
            authorize=lambda: AuthorizeResult(
                enterprise_id=None,
                team_id=slack.team.id,
                bot_token=token,
                bot_id=slack.team.bot_id,
                bot_user_id=slack.team.bot_user_id,
            ),
            signing_secret=SECRET,
            process_before_response=True,
        )

        def answer(headers: dict[str, str], body: bytes) -> Answer:
            response = bolt.dispatch(BoltRequest(body=body.decode(), headers=headers))
            return response.status, {"content-type": "application/json"}, (response.body or "").encode()

        endpoint.answer = answer
        yield slack, bolt


def test_a_bolt_app_answers_a_command_opens_a_modal_and_takes_its_submission(bolt: tuple[LocalSlack, Bolt]) -> None:
    slack, app = bolt
    names: list[str] = []

    @app.command("/seats")
    def seats(ack: Any, body: Any, client: WebClient) -> None:
        ack("opening")
        element = {"type": "plain_text_input", "action_id": "name"}
        block = {
            "type": "input",
            "block_id": "who",
            "label": {"type": "plain_text", "text": "Who?"},
            "element": element,
        }
        title = {"type": "plain_text", "text": "Form"}
        view = {"type": "modal", "callback_id": "form", "title": title, "submit": title, "blocks": [block]}
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("form")
    def form(ack: Any, view: Any) -> None:
        name = view["state"]["values"]["who"]["name"]["value"]
        names.append(name)
        ack(response_action="errors", errors={"who": "again"}) if name == "x" else ack()

    slack.command(GRACE.id, BILLING.id, "form")
    slack.wait_until_answered()
    (view,) = slack.modals(GRACE.id)
    assert seen(slack) == ["opening"]
    slack.submit(GRACE.id, view.id, {"who": "x"})
    slack.wait_until_answered()
    assert slack.modals(GRACE.id)[0].errors == {"who": "again"}
    slack.submit(GRACE.id, view.id, {"who": "Ada"})
    slack.wait_until_answered()
    assert (slack.modals(GRACE.id), names) == ([], ["x", "Ada"])


def test_a_bolt_app_hears_direct_messages_and_not_its_own(bolt: tuple[LocalSlack, Bolt]) -> None:
    slack, app = bolt
    heard: list[str] = []

    @app.event("message")
    def message(event: Any, say: Any) -> None:
        heard.append(event["text"])
        say("hello back")

    slack.say(TOM.id, DIRECT, "hello")
    slack.wait_for(lambda: len(slack.messages_seen_by(TOM.id, DIRECT)) == 2, "the answer")
    slack.wait_until_answered()
    assert heard == ["hello"]


def test_a_bolt_app_refuses_a_wrong_signature(bolt: tuple[LocalSlack, Bolt], endpoint: Endpoint) -> None:
    slack, _ = bolt
    slack.deliver_to(endpoint.url, "wrong", verify=False)
    slack.command(GRACE.id, BILLING.id, "form")
    slack.wait_until_answered()
    assert slack.messages_seen_by(GRACE.id, BILLING.id)[0].error == "dispatch_failed"
    assert {"status": 401} in [entry.body for entry in slack.journal()]
