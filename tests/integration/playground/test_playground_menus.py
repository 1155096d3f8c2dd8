"""Menus, pickers and inputs on messages of the local Slack: what a choice carries and what is remembered of it."""

from typing import Any

import pytest

from bot.playground.elements import NoSuchElementError
from bot.playground.slack import LocalSlack, NoSuchButtonError
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM
from bot.playground.wire import SlackError


def plain(text: str) -> Any:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Any:
    return {"text": plain(value.title()), "value": value}


def menu(kind: str, **more: Any) -> Any:
    return {"type": kind, "action_id": "it", **more}


STATIC = [option("one"), option("two")]
GROUPS = [{"label": plain("G"), "options": STATIC}]
ONE, TWO = STATIC


def posted(slack: LocalSlack, app: Any, *elements: Any, **more: Any) -> str:
    app.connect()
    blocks = [{"type": "actions", "block_id": "b", "elements": list(elements)}]
    return str(app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks, **more)["ts"])


def chosen(slack: LocalSlack, app: Any, element: Any, **choice: Any) -> Any:
    ts = posted(slack, app, element)
    slack.choose(TOM.id, ts, "it", **choice)
    slack.wait_until_answered()
    return app.got[-1].payload


@pytest.mark.parametrize(
    ("element", "choice", "key", "held"),
    [
        (menu("static_select", options=STATIC), {"value": "two"}, "selected_option", TWO),
        (menu("static_select", option_groups=GROUPS), {"value": "two"}, "selected_option", TWO),
        (menu("radio_buttons", options=STATIC), {"value": "one"}, "selected_option", ONE),
        (menu("checkboxes", options=STATIC), {"values": ["one", "two"]}, "selected_options", STATIC),
        (menu("checkboxes", options=STATIC), {"values": []}, "selected_options", []),
        (menu("multi_static_select", options=STATIC), {"values": ["two"]}, "selected_options", [TWO]),
        (menu("users_select"), {"value": GRACE.id}, "selected_user", GRACE.id),
        (menu("multi_users_select"), {"values": [GRACE.id, TOM.id]}, "selected_users", [GRACE.id, TOM.id]),
        (menu("channels_select"), {"value": BILLING.id}, "selected_channel", BILLING.id),
        (menu("multi_channels_select"), {"values": [BILLING.id]}, "selected_channels", [BILLING.id]),
        (menu("conversations_select"), {"value": BILLING.id}, "selected_conversation", BILLING.id),
        (menu("multi_conversations_select"), {"value": BILLING.id}, "selected_conversations", [BILLING.id]),
        (menu("datepicker"), {"value": "2026-11-03"}, "selected_date", "2026-11-03"),
        (menu("timepicker"), {"value": "08:30"}, "selected_time", "08:30"),
        (menu("datetimepicker"), {"value": 1_793_707_200}, "selected_date_time", 1_793_707_200),
        (menu("datepicker", initial_date="2026-11-03"), {"value": None}, "selected_date", None),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) and "action_id" in value else None,
)
def test_a_choice_carries_what_was_chosen_and_the_state_holds_it(
    slack: LocalSlack, app: Any, element: Any, choice: Any, key: str, held: Any
) -> None:
    payload = chosen(slack, app, element, **choice)
    (action,) = payload["actions"]
    assert (action["type"], action["action_id"], action["block_id"]) == (element["type"], "it", "b")
    assert action[key] == held
    assert action["action_ts"]
    assert payload["state"]["values"]["b"]["it"] == {"type": element["type"], key: held}
    assert payload["response_url"].startswith(f"{slack.url}/response/actions/")


def test_an_overflow_menu_carries_its_option_and_holds_nothing(slack: LocalSlack, app: Any) -> None:
    payload = chosen(slack, app, menu("overflow", options=STATIC), value="two")
    assert payload["actions"][0]["selected_option"] == TWO
    assert payload["state"] == {"values": {}}


def test_the_state_holds_initial_values_and_is_each_persons_own(slack: LocalSlack, app: Any) -> None:
    other = {"type": "static_select", "action_id": "other", "options": STATIC, "initial_option": ONE}
    ts = posted(slack, app, menu("datepicker"), other)
    slack.choose(TOM.id, ts, "it", "2026-11-03")
    slack.wait_until_answered()
    slack.choose(CAMILLE.id, ts, "other", "two")
    slack.wait_until_answered()
    toms, camilles = (request.payload["state"]["values"]["b"] for request in app.got)
    assert (toms["it"]["selected_date"], toms["other"]["selected_option"]) == ("2026-11-03", ONE)
    assert (camilles["it"]["selected_date"], camilles["other"]["selected_option"]) == (None, TWO)
    assert slack.held(TOM.id, ts) == {"b": {"it": {"type": "datepicker", "selected_date": "2026-11-03"}}}


@pytest.mark.parametrize("value", ["three", "One"])
def test_an_option_that_there_is_not_cannot_be_chosen(slack: LocalSlack, app: Any, value: str) -> None:
    ts = posted(slack, app, menu("static_select", options=STATIC))
    with pytest.raises(NoSuchElementError):
        slack.choose(TOM.id, ts, "it", value)
    with pytest.raises(NoSuchElementError):
        slack.choose(TOM.id, ts, "other", "one")


