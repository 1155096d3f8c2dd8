"""The page of the local Slack: what is in it for whom, what it takes, and what it pushes to those who look."""

import json
import re
import socket
import threading
from importlib.resources import files
from typing import Any

import pytest
import websocket

from bot.playground.server import running
from bot.playground.serving import PortInUseError
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE, RANDOM, TOM
from tests.integration.playground.conftest import DIRECT

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Undo"}, "action_id": "undo"}
WITH_BUTTON = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]
STATIC = files("bot.playground").joinpath("static")
NEVER_THE_PROXY = ["127.0.0.1"]


class Live:
    """An open page, as its script sees it."""

    def __init__(self, slack: LocalSlack, user_id: str, url: str = "", **options: Any) -> None:
        url = url or f"{slack.url.replace('http', 'ws')}/live?as={user_id}&channel={BILLING.id}"
        self.socket = websocket.create_connection(url, timeout=10, http_no_proxy=NEVER_THE_PROXY, **options)

    def next_with(self, text: str) -> Any:
        """The next news in which the text stands."""
        while text not in (news := self.socket.recv()):
            pass
        return json.loads(news)


def test_the_page_opens_as_the_english_speaking_admin(http: Any) -> None:
    status, page = http.get("/")
    assert status == 200
    assert '<html lang="en">' in page
    assert f'data-as="{GRACE.id}"' in page
    for part in ("<nav>", "<main", "<aside", "<textarea", "Northwind MSP"):
        assert part in page


def test_the_page_speaks_the_language_of_the_person(http: Any) -> None:
    page = http.get(f"/?as={CAMILLE.id}")[1]
    for words in ('<html lang="fr">', "Canaux", "Envoyer un message à #billing", "/seats rapport"):
        assert words in page
    assert "/seats report" not in page


def test_the_switch_of_person_names_everybody_with_role_and_language(slack: LocalSlack, http: Any) -> None:
    page = http.get("/")[1]
    for person in slack.people.values():
        assert f'href="?as={person.id}"' in page
    assert "reader · French" in page


def test_an_unknown_person_in_the_address_is_the_first_one(http: Any) -> None:
    assert f'data-as="{GRACE.id}"' in http.get("/?as=U0NOBODY&channel=C0NOWHERE")[1]


def test_the_page_loads_nothing_from_elsewhere_and_allows_no_script_in_it(http: Any) -> None:
    page = http.get("/")[1]
    loaded = re.findall(r'(?:src|href)="([^"#?][^"]*)"', page.split("<body")[0])
    assert loaded
    for path in loaded:
        assert path == "data:," or (path.startswith("/static/") and http.get(path)[0] == 200)
    assert "<script>" not in page
    assert " style=" not in page  # the policy would not let it be
    assert not re.search(r" on[a-z]+=", page)


def test_every_module_of_the_script_is_there_and_imports_only_its_neighbours(http: Any) -> None:
    seen: set[str] = set()
    waiting = ["page.js"]
    while waiting:
        name = waiting.pop()
        status, script = http.get(f"/static/{name}")
        assert status == 200
        seen.add(name)
        imported = re.findall(r'(?:from|import) ?"([^"]+)"', script)
        assert all(path.startswith("./") for path in imported)
        assert not re.search(r"\b(?:alert|confirm|prompt)\(", script)  # the browser's own dialogs
        waiting += {path.removeprefix("./") for path in imported} - seen
    assert seen == {file.name for file in STATIC.iterdir() if file.name.endswith(".js")}


def test_the_script_of_the_page_is_below_40_kb_and_is_kept_by_the_browser(http: Any, slack: LocalSlack) -> None:
    paths = set(re.findall(r'(?:src|href)="(/static/[^"]+\.js)"', http.get("/")[1]))
    scripts = [http.get(path)[1] for path in paths]
    assert len(paths) == len([file for file in STATIC.iterdir() if file.name.endswith(".js")])
    assert sum(len(script.encode()) for script in scripts) < 40_000
    with DIRECT.open(f"{slack.url}{min(paths)}", timeout=10) as answer:
        assert "immutable" in answer.headers["cache-control"]
    assert http.get("/static/nothing.js")[0] == 404


def test_the_policy_lets_the_page_ask_no_other_host(slack: LocalSlack) -> None:
    with DIRECT.open(f"{slack.url}/", timeout=10) as answer:
        policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources == {"'none'", "'self'", "data:", slack.url.replace("http", "ws")}


def test_what_was_said_survives_a_reload(http: Any) -> None:
    assert http.post("/say", {"as": TOM.id, "channel": BILLING.id, "text": "<b>hello</b>"})[0] == 200
    assert "&lt;b&gt;hello&lt;/b&gt;" in http.get("/")[1]


def test_an_ephemeral_message_is_marked_in_the_language_of_its_viewer(slack: LocalSlack, app: Any, http: Any) -> None:
    app.web.chat_postEphemeral(channel=BILLING.id, user=CAMILLE.id, text="psst")
    assert "Visible par vous uniquement" in http.get(f"/?as={CAMILLE.id}")[1]
    assert "psst" not in http.get("/")[1].split("<aside")[0]


