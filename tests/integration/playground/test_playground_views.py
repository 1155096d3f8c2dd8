"""Modals and Home of the local Slack, opened by the real client and filled in by people."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.slack import LocalSlack, NoSuchButtonError
from bot.playground.submissions import NotSubmittableError
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM


def plain(text: str) -> Any:
    return {"type": "plain_text", "text": text}


def field(name: str, kind: str = "plain_text_input", **more: Any) -> Any:
    optional = {"optional": more.pop("optional")} if "optional" in more else {}
    element = {"type": kind, "action_id": f"{name}_input", **more}
    return {"type": "input", "block_id": name, "label": plain(name), "element": element, **optional}


def modal(*blocks: Any, title: str = "Form", **more: Any) -> Any:
    return {"type": "modal", "title": plain(title), "submit": plain("Save"), "blocks": list(blocks), **more}


def error_of(call: Callable[[], object]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        call()
    return caught.value.response


class Desk:
    """Grace at her desk: what she does brings triggers, with which the app opens modals."""

    def __init__(self, slack: LocalSlack, app: Any) -> None:
        self.slack, self.app, self.web = slack, app, app.web
        app.connect()

    def trigger(self) -> str:
        self.slack.command(GRACE.id, BILLING.id, "form")
        self.slack.wait_until_answered()
        return str(self.app.got[-1].payload["trigger_id"])

    def open(self, *blocks: Any, **more: Any) -> Any:
        return self.web.views_open(trigger_id=self.trigger(), view=modal(*blocks or [field("name")], **more))["view"]

    def submit(self, view_id: str, answer: Any = None, **values: Any) -> Any:
        self.app.answer = lambda _: answer or {}
        self.slack.submit(GRACE.id, view_id, values)
        self.slack.wait_until_answered()
        self.app.answer = lambda _: {}
        return self.app.got[-1].payload

    def titles(self) -> list[str]:
        return [view.payload["title"]["text"] for view in self.slack.modals(GRACE.id)]


@pytest.fixture
def desk(slack: LocalSlack, app: Any) -> Desk:
    return Desk(slack, app)


def test_a_trigger_opens_one_modal_for_whoever_it_came_from(desk: Desk) -> None:
    trigger = desk.trigger()
    view = desk.web.views_open(trigger_id=trigger, view=modal(field("name"), private_metadata="m"))["view"]
    (seen,) = desk.slack.modals(GRACE.id)
    assert (seen.id, view["private_metadata"], view["root_view_id"]) == (view["id"], "m", view["id"])
    assert view["state"]["values"] == {"name": {"name_input": {"type": "plain_text_input", "value": None}}}
    assert desk.slack.modals(TOM.id) == []
    again = lambda: desk.web.views_open(trigger_id=trigger, view=modal(field("name")))  # noqa: E731
    assert error_of(again)["error"] == "exchanged_trigger_id"


def test_a_trigger_dies_after_three_seconds(desk: Desk, time: Any) -> None:
    trigger = desk.trigger()
    time.pass_(seconds=3)
    call = lambda: desk.web.views_open(trigger_id=trigger, view=modal(field("name")))  # noqa: E731
    assert error_of(call)["error"] == "expired_trigger_id"


@pytest.mark.parametrize(("trigger", "code"), [("x", "invalid_trigger_id"), ("1.2.abc", "expired_trigger_id")])
def test_a_trigger_that_nobody_issued_opens_nothing(web: WebClient, trigger: str, code: str) -> None:
    assert error_of(lambda: web.views_open(trigger_id=trigger, view=modal(field("name"))))["error"] == code


def test_a_bad_view_is_refused_with_the_place_and_leaves_the_trigger_as_it_was(desk: Desk) -> None:
    trigger = desk.trigger()
    answer = error_of(lambda: desk.web.views_open(trigger_id=trigger, view=modal(title="x" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert desk.web.views_open(trigger_id=trigger, view=modal(field("name")))["ok"]


def test_at_most_three_modals_lie_on_each_other(desk: Desk) -> None:
    desk.open(title="one")
    for title in ("two", "three"):
        desk.web.views_push(trigger_id=desk.trigger(), view=modal(field("name"), title=title))
    assert desk.titles() == ["one", "two", "three"]
    third = desk.slack.modals(GRACE.id)[2]
    assert (third.root_id, third.previous_id) == tuple(view.id for view in desk.slack.modals(GRACE.id)[:2])
    call = lambda: desk.web.views_push(trigger_id=desk.trigger(), view=modal(field("name")))  # noqa: E731
    assert error_of(call)["error"] == "push_limit_reached"


def test_nothing_is_pushed_over_nothing(desk: Desk) -> None:
    call = lambda: desk.web.views_push(trigger_id=desk.trigger(), view=modal(field("name")))  # noqa: E731
    assert error_of(call)["error"] == "not_found"


def test_an_update_needs_the_present_hash_and_keeps_what_was_typed(desk: Desk) -> None:
    view = desk.open(field("name"))
    desk.slack.choose(GRACE.id, view["id"], "name_input", "Ada")
    changed = desk.web.views_update(view_id=view["id"], hash=view["hash"], view=modal(field("name"), field("more")))
    assert changed["view"]["state"]["values"]["name"]["name_input"]["value"] == "Ada"
    stale = lambda: desk.web.views_update(view_id=view["id"], hash=view["hash"], view=modal())  # noqa: E731
    assert error_of(stale)["error"] == "hash_conflict"
    desk.slack.close_view(GRACE.id, view["id"])
    assert error_of(lambda: desk.web.views_update(view_id=view["id"], view=modal()))["error"] == "not_found"


def test_an_external_id_finds_a_view_and_is_its_own(desk: Desk) -> None:
    desk.open(external_id="form-1")
    assert desk.web.views_update(external_id="form-1", view=modal(title="new", external_id="form-1"))["ok"]
    call = lambda: desk.web.views_push(trigger_id=desk.trigger(), view=modal(external_id="form-1"))  # noqa: E731
    assert error_of(call)["error"] == "duplicate_external_id"
    assert error_of(lambda: desk.web.api_call("views.update", json={"view": modal()}))["error"] == "invalid_arguments"


def test_a_submission_carries_what_was_put_in_and_closes_the_modal(desk: Desk) -> None:
    view = desk.open(
        field("name"),
        field("role", "static_select", options=[{"text": plain("Admin"), "value": "admin"}]),
        field("who", "multi_users_select"),
        field("since", "datepicker", initial_date="2026-11-01"),
        callback_id="form",
    )
    payload = desk.submit(view["id"], name="Ada", role="admin", who_input=[TOM.id, CAMILLE.id])
    assert (payload["type"], payload["view"]["callback_id"]) == ("view_submission", "form")
    assert payload["user"]["id"] == GRACE.id
    values = payload["view"]["state"]["values"]
    assert values["name"]["name_input"] == {"type": "plain_text_input", "value": "Ada"}
    assert values["role"]["role_input"]["selected_option"] == {"text": plain("Admin"), "value": "admin"}
    assert values["who"]["who_input"]["selected_users"] == [TOM.id, CAMILLE.id]
    assert values["since"]["since_input"] == {"type": "datepicker", "selected_date": "2026-11-01"}
    assert desk.slack.modals(GRACE.id) == []


def test_a_file_is_put_into_a_form(desk: Desk, web: WebClient) -> None:
    view = desk.open(field("file", "file_input"))
    file = desk.slack.upload(GRACE.id, "users.csv", b"a,b", "text/csv")
    payload = desk.submit(view["id"], file=[file])
    (sent,) = payload["view"]["state"]["values"]["file"]["file_input"]["files"]
    assert (sent["id"], sent["name"]) == (file.id, "users.csv")
    assert web.files_info(file=file.id)["file"]["url_private"] == sent["url_private"]


def test_errors_of_the_app_stay_at_their_inputs_until_the_next_submission(desk: Desk) -> None:
    view = desk.open(field("name"))
    desk.submit(view["id"], {"response_action": "errors", "errors": {"name": "There is none."}}, name="Ada")
    (seen,) = desk.slack.modals(GRACE.id)
    assert seen.errors == {"name": "There is none."}
    assert seen.values()["name"]["name_input"]["value"] == "Ada"
    desk.submit(view["id"], name="Bob")
    assert desk.slack.modals(GRACE.id) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "explode"},
        {"response_action": "update", "view": {"type": "home", "blocks": []}},
        {"response_action": "update"},
    ],
)
def test_an_answer_that_slack_cannot_use_is_told_in_the_modal_and_kept(desk: Desk, answer: Any) -> None:
    view = desk.open(field("name"))
    desk.submit(view["id"], answer, name="Ada")
    (seen,) = desk.slack.modals(GRACE.id)
    assert seen.trouble in ("invalid_arguments", "invalid_response_action")
    assert desk.slack.journal()[-1].refused[0] == seen.trouble


def test_a_submission_is_answered_by_another_view_on_it_or_in_its_place_or_by_an_end(desk: Desk) -> None:
    view = desk.open(title="one")
    desk.submit(view["id"], {"response_action": "update", "view": modal(field("name"), title="other")}, name="x")
    assert desk.titles() == ["other"]
    desk.submit(view["id"], {"response_action": "push", "view": modal(field("name"), title="two")}, name="x")
    assert desk.titles() == ["other", "two"]
    desk.submit(desk.slack.modals(GRACE.id)[1].id, name="x")
    assert desk.titles() == ["other"]
    desk.submit(view["id"], {"response_action": "clear"}, name="x")
    assert desk.titles() == []


def test_a_submission_without_an_answer_is_told_in_the_modal(desk: Desk, time: Any) -> None:
    view = desk.open(field("name"))
    desk.app.answer = lambda _: None
    desk.slack.submit(GRACE.id, view["id"], {"name": "Ada"})
    assert desk.slack.waiting(GRACE.id)[1] == {(view["id"], "", "submit")}
    assert not desk.slack.modals(GRACE.id)[0].trouble
    time.pass_(seconds=3)
    desk.slack.wait_until_answered()
    assert desk.slack.modals(GRACE.id)[0].trouble == "operation_timeout"


@pytest.mark.parametrize(
    ("block", "value", "why"),
    [
        (field("it"), "", "required"),
        (field("it", min_length=3), "ab", "too_short"),
        (field("it", max_length=3), "abcd", "too_long"),
        (field("it", "email_text_input"), "ada", "not_email"),
        (field("it", "url_text_input"), "ada", "not_url"),
        (field("it", "number_input", is_decimal_allowed=False), "1.5", "not_number"),
        (field("it", "number_input", is_decimal_allowed=True, max_value="2"), "2.5", "out_of_range"),
        (field("it", "multi_users_select", max_selected_items=1), [TOM.id, GRACE.id], "too_many"),
        (field("it", "multi_users_select"), [], "required"),
    ],
)
def test_an_input_that_is_not_right_is_not_sent(desk: Desk, block: Any, value: Any, why: str) -> None:
    view = desk.open(block)
    sent = len(desk.app.got)
    with pytest.raises(NotSubmittableError) as caught:
        desk.slack.submit(GRACE.id, view["id"], {"it": value})
    assert caught.value.errors == {"it": why}
    assert len(desk.app.got) == sent


def test_an_optional_input_may_stay_empty(desk: Desk) -> None:
    view = desk.open(field("it", optional=True))
    assert desk.submit(view["id"])["view"]["state"]["values"]["it"]["it_input"]["value"] is None


def test_closing_tells_the_app_if_it_wants_to_know(desk: Desk) -> None:
    desk.open(title="one", notify_on_close=True)
    desk.web.views_push(trigger_id=desk.trigger(), view=modal(title="two"))
    sent = len(desk.app.got)
    assert desk.slack.close_view(GRACE.id, desk.slack.modals(GRACE.id)[1].id) is None
    assert desk.titles() == ["one"]
    desk.slack.close_view(GRACE.id, desk.slack.modals(GRACE.id)[0].id, everything=True)
    desk.slack.wait_until_answered()
    (payload,) = [request.payload for request in desk.app.got[sent:]]
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", True)
    assert desk.titles() == []


def test_clear_on_close_closes_what_is_below_too(desk: Desk) -> None:
    desk.open(title="one")
    desk.web.views_push(trigger_id=desk.trigger(), view=modal(title="two", clear_on_close=True))
    desk.slack.close_view(GRACE.id, desk.slack.modals(GRACE.id)[1].id)
    assert desk.titles() == []


def test_only_the_uppermost_modal_is_within_reach(desk: Desk) -> None:
    below = desk.open(title="one")
    desk.web.views_push(trigger_id=desk.trigger(), view=modal(title="two"))
    with pytest.raises(NoSuchButtonError):
        desk.slack.close_view(GRACE.id, below["id"])


def test_home_is_published_changed_and_pressed(desk: Desk) -> None:
    button = {"type": "button", "text": plain("Go"), "action_id": "go", "value": "1"}
    home = {"type": "home", "blocks": [{"type": "actions", "block_id": "b", "elements": [button]}]}
    view = desk.web.views_publish(user_id=CAMILLE.id, view=home)["view"]
    assert desk.slack.home(CAMILLE.id).id == view["id"]  # type: ignore[union-attr]
    assert desk.slack.home(GRACE.id) is None
    again = desk.web.views_publish(user_id=CAMILLE.id, view=home, hash=view["hash"])["view"]
    assert again["id"] == view["id"]
    stale = lambda: desk.web.views_publish(user_id=CAMILLE.id, view=home, hash=view["hash"])  # noqa: E731
    assert error_of(stale)["error"] == "hash_conflict"
    desk.slack.press(CAMILLE.id, view["id"], "go")
    desk.slack.wait_until_answered()
    payload = desk.app.got[-1].payload
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["view"]["type"] == "home"
    assert "response_url" not in payload
    assert "channel" not in payload
    assert desk.web.views_open(trigger_id=payload["trigger_id"], view=modal(field("name")))["ok"]
    assert len(desk.slack.modals(CAMILLE.id)) == 1


def test_a_modal_is_no_home_and_nobody_has_none(desk: Desk) -> None:
    assert error_of(lambda: desk.web.views_publish(user_id=TOM.id, view=modal()))["error"] == "invalid_arguments"
    home = {"type": "home", "blocks": []}
    assert error_of(lambda: desk.web.views_publish(user_id="U0NOBODY", view=home))["error"] == "user_not_found"


def test_an_input_that_dispatches_is_told_at_once(desk: Desk) -> None:
    view = desk.open(field("name") | {"dispatch_action": True}, field("other"))
    desk.slack.choose(GRACE.id, view["id"], "name_input", "Ada")
    assert desk.slack.choose(GRACE.id, view["id"], "other_input", "Bob") is None
    desk.slack.wait_until_answered()
    payload = desk.app.got[-1].payload
    assert (payload["type"], payload["actions"][0]["value"]) == ("block_actions", "Ada")
    assert desk.slack.modals(GRACE.id)[0].values()["other"]["other_input"]["value"] == "Bob"


def test_a_form_that_chooses_a_conversation_gets_addresses_to_answer_there(desk: Desk, http: Any) -> None:
    view = desk.open(field("where", "conversations_select", response_url_enabled=True))
    payload = desk.submit(view["id"], where=BILLING.id)
    (address,) = payload["response_urls"]
    assert (address["channel_id"], address["block_id"]) == (BILLING.id, "where")
    assert http.post(address["response_url"], {"text": "done", "response_type": "in_channel"}) == (200, "ok")
    assert [message.text for message in desk.slack.messages_seen_by(TOM.id, BILLING.id)] == ["done"]