def test_a_menu_of_which_one_sees_nothing_cannot_be_used(slack: LocalSlack, app: Any) -> None:
    app.connect()
    blocks = [{"type": "actions", "elements": [menu("datepicker")]}]
    ts = app.web.chat_postEphemeral(channel=BILLING.id, user=TOM.id, text="x", blocks=blocks)["message_ts"]
    with pytest.raises(NoSuchButtonError):
        slack.choose(GRACE.id, ts, "it", "2026-11-03")


def test_an_external_menu_asks_the_app_from_three_characters_on(slack: LocalSlack, app: Any) -> None:
    ts = posted(slack, app, menu("external_select"))
    app.answer = lambda request: {"options": STATIC}
    assert slack.options(TOM.id, ts, "it", "on") is None
    asked = slack.options(TOM.id, ts, "it", "one")
    assert asked
    slack.wait_until_answered()
    payload = app.got[-1].payload
    assert (payload["type"], payload["value"]) == ("block_suggestion", "one")
    assert (payload["action_id"], payload["block_id"]) == ("it", "b")
    assert payload["container"]["message_ts"] == ts
    assert slack.offered(asked) == STATIC
    app.answer = lambda _: {}
    slack.choose(TOM.id, ts, "it", "two")
    slack.wait_until_answered()
    assert app.got[-1].payload["actions"][0]["selected_option"] == TWO
    with pytest.raises(NoSuchElementError):  # offered to Tom and to nobody else
        slack.choose(GRACE.id, ts, "it", "two")


def test_of_several_each_is_found_by_a_query_of_its_own(slack: LocalSlack, app: Any) -> None:
    ts = posted(slack, app, menu("multi_external_select", min_query_length=1))
    app.answer = lambda request: {"options": [one for one in STATIC if request.payload.get("value") in one["value"]]}
    for query in ("one", "two"):
        slack.options(TOM.id, ts, "it", query)
        slack.wait_until_answered()
    app.answer = lambda _: {}
    slack.choose(TOM.id, ts, "it", values=["one", "two"])
    slack.wait_until_answered()
    assert [one["value"] for one in app.got[-1].payload["actions"][0]["selected_options"]] == ["one", "two"]


def test_options_that_slack_would_not_show_are_none_and_the_journal_says_why(slack: LocalSlack, app: Any) -> None:
    ts = posted(slack, app, menu("external_select", min_query_length=0))
    app.answer = lambda request: {"options": [{"text": "A", "value": "a"}]}
    asked = slack.options(TOM.id, ts, "it", "")
    assert asked
    slack.wait_until_answered()
    assert slack.offered(asked) == []
    assert slack.journal()[-1].refused[0] == "invalid_options"


def test_feedback_buttons_are_two_buttons_of_one_action(slack: LocalSlack, app: Any) -> None:
    app.connect()
    buttons = menu(
        "feedback_buttons",
        positive_button={"text": plain("Good"), "value": "up"},
        negative_button={"text": plain("Bad"), "value": "down"},
    )
    blocks = [{"type": "context_actions", "elements": [buttons]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    slack.press(TOM.id, ts, "it", "down")
    slack.wait_until_answered()
    action = app.got[0].payload["actions"][0]
    assert (action["type"], action["value"], action["text"]) == ("feedback_buttons", "down", plain("Bad"))


def test_a_button_in_a_thread_says_in_which(slack: LocalSlack, app: Any) -> None:
    app.connect()
    first = app.web.chat_postMessage(channel=BILLING.id, text="first")["ts"]
    blocks = [{"type": "actions", "elements": [{**menu("button"), "text": plain("Go")}]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks, thread_ts=first)["ts"]
    slack.press(TOM.id, ts, "it")
    slack.wait_until_answered()
    payload = app.got[0].payload
    assert payload["container"]["thread_ts"] == payload["message"]["thread_ts"] == first


def test_a_button_within_a_container_can_be_pressed(slack: LocalSlack, app: Any) -> None:
    app.connect()
    inner = {"type": "actions", "elements": [{**menu("button"), "text": plain("Go")}]}
    blocks = [{"type": "container", "title": plain("More"), "child_blocks": [inner]}]
    ts = app.web.chat_postMessage(channel=BILLING.id, text="x", blocks=blocks)["ts"]
    slack.press(TOM.id, ts, "it")
    slack.wait_until_answered()
    assert app.got[0].payload["actions"][0]["block_id"]


def test_shortcuts_bring_a_trigger_and_those_of_a_message_the_message(slack: LocalSlack, app: Any) -> None:
    app.connect()
    slack.shortcut(TOM.id, "new_report")
    said = slack.say(GRACE.id, BILLING.id, "look")
    slack.shortcut(TOM.id, "explain", said.ts)  # type: ignore[union-attr]
    slack.wait_until_answered()
    globally, on_message = (request.payload for request in app.got)
    assert (globally["type"], globally["callback_id"]) == ("shortcut", "new_report")
    assert "channel" not in globally
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "look")
    assert app.respond(app.got[1], text="here")[0] == 200
    view = {"type": "modal", "title": plain("T"), "blocks": []}
    assert app.web.views_open(trigger_id=globally["trigger_id"], view=view)["ok"]
    with pytest.raises(SlackError, match="message_not_found"):
        slack.shortcut(TOM.id, "explain", "1.0")