def test_a_page_holds_at_most_200_messages(slack: LocalSlack, http: Any) -> None:
    for number in range(205):
        slack.say(TOM.id, BILLING.id, f"message {number}.")
    page = http.get("/")[1]
    assert page.count("<article") == 200
    assert "message 4." not in page
    assert "message 204." in page


def test_the_panel_shows_the_json_with_its_html_escaped(slack: LocalSlack, app: Any, http: Any) -> None:
    app.web.chat_postMessage(channel=BILLING.id, text="<script>alert(1)</script>")
    panel = http.get("/")[1].split("<aside")[1]
    assert "chat.postMessage" in panel
    assert "&lt;script&gt;" in panel
    assert "<script" not in panel


def test_an_open_page_gets_messages_and_json_as_they_come(slack: LocalSlack, app: Any) -> None:
    page = Live(slack, GRACE.id)
    app.web.chat_postMessage(channel=BILLING.id, text="hello")
    news = page.next_with("hello")
    assert "hello" in next(iter(news["messages"]["fragments"].values()))
    page.socket.close()


def test_an_open_page_gets_no_ephemeral_message_of_others(slack: LocalSlack, app: Any) -> None:
    page = Live(slack, TOM.id)
    app.web.chat_postEphemeral(channel=BILLING.id, user=GRACE.id, text="psst")
    app.web.chat_postMessage(channel=BILLING.id, text="hello")
    assert "psst" not in json.dumps(page.next_with("hello")["messages"])
    page.socket.close()


def test_an_open_page_is_told_what_was_deleted(slack: LocalSlack, app: Any) -> None:
    page = Live(slack, GRACE.id)
    ts = app.web.chat_postMessage(channel=BILLING.id, text="hello")["ts"]
    page.next_with(f'"order": ["{ts}"]'.replace(": ", ":"))
    app.web.chat_delete(channel=BILLING.id, ts=ts)
    assert page.next_with('"order":[]')["messages"] == {"order": [], "fragments": {}}
    page.socket.close()


def test_a_page_that_comes_back_catches_up(slack: LocalSlack, app: Any) -> None:
    Live(slack, GRACE.id).socket.close()
    app.web.chat_postMessage(channel=BILLING.id, text="meanwhile")
    page = Live(slack, GRACE.id)
    assert page.next_with("meanwhile")
    page.socket.close()


def test_a_pressed_button_shows_that_it_waits_until_the_answer(slack: LocalSlack, app: Any, http: Any) -> None:
    app.answer = lambda _: None
    app.connect()
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=WITH_BUTTON)["ts"]
    page = Live(slack, GRACE.id)
    press = {"as": GRACE.id, "place": ts, "block": "b", "action": "undo"}
    assert http.post("/press", press)[0] == 200
    assert "aria-busy" in page.next_with("aria-busy")["messages"]["fragments"][ts]
    assert "aria-busy" not in http.get(f"/?as={TOM.id}")[1]
    app.wait_for_requests(1)
    app.acknowledge(app.got[0])
    assert "aria-busy" not in page.next_with(f'"{ts}":')["messages"]["fragments"][ts]
    page.socket.close()


def test_the_page_says_whether_the_bot_is_connected(slack: LocalSlack, app: Any, http: Any) -> None:
    assert "The bot is not connected" in http.get("/")[1].split("<nav>")[1]
    page = Live(slack, GRACE.id)
    assert page.next_with("connected")["connected"] is False
    app.connect()
    assert page.next_with('"connected":true')
    page.socket.close()


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("/say", {"as": "U0NOBODY", "channel": BILLING.id, "text": "x"}, 400, "user_not_found"),
        ("/say", {"as": GRACE.id, "channel": "C0NOWHERE", "text": "x"}, 400, "channel_not_found"),
        ("/say", {"as": GRACE.id, "channel": BILLING.id, "text": " \n"}, 400, "no_text"),
        ("/say", {"as": GRACE.id, "channel": BILLING.id, "text": 3}, 400, "invalid_arguments"),
        ("/say", {"as": GRACE.id}, 400, "invalid_arguments"),
        ("/say", [], 400, "invalid_arguments"),
        ("/say", b"{", 400, "invalid_arguments"),
        ("/press", {"as": GRACE.id, "place": "1.2", "block": "b", "action": "undo"}, 404, "no_such_element"),
        ("/press", {"as": GRACE.id}, 400, "invalid_arguments"),
    ],
)
def test_what_a_page_cannot_mean_is_refused(http: Any, path: str, body: Any, status: int, error: str) -> None:
    assert http.post(path, body) == (status, json.dumps({"ok": False, "error": error}, separators=(",", ":")))


