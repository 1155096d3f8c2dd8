"""The page as it stays open: what comes, what was missed, what is not kept, and what can be done with its controls."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from bot.clock import system_clock
from bot.playground.messages import Message
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND, RANDOM, TOM
from tests.browser.conftest import Visit
from tests.integration.playground.conftest import App
from tests.unit.playground import samples

Open = Callable[..., Visit]


def form(title: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"type": "modal", "callback_id": "form", "title": samples.plain(title), "submit": samples.plain("Save")}
    return found | {"blocks": list(blocks) or samples.BLOCKS["section"][:1]} | more


def controls(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "actions", "block_id": "b", "elements": list(elements)}]


def held(slack: LocalSlack, ts: str) -> dict[str, Any]:
    """What Grace holds in the block `b` of a message, by action."""
    found: dict[str, Any] = slack.held(GRACE.id, ts).get("b", {})
    return found


def posted(slack: LocalSlack, *blocks: dict[str, Any]) -> str:
    return slack.post(Message("", BILLING.id, NORTHWIND.bot_user_id, "controls", blocks=list(blocks))).ts


def test_a_page_whose_connection_was_lost_comes_back_and_catches_up(visit: Open) -> None:
    slack = LocalSlack(system_clock)
    with ExitStack() as first:
        url = first.enter_context(running(slack)).url
        here = visit(url)
        slack.say(TOM.id, BILLING.id, "before")
        expect(here.messages).to_have_count(1)
        here.composer.fill("half a sentence")
    expect(here.page.get_by_text("No connection to the local Slack. Trying again…")).to_be_visible()
    here.composer.press("Enter")
    expect(here.page.get_by_text("Not sent")).to_be_visible()
    expect(here.composer).to_have_value("half a sentence")

    slack.say(TOM.id, BILLING.id, "meanwhile")
    with running(slack, urlsplit(url).port or 0):
        expect(here.messages.last).to_contain_text("meanwhile")
        slack.say(TOM.id, BILLING.id, "after")
        expect(here.messages).to_have_count(3)
        expect(here.page.get_by_text("No connection")).to_have_count(0)
        here.composer.press("Enter")
        expect(here.messages.last).to_contain_text("half a sentence")
        here.page.context.close()


def test_a_channel_of_2000_messages_keeps_200_in_the_page(visit: Open, stage: LocalSlack) -> None:
    for number in range(2_000):
        stage.say(TOM.id, BILLING.id, f"number {number}.")
    here = visit(stage.url)
    expect(here.messages).to_have_count(200)
    expect(here.messages.last).to_be_in_viewport()
    for number in range(2_000, 2_010):
        stage.say(CAMILLE.id, BILLING.id, f"number {number}.")
    expect(here.messages.last).to_contain_text("number 2009.")
    expect(here.messages).to_have_count(200)
    expect(here.messages.first).to_contain_text("number 1810.")
    expect(here.messages.last).to_be_in_viewport()


def test_forms_stand_three_high_and_escape_closes_one_at_a_time(visit: Open, stage: LocalSlack) -> None:
    here = visit(stage.url)
    stage.open_view(GRACE.id, form("One"))
    stage.push_view(GRACE.id, form("Two"))
    stage.push_view(GRACE.id, form("Three"))
    for name in ("Three", "Two", "One"):
        expect(here.page.get_by_role("dialog", name=name)).to_be_visible()
        here.page.keyboard.press("Escape")
        expect(here.page.get_by_role("dialog", name=name)).to_have_count(0)
    expect(here.composer).to_be_focused()


def test_a_form_says_what_is_missing_and_keeps_what_was_typed(visit: Open, stage: LocalSlack, app: App) -> None:
    reason = samples.field({"type": "plain_text_input", "action_id": "why"}, "Reason")
    address = samples.field({"type": "email_text_input", "action_id": "who"}, "Address")
    here = visit(stage.url)
    stage.open_view(GRACE.id, form("Deactivate", reason, address))
    here.dialog.get_by_label("Reason").fill("left on Friday")
    here.dialog.get_by_role("button", name="Save").click()
    expect(here.dialog.get_by_text("Please fill this in.")).to_be_visible()
    expect(here.dialog.get_by_label("Address")).to_be_focused()
    expect(here.dialog.get_by_label("Reason")).to_have_value("left on Friday")

    errors = {"response_action": "errors", "errors": {"input_email_text_input": "Nobody has this address."}}
    app.answer = lambda request: errors
    here.page.keyboard.type("ana@acme.example")
    here.page.keyboard.press("Enter")
    expect(here.dialog.get_by_text("Nobody has this address.")).to_be_visible()
    expect(here.dialog.get_by_label("Reason")).to_have_value("left on Friday")
    expect(here.dialog.get_by_label("Address")).to_have_value("ana@acme.example")
    app.answer = lambda request: {}
    here.page.keyboard.press("Enter")
    expect(here.dialog).to_have_count(0)


def test_a_menu_finds_by_typing_what_the_app_offers(visit: Open, stage: LocalSlack, app: App) -> None:
    app.answer = lambda request: (
        {"options": [samples.option(f"{request.payload['value']}, found", "17")]}
        if request.payload["type"] == "block_suggestion"
        else {}
    )
    ts = posted(stage, *controls({"type": "external_select", "action_id": "account", "min_query_length": 2}))
    here = visit(stage.url)
    menu = here.messages.last.get_by_role("combobox")
    menu.click()
    expect(here.page.get_by_text("Type 2 characters or more")).to_be_visible()
    menu.press_sequentially("acm")
    expect(here.page.get_by_role("option", name="acm, found")).to_be_visible()
    menu.press("ArrowDown")
    menu.press("Enter")
    expect(menu).to_have_value("acm, found")
    stage.wait_for(lambda: held(stage, ts), "the choice")
    assert held(stage, ts)["account"]["selected_option"]["value"] == "17"


def test_a_list_that_is_open_stays_so_where_home_is_published_anew(visit: Open, stage: LocalSlack, app: App) -> None:
    def publish(words: str) -> None:
        picker = {"type": "external_select", "action_id": "account", "min_query_length": 1}
        blocks = [{"type": "section", "text": samples.plain(words)}, *controls(picker)]
        stage.publish_view(GRACE.id, {"type": "home", "blocks": blocks}, "")

    app.answer = lambda request: (
        {"options": [samples.option("Acme", "17")]} if request.payload["type"] == "block_suggestion" else {}
    )
    publish("4 are counted")
    here = visit(f"{stage.url}/?as={GRACE.id}&tab=home")
    menu, acme = here.main.get_by_role("combobox"), here.page.get_by_role("option", name="Acme")
    menu.click()
    here.page.keyboard.type("ac")
    expect(acme).to_be_visible()
    publish("5 are counted")
    expect(here.main).to_contain_text("5 are counted")
    expect(acme).to_be_visible()
    expect(menu).to_have_value("ac")
    here.page.keyboard.press("ArrowDown")
    here.page.keyboard.press("Enter")
    expect(menu).to_have_value("Acme")


def test_a_date_is_chosen_by_mouse_and_by_keyboard(visit: Open, stage: LocalSlack, app: App) -> None:
    ts = posted(stage, *controls(samples.ELEMENTS["datepicker"]))
    here = visit(stage.url)
    field = here.messages.last.get_by_role("button", name="3 Nov 2026")
    field.click()
    here.page.get_by_role("button", name="Next month").click()
    expect(here.page.get_by_role("grid", name="December 2026")).to_be_visible()
    here.page.get_by_role("button", name="Friday, 25 December 2026").click()
    stage.wait_for(lambda: held(stage, ts), "the choice")
    assert held(stage, ts)["day"]["selected_date"] == "2026-12-25"

    field = here.messages.last.get_by_role("button", name="25 Dec 2026")
    expect(field).to_be_enabled()
    stage.wait_until_answered()
    field.press("Enter")
    expect(here.page.get_by_role("button", name="Friday, 25 December 2026")).to_be_focused()
    for key, day in (
        ("ArrowDown", "Friday, 1 January 2027"),
        ("ArrowLeft", "Thursday, 31 December 2026"),
        ("PageUp", "Monday, 30 November 2026"),
    ):
        here.page.keyboard.press(key)
        expect(here.page.get_by_role("button", name=day)).to_be_focused()
    here.page.keyboard.press("Escape")
    expect(here.page.get_by_role("grid")).to_have_count(0)
    expect(field).to_be_focused()
    assert held(stage, ts)["day"]["selected_date"] == "2026-12-25"


def test_a_time_is_picked_or_typed(visit: Open, stage: LocalSlack, app: App) -> None:
    ts = posted(stage, *controls(samples.ELEMENTS["timepicker"]))
    here = visit(stage.url)
    field = here.messages.last.get_by_role("combobox")
    for typed, time in (("14:37", "14:37"), ("9h05", "09:05")):
        field.click()
        field.fill(typed)
        field.press("Enter")
        stage.wait_for(lambda time=time: held(stage, ts).get("time", {}).get("selected_time") == time, time)
        stage.wait_until_answered()
    field.click()
    field.fill("23")
    here.page.get_by_role("option", name="23:45").click()
    stage.wait_for(lambda: held(stage, ts)["time"]["selected_time"] == "23:45", "23:45")


def test_a_confirmation_is_a_dialog_of_the_page(visit: Open, stage: LocalSlack, app: App) -> None:
    posted(stage, *controls(samples.ELEMENTS["button"]))
    here = visit(stage.url)
    button = here.messages.last.get_by_role("button", name="Undo change 17")
    button.click()
    here.dialog.get_by_role("button", name="Keep them").click()
    expect(here.dialog).to_have_count(0)
    expect(button).to_be_focused()
    assert not app.got
    button.click()
    here.dialog.get_by_role("button", name="Deactivate").click()
    app.wait_for_requests(1)


def test_a_table_turns_its_pages_and_sorts(visit: Open, stage: LocalSlack) -> None:
    posted(stage, *samples.BLOCKS["data_table"])
    here = visit(stage.url)
    table = here.messages.last
    expect(table.get_by_text("1–3 of 6")).to_be_visible()
    table.get_by_role("button", name="Peak").click()
    expect(table.get_by_role("row").nth(1)).to_contain_text("1,024")
    table.get_by_role("button", name="Next page").click()
    expect(table.get_by_text("4–6 of 6")).to_be_visible()


def test_shortcuts_are_used_from_the_composer_and_from_a_message(visit: Open, stage: LocalSlack, app: App) -> None:
    stage.say(TOM.id, BILLING.id, "why is she still here?")
    here = visit(stage.url)
    here.main.get_by_role("button", name="Shortcuts").click()
    here.page.get_by_role("menuitem", name="What can I do?").click()
    app.wait_for_requests(1)
    here.messages.last.hover()
    here.messages.last.get_by_role("button", name="More about the message of Tom Beckett").click()
    here.page.get_by_role("menuitem", name="Why active?").click()
    app.wait_for_requests(2)
    assert [request.payload["type"] for request in app.got] == ["shortcut", "message_action"]


def test_a_thread_is_answered_and_a_file_goes_along(visit: Open, stage: LocalSlack) -> None:
    stage.say(TOM.id, BILLING.id, "the list, please")
    here = visit(stage.url)
    here.messages.last.hover()
    here.messages.last.get_by_role("link", name="Reply to Tom Beckett in a thread").click()
    reply, replies = here.thread.get_by_role("textbox", name="Reply"), here.thread.get_by_role("article")
    expect(reply).to_be_focused()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"account;email\nAcme;ana@acme.example\n"}
    here.thread.locator("input[type=file]").set_input_files([file])
    reply.fill("here it is")
    here.thread.get_by_role("button", name="Send").click()
    expect(replies.last).to_contain_text("ana@acme.example")
    with here.page.expect_download() as download:
        replies.last.get_by_role("link", name="people.csv").click()
    assert download.value.suggested_filename == "people.csv"
    here.thread.get_by_role("link", name="Close the thread").click()
    expect(here.thread).to_have_count(0)
    expect(here.messages.last).to_contain_text("1 reply")


def test_a_thread_stands_beside_the_channel_and_both_stay_live(visit: Open, stage: LocalSlack, app: App) -> None:
    first = posted(stage, *controls(samples.ELEMENTS["datepicker"]))
    stage.say(TOM.id, BILLING.id, "something else")
    stage.say(CAMILLE.id, BILLING.id, "the first reply", thread_ts=first)
    here = visit(stage.url)
    here.messages.get_by_role("link", name="1 reply").click()
    replies = here.thread.get_by_role("article")
    expect(replies).to_have_count(2)
    expect(here.thread.get_by_role("heading")).to_have_text("Thread #billing")
    stage.say(TOM.id, BILLING.id, "the second reply", thread_ts=first)
    stage.say(TOM.id, BILLING.id, "to the channel")
    expect(replies.last).to_contain_text("the second reply")
    expect(here.thread.get_by_text("2 replies")).to_be_visible()
    expect(here.messages.last).to_contain_text("to the channel")
    expect(here.messages.filter(has_text="2 replies")).to_have_count(1)

    # What is chosen in the first message counts wherever that message stands.
    replies.first.get_by_role("button", name="3 Nov 2026").click()
    here.page.get_by_role("button", name="Friday, 6 November 2026").click()
    stage.wait_for(lambda: held(stage, first), "the choice")
    here.page.reload()
    for place in (replies.first, here.messages.first):
        expect(place.get_by_role("button", name="6 Nov 2026")).to_be_visible()


def test_threads_come_and_go_by_the_address_and_the_page_stays(visit: Open, stage: LocalSlack) -> None:
    one, two = (stage.say(TOM.id, BILLING.id, text) for text in ("the first", "the second"))
    assert one
    assert two
    stage.say(CAMILLE.id, BILLING.id, "about the first", thread_ts=one.ts)
    here = visit(stage.url)
    here.page.evaluate("window.isSame = true")
    here.composer.fill("half a sentence")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": b"account;email\n"}
    here.page.locator("#composer input[type=file]").set_input_files([file])

    here.messages.get_by_role("link", name="1 reply").click()
    expect(here.thread.get_by_role("article")).to_have_count(2)
    here.page.keyboard.type("half a reply")
    here.messages.last.hover()
    here.messages.last.get_by_role("link", name="Reply to Tom Beckett in a thread").click()
    expect(here.thread.get_by_role("article")).to_have_text([re.compile("the second")])
    stage.say(CAMILLE.id, BILLING.id, "about the second", thread_ts=two.ts)
    expect(here.thread.get_by_role("article").last).to_contain_text("about the second")
    here.page.go_back()
    expect(here.thread.get_by_role("textbox")).to_have_value("half a reply")
    expect(here.thread.get_by_role("article").last).to_contain_text("about the first")
    assert f"thread={one.ts}" in here.page.url
    here.page.go_back()
    expect(here.thread).to_have_count(0)
    here.page.go_forward()
    expect(here.thread).to_be_visible()
    here.page.keyboard.press("Escape")
    expect(here.thread).to_have_count(0)
    expect(here.composer).to_have_value("half a sentence")
    expect(here.page.get_by_role("listitem").filter(has_text="people.csv")).to_be_visible()
    assert here.page.evaluate("window.isSame")
    assert "thread=" not in here.page.url


def test_escape_closes_what_is_uppermost_and_the_thread_last(visit: Open, stage: LocalSlack) -> None:
    first = stage.say(TOM.id, BILLING.id, "the first")
    assert first
    here = visit(f"{stage.url}/?channel={BILLING.id}&thread={first.ts}")
    keys = here.page.keyboard
    keys.type("half a reply")
    here.composer.fill("half a sentence")
    here.thread.get_by_role("button", name="Emoji").click()
    expect(here.thread.get_by_role("menuitem").first).to_be_focused()
    keys.press("Escape")
    stage.open_view(GRACE.id, form("One"))
    expect(here.dialog).to_be_visible()
    keys.press("Escape")
    expect(here.dialog).to_have_count(0)
    expect(here.thread).to_be_visible()
    keys.press("Escape")
    expect(here.thread).to_have_count(0)
    expect(here.composer).to_have_value("half a sentence")
    expect(here.composer).to_be_focused()
    here.page.go_back()
    expect(here.thread.get_by_role("textbox")).to_have_value("half a reply")


def test_an_optional_date_can_be_emptied_again(visit: Open, stage: LocalSlack, app: App) -> None:
    until = {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-03"}
    here = visit(stage.url)
    stage.open_view(
        GRACE.id,
        form(
            "Deny",
            samples.field(until, "From") | {"block_id": "from"},
            samples.field(until, "Until") | {"block_id": "until", "optional": True},
        ),
    )
    here.dialog.get_by_role("button", name="From").click()
    expect(here.page.get_by_role("grid")).to_be_visible()
    expect(here.page.get_by_role("button", name="No date")).to_have_count(0)
    here.page.keyboard.press("Escape")
    here.dialog.get_by_role("button", name="Until").click()
    here.page.get_by_role("button", name="No date").click()
    field = here.dialog.get_by_role("button", name="Until")
    expect(field).to_be_focused()
    expect(field).to_contain_text("Select a date")
    field.press("Enter")
    expect(here.page.get_by_role("grid")).to_be_visible()
    expect(here.page.get_by_role("button", name="No date")).to_have_count(0)  # there is none to take away
    here.page.keyboard.press("Escape")
    here.dialog.get_by_role("button", name="Save").click()
    app.wait_for_requests(1)
    values = app.got[0].payload["view"]["state"]["values"]
    assert values["from"]["day"]["selected_date"] == "2026-11-03"
    assert values["until"]["day"]["selected_date"] is None


def test_a_search_leads_to_the_message_where_it_was_said(visit: Open, stage: LocalSlack) -> None:
    stage.say(TOM.id, RANDOM.id, "the teapot is broken")
    for number in range(60):
        stage.say(CAMILLE.id, RANDOM.id, f"number {number}.")
    here = visit(stage.url)
    search = here.page.get_by_role("searchbox", name="Search Northwind MSP")
    search.fill("teapot")
    search.press("Enter")
    expect(here.messages).to_have_count(1)
    expect(search).to_have_value("teapot")
    stage.say(TOM.id, BILLING.id, "a new teapot has come")
    expect(here.messages).to_have_count(2)
    here.messages.first.get_by_role("link", name="#random").click()
    expect(here.messages.first).to_be_in_viewport()
    expect(here.messages.first).to_contain_text("the teapot is broken")
    expect(here.composer).to_be_focused()


def test_words_are_marked_and_emoji_put_in(visit: Open, stage: LocalSlack) -> None:
    here = visit(stage.url)
    here.composer.press_sequentially("it is ")
    here.main.get_by_role("button", name="Bold").click()
    here.page.keyboard.type("done")
    expect(here.composer).to_have_value("it is *done*")
    here.main.get_by_role("button", name="Emoji").click()
    here.page.get_by_role("menuitem", name="tada").click()
    expect(here.composer).to_be_focused()
    here.page.keyboard.press("Enter")
    expect(here.messages.last.locator("strong", has_text="done")).to_be_visible()

    here.composer.press_sequentially("one")
    here.page.keyboard.press("Shift+Enter")
    here.page.keyboard.type("two")
    here.page.keyboard.press("Shift+ArrowUp")
    here.main.get_by_role("button", name="Bulleted list").click()
    expect(here.composer).to_have_value("• one\n• two")
    here.main.get_by_role("button", name="Mention somebody").click()
    here.page.get_by_role("menuitem", name="Tom Beckett").click()
    here.page.keyboard.press("Enter")
    expect(here.messages.last.get_by_role("listitem")).to_have_text(["one", re.compile("two")])
    expect(here.messages.last.locator(".mention")).to_have_text("@Tom Beckett")
    here.main.get_by_role("button", name="Formatting bar").click()
    expect(here.main.get_by_role("toolbar", name="Formatting")).to_have_count(0)


def test_a_reaction_is_seen_by_all_and_taken_away_by_whoever_gave_it(visit: Open, stage: LocalSlack) -> None:
    said = stage.say(TOM.id, BILLING.id, "the bill is right")
    assert isinstance(said, Message)
    stage.react(CAMILLE.id, said.ts, "eyes")
    here = visit(stage.url)
    here.messages.last.hover()
    here.messages.last.get_by_role("button", name="React with heart").click()
    mine, eyes = (here.messages.last.get_by_role("button", name=name) for name in ("heart: 1", "eyes: 1"))
    expect(mine).to_have_attribute("aria-pressed", "true")
    expect(eyes).to_have_attribute("aria-pressed", "false")
    eyes.click()
    expect(here.messages.last.get_by_role("button", name="eyes: 2")).to_be_focused()
    mine.click()
    expect(mine).to_have_count(0)
    stage.react(CAMILLE.id, said.ts, "eyes")
    here.page.reload()
    expect(eyes).to_have_attribute("title", "Grace Holloway")


def test_a_reply_is_sent_to_the_channel_too_once_and_only_where_that_is_asked(visit: Open, stage: LocalSlack) -> None:
    first = stage.say(TOM.id, BILLING.id, "the first")
    assert isinstance(first, Message)
    here = visit(f"{stage.url}/?channel={BILLING.id}&thread={first.ts}")
    also = here.thread.get_by_role("checkbox", name="Also send to #billing")
    also.check()
    for text in ("for all", "for the thread"):
        here.thread.get_by_role("textbox").fill(text)
        here.page.keyboard.press("Enter")
        expect(here.thread.get_by_role("article").last).to_contain_text(text)
        expect(also).not_to_be_checked()
    expect(here.messages).to_have_text([re.compile("the first"), re.compile("for all")])
    here.thread.get_by_role("link", name="Close the thread").click()
    here.messages.last.get_by_role("link", name="replied to a thread").click()
    expect(here.thread.get_by_role("article")).to_have_count(3)


@pytest.mark.parametrize("name", ["Slack answers 429", "Accepted, answer lost"])
def test_a_fault_is_switched_on_until_it_has_happened(visit: Open, stage: LocalSlack, app: App, name: str) -> None:
    here = visit(stage.url)
    switch = here.page.get_by_role("complementary").get_by_role("button", name=name)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    app.web.retry_handlers.clear()
    with pytest.raises(Exception, match=r"ratelimited|without response"):
        app.web.chat_postMessage(channel=BILLING.id, text="x")
    expect(switch).to_have_attribute("aria-pressed", "false")
