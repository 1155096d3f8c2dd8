"""Shortcuts of the app on the page: the global ones at the composer, those of messages in the menu of each."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot import manifest
from bot.playground.run import team
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, GRACE, NORTHWIND, TOM, Shortcut
from tests.integration.playground.conftest import Time

REPORT = Shortcut("open_menu", "What can <Seatbot> do?", "Opens a form")
WHY = Shortcut("why_active", "Why is this person active?", is_on_message=True)


@pytest.fixture
def slack(time: Time) -> Iterator[LocalSlack]:
    slack = LocalSlack(time, team=replace(NORTHWIND, shortcuts=(REPORT, WHY)))
    with running(slack):
        yield slack


def test_the_composer_offers_the_global_shortcuts(http: Any) -> None:
    composer = http.get("/")[1].split('<form id="composer"')[1].split("</form>")[0]
    assert "What can &lt;Seatbot&gt; do?" in composer
    assert "Opens a form" in composer
    assert WHY.callback_id not in composer


def test_a_message_offers_its_own_and_what_only_one_person_sees_has_no_menu(
    slack: LocalSlack, app: Any, http: Any
) -> None:
    slack.say(TOM.id, BILLING.id, "why is she still here?")
    app.web.chat_postEphemeral(channel=BILLING.id, user=GRACE.id, text="psst")
    messages = http.get("/")[1].split('id="messages"')[1].split("<form")[0].split("<article")[1:]
    assert ["More about the message of Tom Beckett" in one and WHY.callback_id in one for one in messages] == [
        True,
        False,
    ]


def test_a_shortcut_reaches_the_app_with_the_message_that_it_was_used_on(
    slack: LocalSlack, app: Any, http: Any
) -> None:
    app.connect()
    said = slack.say(TOM.id, BILLING.id, "why is she still here?")
    assert http.post("/shortcut", {"as": GRACE.id, "shortcut": REPORT.callback_id})[0] == 200
    assert http.post("/shortcut", {"as": GRACE.id, "shortcut": WHY.callback_id, "ts": said.ts})[0] == 200
    slack.wait_until_answered()
    everywhere, on_message = [one.payload for one in app.got]
    assert (everywhere["type"], everywhere["callback_id"]) == ("shortcut", REPORT.callback_id)
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "why is she still here?")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"shortcut": "nothing"}, "no_such_element"),
        ({"shortcut": WHY.callback_id}, "no_such_element"),
        ({"shortcut": REPORT.callback_id, "ts": "1.0"}, "no_such_element"),
        ({"shortcut": WHY.callback_id, "ts": "1.0"}, "message_not_found"),
        ({"shortcut": 7}, "invalid_arguments"),
    ],
)
def test_a_shortcut_that_is_not_there_is_refused(app: Any, http: Any, body: dict[str, Any], error: str) -> None:
    app.connect()
    assert json.loads(http.post("/shortcut", {"as": GRACE.id} | body)[1])["error"] == error
    assert not app.got


def test_the_demo_has_the_shortcuts_of_the_manifest() -> None:
    declared = manifest.template()["features"].get("shortcuts", [])
    assert [(one.callback_id, one.name) for one in team().shortcuts] == [
        (one["callback_id"], one["name"]) for one in declared
    ]