def test_a_page_of_another_site_can_say_and_hear_nothing(slack: LocalSlack, http: Any) -> None:
    said = {"as": GRACE.id, "channel": BILLING.id, "text": "forged"}
    assert http.post("/say", said, origin="https://evil.example")[0] == 403
    assert http.post("/say", json.dumps(said).encode(), **{"content-type": "text/plain"})[0] == 403
    assert http.get("/", host="evil.example")[0] == 400
    with pytest.raises(websocket.WebSocketBadStatusException):
        Live(slack, GRACE.id, origin="https://evil.example")
    assert slack.messages_seen_by(GRACE.id, BILLING.id) == []


def test_a_port_in_use_is_one_clear_line(time: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUseError) as caught, running(LocalSlack(time), port):
            pass
    assert str(caught.value) == f"Port {port} is in use or not allowed; choose another one."


def test_the_server_stops_although_sockets_are_open(time: Any) -> None:
    slack = LocalSlack(time)
    with running(slack) as server:
        page = Live(slack, GRACE.id)
        page.next_with("connected")
        assert server.url == slack.url
    assert not [thread for thread in threading.enumerate() if thread.name == "local-slack" and thread.is_alive()]
    page.socket.shutdown()


def heads(page: str) -> list[str]:
    """The class of each message of a page."""
    return re.findall(r'<article class="([^"]+)"', page)


def test_who_goes_on_speaking_has_no_second_head(slack: LocalSlack, time: Any, http: Any) -> None:
    slack.say(TOM.id, BILLING.id, "one")
    slack.say(TOM.id, BILLING.id, "two")
    slack.say(GRACE.id, BILLING.id, "three")
    time.pass_(minutes=6)
    slack.say(GRACE.id, BILLING.id, "later")
    assert heads(http.get("/")[1]) == ["message", "message follows", "message", "message"]


def test_what_only_one_person_sees_does_not_go_on_what_all_see(slack: LocalSlack, app: Any, http: Any) -> None:
    app.web.chat_postMessage(channel=BILLING.id, text="for all")
    app.web.chat_postEphemeral(channel=BILLING.id, user=GRACE.id, text="for Grace")
    assert heads(http.get("/")[1]) == ["message", "message ephemeral"]


def test_each_day_begins_with_its_name_in_the_readers_zone_and_language(
    slack: LocalSlack, time: Any, http: Any
) -> None:
    for hours in (0, 11.5, 12.5, 24):  # at half past eleven in UTC it is the next day in Paris
        time.now = time.now.replace(day=3, hour=12, minute=0)
        time.pass_(hours=hours)
        slack.say(TOM.id, BILLING.id, "hello")
    days = r'<p class="day"><span>([^<]+)'
    assert re.findall(days, http.get("/")[1]) == ["Yesterday", "Today"]
    time.pass_(days=3)
    assert re.findall(days, http.get("/")[1]) == ["Tuesday, 3 November", "Wednesday, 4 November"]
    french = http.get(f"/?as={CAMILLE.id}")[1]
    assert re.findall(days, french) == ["mardi 3 novembre", "mercredi 4 novembre"]
    assert french.split("mercredi 4 novembre")[0].count("<article") == 2
    assert http.get("/")[1].split("Wednesday, 4 November")[0].count("<article") == 3


def test_the_page_says_that_the_app_writes_until_it_is_done_with_a_message(slack: LocalSlack, app: Any) -> None:
    app.answer = lambda _: None
    app.connect()
    direct = slack.direct_message(TOM.id)
    assert direct is not None
    url = f"{slack.url.replace('http', 'ws')}/live?as={TOM.id}&channel={direct.id}"
    page = Live(slack, TOM.id, url=url)
    slack.say(TOM.id, direct.id, "why is the bill so high?")
    assert page.next_with("at_work")["at_work"] is True
    app.wait_for_requests(1)
    app.acknowledge(app.got[0])
    assert page.next_with("at_work")["at_work"] is False
    page.socket.close()


def test_a_channel_shows_what_is_new_since_the_person_last_saw_it(slack: LocalSlack, app: Any, http: Any) -> None:
    def unread(page: str) -> list[str]:
        return re.findall(r'data-channel="(\w+)"[^>]* class="\w* ?unread"', page)

    first = app.web.chat_postMessage(channel=BILLING.id, text="seen")["ts"]
    assert unread(http.get(f"/?channel={RANDOM.id}")[1]) == [BILLING.id]
    assert '<p class="new">' not in http.get("/")[1]  # the first visit: all of it would be new
    slack.say(CAMILLE.id, BILLING.id, "in a thread", thread_ts=first)
    app.web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="psst")
    slack.say(GRACE.id, BILLING.id, "my own")
    assert unread(http.get(f"/?channel={RANDOM.id}")[1]) == []
    live = Live(slack, GRACE.id, url=f"{slack.url.replace('http', 'ws')}/live?as={GRACE.id}&channel={RANDOM.id}")
    slack.say(TOM.id, BILLING.id, "news to her")
    assert live.next_with(f'"unread":["{BILLING.id}"]')
    page = http.get("/")[1]
    assert page.index("my own") < page.index('<p class="new">') < page.index("news to her")
    assert unread(page) == []
    assert '<p class="new">' not in http.get("/")[1]
    live.socket.close()
