"""What a person does on the page, and what of it comes back to the page: threads, files, choices, forms, Home."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
import websocket

from bot.playground.hints import Command, commands, examples
from bot.playground.run import menu
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, FABRIKAM, GRACE, GUS, NADIA, OLD_BILLING, RANDOM, SAM, TOM
from tests.integration.playground.conftest import DIRECT, HINTS
from tests.unit.playground import samples

NEVER_THE_PROXY = ["127.0.0.1"]
CSV = b"account;email\nAcme;ann@acme.example\nAcme;bo@acme.example\n"


@contextmanager
def live(slack: LocalSlack, user_id: str, **more: str) -> Iterator[Callable[[str], Any]]:
    """An open page; gives a function that waits for the news in which a text stands."""
    query = urlencode({"as": user_id, "channel": BILLING.id, **more})
    page = websocket.create_connection(
        f"{slack.url.replace('http', 'ws')}/live?{query}", timeout=10, http_no_proxy=NEVER_THE_PROXY
    )

    def news_with(text: str) -> Any:
        while text not in (news := page.recv()):
            pass
        return json.loads(news)

    yield news_with
    page.close()


def upload(http: Any, content: bytes, name: str = "people.csv", mimetype: str = "text/csv", as_: str = TOM.id) -> str:
    """The id of a file that a person put in."""
    path = f"/upload?{urlencode({'as': as_, 'name': name})}"
    status, body = http.send(path, content, {"content-type": mimetype})
    assert status == 200, body
    file_id: str = json.loads(body)["file"]
    return file_id


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": samples.plain("Deactivate"),
        "submit": samples.plain("Do it"),
        "blocks": list(blocks),
    } | more


ADDRESS = samples.field(samples.INPUTS["email_text_input"], "Address")
REASON = samples.field(samples.INPUTS["plain_text_input"] | {"multiline": False}, "Reason", optional=True)


def test_nav_holds_home_channels_the_app_and_people(http: Any) -> None:
    nav = http.get("/")[1].split("<nav>")[1].split("</nav>")[0]
    for words in ("Home", "billing", "random", "fabrikam-shared", "archived", "Seatbot", "guest · English"):
        assert words in nav
    assert "other organisation · English" in nav


def test_a_stranger_sees_only_what_is_shared_with_them(http: Any) -> None:
    nav = http.get(f"/?as={SAM.id}")[1].split("<nav>")[1].split("</nav>")[0]
    assert f"channel={FABRIKAM.id}" in nav
    assert f"channel={BILLING.id}" not in nav


def test_an_archived_channel_has_no_composer(http: Any) -> None:
    page = http.get(f"/?channel={OLD_BILLING.id}")[1]
    assert "This channel is archived" in page
    assert "Pick an example" not in page
    assert "<textarea" not in page
    said = {"as": GRACE.id, "channel": OLD_BILLING.id, "text": "x"}
    assert json.loads(http.post("/say", said)[1])["error"] == "is_archived"


def test_a_thread_stands_beside_its_channel_under_an_address_of_its_own(slack: LocalSlack, http: Any) -> None:
    first = slack.say(TOM.id, BILLING.id, "the first")
    assert http.post("/say", {"as": GRACE.id, "channel": BILLING.id, "text": "a reply", "thread": first.ts})[0] == 200
    channel = http.get("/")[1].split("<main")[1].split("<aside")[0]
    assert "1 reply" in channel
    assert re.search(r"Last reply: Today, \d\d:\d\d<", channel)
    assert "a reply" not in channel
    page = http.get(f"/?channel={BILLING.id}&thread={first.ts}")[1].split("<main")[1].split("<aside")[0]
    beside, thread = page.split("<section")
    assert "the first" in beside
    assert "a reply" not in beside
    for words in ("Thread", "#billing", "Close the thread", "the first", "1 reply", "a reply"):
        assert words in thread
    assert "/seats" not in thread.split("<form")[1]  # there are no commands in threads
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "where", ["thread=1.000001", "thread=x", "tab=home&thread={ts}", "channel={other}&thread={ts}"]
)
def test_a_thread_that_is_not_there_leaves_the_page_as_it_is(slack: LocalSlack, http: Any, where: str) -> None:
    first = slack.say(TOM.id, BILLING.id, "the first")
    status, page = http.get(f"/?{where.format(ts=first.ts, other=RANDOM.id)}")
    assert status == 200
    assert "<section" not in page


def test_a_reply_comes_to_open_pages_of_the_thread_and_counts_in_the_channel(slack: LocalSlack) -> None:
    first = slack.say(TOM.id, BILLING.id, "the first")
    with live(slack, GRACE.id, thread=first.ts) as thread, live(slack, GRACE.id) as channel:
        assert "the first" in thread("the first")["pane"]
        slack.say(CAMILLE.id, BILLING.id, "merci", thread_ts=first.ts)
        assert thread("merci")["thread"]["order"][0] == first.ts
        assert "1 reply" in channel("1 reply")["messages"]["fragments"][first.ts]


def test_a_command_in_a_thread_is_answered_there_and_counts_as_no_reply(slack: LocalSlack, http: Any) -> None:
    first = slack.say(TOM.id, BILLING.id, "the first")
    said = {"as": GRACE.id, "channel": BILLING.id, "text": "/seats report", "thread": first.ts}
    assert http.post("/say", said)[0] == 200
    assert "not supported in threads" in http.get(f"/?channel={BILLING.id}&thread={first.ts}")[1]
    assert "1 reply" not in http.get("/")[1]


def test_bytes_go_up_as_they_are_and_come_down_the_same(slack: LocalSlack, http: Any) -> None:
    content = bytes(range(256)) * 10
    file_id = upload(http, content, "a b.bin", "application/x-www-form-urlencoded")
    said = {"as": TOM.id, "channel": BILLING.id, "text": "", "files": [file_id]}
    assert http.post("/say", said)[0] == 200
    with DIRECT.open(f"{slack.url}/file/{file_id}?as={GRACE.id}", timeout=10) as answer:
        assert answer.read() == content
        assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''a%20b.bin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-type"] == "application/octet-stream"


def test_a_table_is_shown_with_its_first_lines(http: Any) -> None:
    file_id = upload(http, CSV + b"Acme;<script>\n")
    http.post("/say", {"as": TOM.id, "channel": BILLING.id, "text": "here", "files": [file_id]})
    page = http.get("/")[1]
    for words in ("people.csv", "CSV", "<th>account</th>", "<td>bo@acme.example</td>", "&lt;script&gt;"):
        assert words in page
    assert f'href="/file/{file_id}?as={GRACE.id}"' in page


def test_a_file_is_for_those_who_may_see_it(http: Any) -> None:
    file_id = upload(http, CSV)
    assert http.get(f"/file/{file_id}?as={TOM.id}")[0] == 200
    assert http.get(f"/file/{file_id}?as={GRACE.id}")[0] == 404  # nobody has shared it yet
    stolen = {"as": GRACE.id, "channel": BILLING.id, "text": "", "files": [file_id]}
    assert json.loads(http.post("/say", stolen)[1])["error"] == "file_not_found"
    http.post("/say", {"as": TOM.id, "channel": BILLING.id, "text": "", "files": [file_id]})
    assert http.get(f"/file/{file_id}?as={GRACE.id}")[0] == 200
    assert http.get(f"/file/{file_id}?as={SAM.id}")[0] == 404
    assert http.get(f"/file/{file_id}")[0] == 404


def test_a_file_that_was_deleted_goes_from_open_pages(slack: LocalSlack, http: Any) -> None:
    file_id = upload(http, CSV)
    said = slack.say(TOM.id, BILLING.id, "here", files=[file_id])
    with live(slack, GRACE.id) as page:
        assert "people.csv" in page("people.csv")["messages"]["fragments"][said.ts]
        with slack.changed:
            slack.files.delete(slack.file(file_id))
        slack.say(TOM.id, BILLING.id, "gone")
        assert "is no longer there" in page("gone")["messages"]["fragments"][said.ts]


def test_a_page_of_another_site_uploads_nothing(http: Any) -> None:
    headers = {"content-type": "text/csv", "origin": "https://evil.example"}
    assert http.send(f"/upload?as={TOM.id}&name=x", CSV, headers)[0] == 403
    assert http.send("/upload?as=U0NOBODY&name=x", CSV, {})[0] == 400


def test_a_choice_goes_to_the_app_and_is_still_there_after_a_reload(slack: LocalSlack, app: Any, http: Any) -> None:
    app.connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": [samples.ELEMENTS["static_select"]]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    chosen = {"as": GRACE.id, "place": ts, "block": "b", "action": "status", "value": "denied"}
    assert http.post("/choose", chosen)[0] == 200
    app.wait_for_requests(1)
    assert app.got[0].payload["actions"][0]["selected_option"]["value"] == "denied"
    assert 'value="Denied"' in http.get("/")[1]
    assert 'value="Inactive"' in http.get(f"/?as={TOM.id}")[1]


def test_several_choices_and_an_instant_of_the_persons_own_time_zone(slack: LocalSlack, app: Any, http: Any) -> None:
    app.connect()
    elements = [samples.ELEMENTS["checkboxes"], samples.ELEMENTS["datetimepicker"]]
    blocks = [{"type": "actions", "block_id": "b", "elements": elements}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    where = {"as": CAMILLE.id, "place": ts, "block": "b"}
    http.post("/choose", where | {"action": "several", "value": ["active", "denied"]})
    http.post("/choose", where | {"action": "instant", "value": {"local": "2026-11-03T14:30"}})
    app.wait_for_requests(2)
    got = {action["action_id"]: action for request in app.got for action in request.payload["actions"]}
    several, instant = got["several"], got["instant"]
    assert [option["value"] for option in several["selected_options"]] == ["active", "denied"]
    assert instant["selected_date_time"] == 1793712600  # 13:30 UTC


def test_a_feedback_button_is_one_of_two(app: Any, http: Any) -> None:
    app.connect()
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=samples.BLOCKS["context_actions"])["ts"]
    block_id = app.slack.messages_seen_by(GRACE.id, BILLING.id)[0].blocks[0]["block_id"]
    press = {"as": GRACE.id, "place": ts, "block": block_id, "action": "feedback", "value": "bad"}
    assert http.post("/press", press)[0] == 200
    app.wait_for_requests(1)
    assert app.got[0].payload["actions"][0]["value"] == "bad"


def test_options_are_asked_of_the_app_and_come_as_html(app: Any, http: Any) -> None:
    app.answer = lambda request: {"options": [samples.option(f"<{request.payload['value']}> & Sons", "1")]}
    app.connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": [samples.ELEMENTS["external_select"]]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    where = {"as": GRACE.id, "place": ts, "block": "b", "action": "account"}
    status, body = http.post("/options", where | {"query": "acme"})
    assert status == 200
    assert 'role="option" data-value="1"' in json.loads(body)["html"]
    assert "&lt;acme&gt; &amp; Sons" in json.loads(body)["html"]
    assert json.loads(http.post("/options", where | {"query": "a"})[1])["html"] == ""  # too short to ask


def test_options_that_come_in_groups_can_be_chosen(app: Any, http: Any) -> None:
    group = {"label": samples.plain("Trials"), "options": [samples.option("Studio", "s")]}
    app.answer = lambda _: {"option_groups": [group]}
    app.connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": [samples.ELEMENTS["external_select"]]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    where = {"as": GRACE.id, "place": ts, "block": "b", "action": "account"}
    html = json.loads(http.post("/options", where | {"query": "st"})[1])["html"]
    assert 'role="option" data-value="s"' in html
    assert http.post("/choose", where | {"value": "s"})[0] == 200


def test_an_app_that_stays_silent_leaves_the_modal_open_and_says_so(
    slack: LocalSlack, app: Any, http: Any, time: Any
) -> None:
    app.answer = lambda _: time.pass_(seconds=4)
    app.connect()
    view = slack.open_view(GRACE.id, modal(ADDRESS))
    status, body = http.post("/submit", {"as": GRACE.id, "view": view.id, "values": {}})
    assert (status, json.loads(body)["error"]) == (400, "operation_timeout")
    assert [one.id for one in slack.modals(GRACE.id)] == [view.id]


def test_a_second_search_does_not_lose_the_first_choice(slack: LocalSlack, app: Any, http: Any) -> None:
    app.answer = lambda request: (
        {"options": [samples.option(request.payload["value"], request.payload["value"])]}
        if request.payload["type"] == "block_suggestion"
        else {}
    )
    app.connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": [samples.ELEMENTS["multi_external_select"]]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    where = {"as": GRACE.id, "place": ts, "block": "b", "action": "accounts"}
    chosen = ["1"]
    for name in ("dupont", "zephyr"):
        http.post("/options", where | {"query": name})
        chosen.append(name)
        assert http.post("/choose", where | {"value": chosen})[0] == 200
    app.wait_for_requests(4)
    assert [one["value"] for one in app.got[-1].payload["actions"][0]["selected_options"]] == chosen


def test_a_modal_opens_on_the_page_and_goes_when_it_is_closed(slack: LocalSlack, http: Any) -> None:
    with live(slack, GRACE.id) as page, live(slack, TOM.id) as other:
        other("connected")
        view = slack.open_view(GRACE.id, modal(ADDRESS))
        fragment = page("data-view")["views"]["fragments"][view.id]
        assert 'role="dialog"' in fragment
        assert http.post("/close", {"as": GRACE.id, "view": view.id})[0] == 200
        assert page('"views"')["views"] == {"order": [], "fragments": {}}
        slack.say(TOM.id, BILLING.id, "nothing of it here")
        assert "views" not in other("nothing of it here")


def test_what_is_put_into_a_modal_changes_no_fragment_and_is_there_after_a_reload(slack: LocalSlack, http: Any) -> None:
    view = slack.open_view(GRACE.id, modal(ADDRESS, REASON))
    with live(slack, GRACE.id) as page:
        page("data-view")
        put = {"as": GRACE.id, "place": view.id, "block": REASON["block_id"], "action": "reason", "value": "left"}
        assert http.post("/choose", put)[0] == 200
        slack.say(TOM.id, BILLING.id, "later")
        assert "views" not in page("later")
    with live(slack, GRACE.id) as page:
        assert 'value="left"' in page("data-view")["views"]["fragments"][view.id]


def test_a_modal_that_is_not_complete_asks_no_app(slack: LocalSlack, app: Any, http: Any) -> None:
    app.connect()
    view = slack.open_view(GRACE.id, modal(ADDRESS, REASON))
    status, body = http.post(
        "/submit", {"as": GRACE.id, "view": view.id, "values": {ADDRESS["block_id"]: "no address"}}
    )
    assert (status, json.loads(body)["errors"]) == (400, {ADDRESS["block_id"]: "not_email"})
    assert app.got == []


def test_errors_of_the_app_come_to_their_fields(slack: LocalSlack, app: Any, http: Any) -> None:
    errors = {ADDRESS["block_id"]: "Nobody has this address."}
    app.answer = lambda _: {"response_action": "errors", "errors": errors}
    app.connect()
    view = slack.open_view(GRACE.id, modal(ADDRESS))
    with live(slack, GRACE.id) as page:
        page("data-view")
        body = {"as": GRACE.id, "view": view.id, "values": {ADDRESS["block_id"]: "ann@acme.example"}}
        assert http.post("/submit", body)[0] == 200
        fragment = page("Nobody has this address.")["views"]["fragments"][view.id]
        assert 'value="ann@acme.example"' in fragment


def test_a_submitted_modal_carries_its_files_and_closes(slack: LocalSlack, app: Any, http: Any) -> None:
    app.connect()
    file_field = samples.field(samples.INPUTS["file_input"], "List")
    view = slack.open_view(TOM.id, modal(file_field))
    values = {file_field["block_id"]: [upload(http, CSV)]}
    assert http.post("/submit", {"as": TOM.id, "view": view.id, "values": values})[0] == 200
    state = app.got[0].payload["view"]["state"]["values"][file_field["block_id"]]["file"]
    assert state["files"][0]["name"] == "people.csv"
    assert slack.modals(TOM.id) == []


def test_home_is_asked_for_and_comes_to_the_page(slack: LocalSlack, app: Any, http: Any) -> None:
    assert "Seatbot has published nothing here yet." in http.get("/?tab=home")[1]
    slack.team = replace(slack.team, events=("app_home_opened",))
    app.connect()
    with live(slack, GRACE.id, tab="home") as page:
        page("published nothing")
        assert http.post("/home", {"as": GRACE.id, "tab": "home"})[0] == 200
        app.wait_for_requests(1)
        assert app.got[0].payload["event"]["tab"] == "home"
        app.web.views_publish(user_id=GRACE.id, view={"type": "home", "blocks": samples.BLOCKS["header"]})
        assert "The running period" in page("The running period")["home"]
    home = http.get("/?tab=home")[1]
    assert "The running period" in home
    assert "<textarea" not in home


def test_a_message_that_is_changed_keeps_its_place(slack: LocalSlack, app: Any) -> None:
    ts = app.web.chat_postMessage(channel=BILLING.id, text="before")["ts"]
    later = slack.say(TOM.id, BILLING.id, "another")
    with live(slack, GRACE.id) as page:
        page("another")
        app.web.chat_update(channel=BILLING.id, ts=ts, text="after")
        news = page("after")["messages"]
        assert news["order"] == [ts, later.ts]
        assert list(news["fragments"]) == [ts]
        assert "(edited)" in news["fragments"][ts]


@pytest.mark.parametrize("person", [GRACE, CAMILLE, TOM, NADIA, GUS, SAM], ids=lambda person: person.name)
def test_every_person_has_a_page_in_their_language(http: Any, person: Any) -> None:
    for query in ("", "&tab=home"):
        status, page = http.get(f"/?as={person.id}{query}")
        assert status == 200
        assert f'<html lang="{person.language}">' in page
        assert "{" not in page.split("<body")[1].split(">", 1)[1].split("<aside")[0]  # no brace is left unfilled


def test_the_panel_says_what_was_taken_and_what_was_refused(app: Any, http: Any) -> None:
    app.web.chat_postMessage(channel=BILLING.id, text="fine")
    with pytest.raises(Exception, match="channel_not_found"):
        app.web.chat_postMessage(channel="C0NOWHERE", text="not so")
    panel = http.get("/")[1].split("<aside")[1]
    refused, taken = panel.split("<details")[1:3]
    assert "channel_not_found" in refused
    assert "refused" in refused
    assert 'class="badge good">ok' in taken


@pytest.mark.parametrize(
    "payload", [[], "x", {"actions": "x"}, {"actions": [1], "event": 2, "view": [3]}, {"command": None, "text": {}}]
)
def test_the_panel_shows_whatever_an_app_sends(app: Any, http: Any, payload: Any) -> None:
    app.slack.note_request("odd", {"payload": payload, "view": 1}, None)
    status, page = http.get("/")
    assert status == 200
    assert "<strong>odd</strong>" in page


def test_the_menu_holds_the_commands_of_the_bot_in_each_language(http: Any) -> None:
    english, french = menu("en"), menu("fr")
    assert len(english) == len(french)
    assert {command.command for command in english} >= {"/seats report", "/seats deny add", "/seats help"}
    assert {command.command for command in french} >= {"/seats rapport", "/seats exclure ajouter", "/seats aide"}
    assert all(command.does and not command.usage.startswith("/") for command in [*english, *french])
    report = next(command for command in french if command.command == "/seats rapport")
    assert report.usage.startswith("[")


def test_without_commands_the_lines_to_try_stand_in_the_menu(http: Any) -> None:
    page = http.get("/")[1]
    for line in HINTS["en"]:
        assert f'data-command="{line}"' in page
    assert commands([Command("/seats report"), "/seats report Acme"]) == [Command("/seats report")]
    assert examples([Command("/seats report"), "/seats report Acme"]) == ["/seats report Acme"]


def month(http: Any, as_: str, at: str = "2026-11-03", days: int = 0, months: int = 0, chosen: str = "") -> str:
    asked = {"as": as_, "at": at, "days": days, "months": months, "chosen": chosen}
    status, body = http.post("/month", asked)
    assert status == 200, body
    html: str = json.loads(body)["html"]
    return html


def test_a_month_is_drawn_for_its_reader_with_today_and_what_is_chosen(http: Any) -> None:
    english, french = month(http, GRACE.id, at=""), month(http, CAMILLE.id, chosen="2026-11-20")
    assert "November 2026" in english
    assert 'aria-label="Tuesday, 3 November 2026" aria-current="date"' in english
    assert 'aria-selected="true"' not in english
    assert "novembre 2026" in french
    assert french.count('aria-selected="true"') == 1
    assert 'tabindex="0" data-day="2026-12-01"' in month(http, GRACE.id, days=28)
    assert 'tabindex="0" data-day="2027-01-03"' in month(http, GRACE.id, months=2)


@pytest.mark.parametrize("wrong", [{"at": "3.11.2026"}, {"days": "x"}, {"chosen": 7}])
def test_a_month_that_is_none_is_refused(http: Any, wrong: dict[str, Any]) -> None:
    asked = {"as": GRACE.id, "at": "2026-11-03", "days": 0, "months": 0, "chosen": ""} | wrong
    assert json.loads(http.post("/month", asked)[1])["error"] == "invalid_arguments"
