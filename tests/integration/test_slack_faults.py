"""What goes wrong between Slack and the app: nothing is lost, nothing is done or told twice, nothing takes too long."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import event, select
from sqlmodel import Session

from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from bot.services import workspaces
from bot.services.workspaces import Workspace
from db.models import CHANGE
from tests.conftest import NOW, DrivenClock, Store
from tests.slack_requests import PEOPLE, App, Desk, desk

ONE = f"deactivate {PEOPLE[2]}"
MANY = f"deactivate {' '.join(PEOPLE[:11])}"
ON_ITS_WAY = "If the file does not come to your direct messages with Seatbot, ask for it again."
NOT_SURE = "If it is not in the channel, give the command again and share that."
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def patient_lookups() -> None:
    """Nobody is more patient here than in the product: how long a lookup may take is what is tested."""


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@pytest.fixture
def app(at: Desk) -> App:
    return App(at, at.store.engine)


def changes(at: Desk) -> list[str]:
    """The kinds of changes that were made in Slack."""
    c = CHANGE.c
    with at.store.engine.connect() as connection:
        return list(connection.execute(select(c.kind).where(c.actor.like("U%")).order_by(c.id)).scalars())


def channel(at: Desk, person: Person = GRACE) -> list[Message]:
    return at.slack.messages_seen_by(person.id, BILLING.id)


def direct(at: Desk, person: Person = GRACE) -> list[Message]:
    """What the app posted in the direct message."""
    bot = at.slack.team.bot_user_id
    seen = at.slack.messages_seen_by(person.id, at.direct_message(person))
    return [message for message in seen if message.user_id == bot]


# A message in the direct message with the app


@pytest.mark.parametrize("fault", ["ratelimited", "internal_error"])
def test_an_answer_that_slack_does_not_take_now_is_posted_once_when_it_delivers_the_message_again(
    at: Desk, app: App, fault: str
) -> None:
    at.slack.fault("chat.postMessage", fault, retry_after=30)
    payload = at.direct(ONE)
    assert (app.gets(payload), len(direct(at))) == (503, 0)
    assert changes(at) == ["deactivate"]
    assert (app.gets(payload), len(direct(at))) == (200, 1)
    assert (app.gets(payload), len(direct(at))) == (200, 1)
    assert changes(at) == ["deactivate"]
    assert "Inactive now" in direct(at)[0].text


def test_an_answer_that_slack_took_without_saying_so_is_found_there_and_not_posted_again(at: Desk, app: App) -> None:
    at.slack.fault("chat.postMessage", "lost")
    payload = at.direct(ONE)
    assert (app.gets(payload), len(direct(at))) == (503, 1)
    assert (app.gets(payload), len(direct(at))) == (503, 1)  # it may be under way still
    at.clock.advance(minutes=1)
    assert (app.gets(payload), len(direct(at))) == (200, 1)
    at.clock.advance(days=1)
    assert (app.gets(payload), len(direct(at))) == (200, 1)
    assert changes(at) == ["deactivate"]


def test_an_answer_that_slack_will_never_take_is_not_tried_for_ever(at: Desk, app: App) -> None:
    at.slack.fault("chat.postMessage", "channel_not_found")
    payload = at.direct(ONE)
    assert [app.gets(payload), app.gets(payload)] == [200, 200]
    assert direct(at) == []


def test_a_message_that_the_database_does_not_take_is_answered_with_what_to_do(at: Desk, app: App) -> None:
    at.store.engine.dispose()
    event.listen(at.store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    assert app.gets(at.direct(ONE)) == 200
    assert [message.text for message in direct(at)] == [
        "The database cannot be written. Check who owns the file and its folder."
    ]


# A mention in a channel


@pytest.mark.parametrize("granted", [True, False])
def test_an_answer_in_a_thread_is_found_again_where_the_app_may_read_there(at: Desk, app: App, granted: bool) -> None:
    if granted:
        at.slack.grant("channels:history")
    asked = at.slack.say(GRACE.id, BILLING.id, "@Seatbot how are we billed?")
    assert isinstance(asked, Message)
    payload = at.slack.redeliver_last().payload
    at.slack.fault("chat.postMessage", "lost")
    assert [app.gets(payload), app.gets(payload)] == [503, 503]
    at.clock.advance(minutes=1)
    assert [app.gets(payload), app.gets(payload)] == [200, 200]
    thread = at.slack.thread(NADIA.id, BILLING.id, asked.ts)
    assert len(thread) == (2 if granted else 3)


@pytest.mark.parametrize("fault", ["ratelimited", "internal_error"])
def test_an_answer_to_the_asker_alone_is_shown_once_slack_takes_it(at: Desk, app: App, fault: str) -> None:
    asked = at.slack.say(GRACE.id, BILLING.id, "@Seatbot report")
    assert isinstance(asked, Message)
    payload = at.slack.redeliver_last().payload
    at.slack.fault("chat.postEphemeral", fault, retry_after=30)
    assert [app.gets(payload), app.gets(payload), app.gets(payload)] == [503, 200, 200]
    assert len(at.slack.messages_seen_by(GRACE.id, BILLING.id)) == 2
    assert len(at.slack.messages_seen_by(NADIA.id, BILLING.id)) == 1


def test_a_mention_that_the_database_does_not_take_is_answered_to_the_asker_alone(at: Desk, app: App) -> None:
    asked = at.slack.say(GRACE.id, BILLING.id, "@Seatbot how are we billed?")
    assert isinstance(asked, Message)
    payload = at.slack.redeliver_last().payload
    at.store.engine.dispose()
    event.listen(at.store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    assert app.gets(payload) == 200
    answer = at.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    assert answer.text == "The database cannot be written. Check who owns the file and its folder."
    assert answer.visible_to == GRACE.id


# Buttons


def test_an_answer_in_place_that_slack_took_without_saying_so_stands_there_once(at: Desk, app: App) -> None:
    app.ask(MANY)
    payload, shown = at.press(channel(at)[-1], "confirm"), len(channel(at))
    at.slack.fault("response_url", "lost")
    assert app.gets(payload) == 200
    assert len(channel(at)) == shown
    assert "Inactive now" in channel(at)[-1].text
    assert changes(at) == ["deactivate"]


def test_a_press_whose_answer_slack_does_not_take_shows_that_it_failed_and_the_next_one_tells_it(
    at: Desk, app: App
) -> None:
    app.ask(MANY)
    message = channel(at)[-1]
    at.slack.fault("response_url", "ratelimited")
    assert app.gets(at.press(message, "confirm")) == 503
    assert app.gets(at.press(message, "confirm")) == 200
    assert "Inactive now" in channel(at)[-1].text
    assert changes(at) == ["deactivate"]


@pytest.mark.parametrize(("fault", "stands"), [("ratelimited", 1), ("lost", 2)])
def test_an_answer_of_its_own_is_not_given_up(at: Desk, app: App, fault: str, stands: int) -> None:
    app.ask(f"deactivate {PEOPLE[0]}")
    message, shown = channel(at)[-1], len(channel(at))
    at.slack.fault("response_url", fault)
    payload = at.press(message, "also")
    assert app.gets(payload) == 503
    assert len(channel(at)) - shown == stands - 1  # the SDK would have posted it twice
    assert app.gets(at.press(message, "also")) == 200
    assert len(channel(at)) - shown == stands
    assert "On the deny list of Acme now" in channel(at)[-1].text
    assert changes(at) == ["deactivate", "deny_add"]


def test_what_was_confirmed_cannot_be_cancelled_and_the_answer_says_so(at: Desk, app: App) -> None:
    app.ask(MANY)
    message = channel(at)[-1]
    confirm, cancel = at.press(message, "confirm"), at.press(message, "cancel")
    assert [app.gets(confirm), app.gets(cancel)] == [200, 200]
    assert "Inactive now" in channel(at)[-1].text
    assert changes(at) == ["deactivate"]


def test_what_was_cancelled_stays_so_however_late_it_is_confirmed(at: Desk, app: App) -> None:
    app.ask(MANY)
    message, asked = channel(at)[-1], len(channel(at))
    confirm, cancel = at.press(message, "confirm"), at.press(message, "cancel")
    assert [app.gets(cancel), app.gets(confirm), app.gets(cancel)] == [200, 200, 200]
    assert changes(at) == []
    assert [one.text for one in channel(at)[asked - 1 :]] == [
        "Nothing was changed.",
        "This button no longer stands for anything. Give the command again.",
    ]


# Shared answers


def test_an_answer_whose_sharing_slack_did_not_confirm_is_shared_once_and_the_person_knows(at: Desk, app: App) -> None:
    app.ask("report")
    message, shown = channel(at)[-1], len(channel(at, NADIA))
    at.slack.fault("response_url", "lost")
    payload = at.press(message, "share")
    assert [app.gets(payload), app.gets(payload), app.gets(at.press(message, "share"))] == [200] * 3
    assert len(channel(at, NADIA)) - shown == 1
    assert [NOT_SURE in one.text for one in channel(at)[-2:]] == [True, True]


def test_an_answer_that_slack_does_not_take_for_the_channel_can_be_shared_again(at: Desk, app: App) -> None:
    app.ask("report")
    message, shown = channel(at)[-1], len(channel(at, NADIA))
    at.slack.fault("response_url", "ratelimited")
    assert app.gets(at.press(message, "share")) == 200
    assert "Slack did not take the answer for the channel." in channel(at)[-1].text
    assert len(channel(at, NADIA)) == shown
    assert app.gets(at.press(message, "share")) == 200
    assert len(channel(at, NADIA)) - shown == 1


# Files

FILE_STEPS = ["conversations.open", "files.getUploadURLExternal", "upload", "files.completeUploadExternal"]


@pytest.mark.parametrize("step", FILE_STEPS)
@pytest.mark.parametrize("fault", ["ratelimited", "internal_error"])
def test_a_file_that_slack_does_not_take_now_is_asked_for_again(at: Desk, app: App, step: str, fault: str) -> None:
    app.ask("report")
    message = channel(at)[-1]
    at.slack.fault(step, fault, retry_after=30)
    payload = at.press(message, "csv")
    assert [app.gets(payload), app.gets(payload)] == [200, 200]
    assert (direct(at), channel(at)[-1].text) == (
        [],
        "Slack does not take or give the file right now. Try again in a moment.",
    )
    assert app.gets(at.press(message, "csv")) == 200
    assert [len(one.files) for one in direct(at)] == [1]


@pytest.mark.parametrize("step", FILE_STEPS)
def test_a_file_of_which_slack_does_not_say_whether_it_took_it_is_sent_once_and_the_person_knows(
    at: Desk, app: App, step: str
) -> None:
    app.ask("report")
    message, shown = channel(at)[-1], len(channel(at))
    at.slack.fault(step, "lost")
    payload = at.press(message, "csv")
    assert [app.gets(payload), app.gets(payload)] == [200, 200]
    assert [one.text for one in channel(at)[shown:]] == [ON_ITS_WAY]
    assert [len(one.files) for one in direct(at)] == ([1] if step == "files.completeUploadExternal" else [])


# Blocks


@pytest.mark.parametrize("lacking", [[], ["table"], ["data_visualization"], ["table", "data_visualization"]])
def test_what_a_workspace_does_not_take_is_not_sent(at: Desk, app: App, lacking: list[str]) -> None:
    forget_blocks(at)
    at.slack.take_no(*lacking)
    for person in (GRACE, CAMILLE):
        first, second = app.ask("report", person), app.ask("report", person)
        native = {block["type"] for block in second["blocks"]} & {"table", "data_visualization"}
        assert native == {"table", "data_visualization"} - {*lacking}
        if person == GRACE:  # what is not known is not sent
            assert not {block["type"] for block in first["blocks"]} & {"table", "data_visualization"}
    asked = [entry.kind for entry in at.slack.journal() if entry.kind == "blocks.validate"]
    assert len(asked) == 2
    assert [entry for entry in at.slack.journal() if entry.refused and entry.kind != "blocks.validate"] == []


@pytest.mark.parametrize("fault", ["internal_error", "ratelimited", "lost"])
def test_where_slack_does_not_tell_which_blocks_it_takes_none_are_sent_and_it_is_asked_later(
    at: Desk, app: App, fault: str
) -> None:
    forget_blocks(at)
    at.slack.fault("blocks.validate", fault)
    kinds = [{block["type"] for block in app.ask("report")["blocks"]} for _ in range(2)]
    at.clock.advance(minutes=11)
    app.ask("report")
    kinds.append({block["type"] for block in app.ask("report")["blocks"]})
    assert ["table" in one for one in kinds] == [False, False, True]


def forget_blocks(at: Desk) -> None:
    with Session(at.store.engine) as session:
        workspaces.keep_native(session, at.workspace, [], NOW.replace(year=2025))


# People


def become_known(at: Desk, app: App) -> None:
    """Slack told who Grace is, but so long ago that it is asked again."""
    app.ask("help")
    at.clock.advance(minutes=6)


@pytest.mark.parametrize("fault", ["internal_error", "ratelimited", "lost", "user_not_found"])
def test_whom_slack_does_not_place_any_more_reads_and_changes_nothing_until_it_does(
    at: Desk, app: App, fault: str
) -> None:
    become_known(at, app)
    at.slack.fault("users.info", fault, times=None)
    assert "Slack does not say right now who you are" in app.ask(ONE)["text"]
    assert "Northwind MSP: peak 13" in app.ask("report")["text"]
    assert changes(at) == []
    at.slack.heal()
    assert "Inactive now" in app.ask(ONE)["text"]


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
def test_with_a_revoked_token_nothing_is_changed_and_commands_are_answered(at: Desk, app: App, code: str) -> None:
    become_known(at, app)
    at.slack.revoke_token(code)
    assert "Slack does not say right now who you are" in app.ask(ONE)["text"]
    assert "Northwind MSP: peak 13" in app.ask("report")["text"]
    assert app.gets(at.direct(ONE)) == 200
    assert (changes(at), direct(at)) == ([], [])
    at.slack.heal()
    assert "Inactive now" in app.ask(ONE)["text"]


def test_a_token_that_is_revoked_while_a_command_is_under_way_costs_only_what_needs_it(at: Desk, app: App) -> None:
    app.ask("report")
    payload = at.command(ONE)
    at.slack.revoke_token()
    status, answer = app.told(payload)
    assert (status, changes(at)) == (200, ["deactivate"])
    assert "Inactive now" in answer["text"]


@pytest.mark.parametrize("person", [GRACE, TOM])
@pytest.mark.parametrize("words", ["report", ONE])
@pytest.mark.parametrize("delay", [0.9, 1.5], ids=["slow", "too slow"])
def test_however_slow_slack_is_about_people_and_blocks_a_command_is_answered_within_three_seconds(
    at: Desk, app: App, person: Person, words: str, delay: float
) -> None:
    forget_blocks(at)
    at.slack.people |= {f"U0MANY{number}": replace(NADIA, id=f"U0MANY{number}") for number in range(500)}
    for method in ("users.info", "users.list", "blocks.validate"):
        at.slack.fault(method, "slow", times=None, delay=delay)
    began = monotonic()
    said = app.ask(words, person)["text"]
    assert monotonic() - began < 3
    if person == TOM and words == ONE and delay < 1:
        assert said == "Only admins may do that. Nothing was changed; ask an owner or admin of this Slack workspace."
    assert [entry.kind for entry in at.slack.journal()].count("users.info") == 1


def test_owners_whom_slack_names_slowly_are_named_all_the_same(at: Desk, app: App) -> None:
    at.slack.fault("users.list", "slow", delay=0.6)
    assert f"<@{GRACE.id}>" in app.ask(ONE, TOM)["text"]
