"""The direct message with the app: a command or a question, and what is suggested there."""

from typing import Any

import pytest

from bot.playground.messages import Message
from bot.playground.team import GRACE, NADIA, NORTHWIND, TOM, Person
from tests.integration.commands.conftest import GUEST, Team

BOT = NORTHWIND.bot_user_id
METHOD = "assistant.threads.setSuggestedPrompts"


def direct(team: Team, person: Person) -> str:
    channel = team.slack.direct_message(person.id)
    assert channel is not None
    return channel.id


def say(team: Team, person: Person, text: str, thread_ts: str | None = None) -> str:
    """The app's answer in the direct message, or in its thread."""
    channel = direct(team, person)
    team.slack.say(person.id, channel, text, thread_ts=thread_ts)
    team.slack.wait_until_answered()
    assert team.refused() == []
    seen = team.slack.thread(person.id, channel, thread_ts) if thread_ts else said(team, person)
    assert seen[-1].user_id == BOT
    return seen[-1].text


def said(team: Team, person: Person) -> list[Message]:
    return team.slack.messages_seen_by(person.id, direct(team, person))


def open_messages(team: Team, person: Person) -> None:
    team.slack.open_home(person.id, "messages")
    team.slack.wait_until_answered()


def times(team: Team) -> int:
    """How often prompts were set."""
    return [entry.kind for entry in team.slack.journal()].count(METHOD)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("report", "Northwind MSP: peak 5"),
        ("/seats report", "Northwind MSP: peak 5"),
        ("@Seatbot report", "Northwind MSP: peak 5"),
        ("why ann@acme.example", "ann@acme.example"),
        ("why ann@acme.example?", "ann@acme.example"),
        ("why is ann@acme.example active again?", "Why is a user active again"),
        ("why is ann@acme.example active again", "Why is a user active again"),
        ("@Seatbot how are we billed", "How are we billed each month?"),
        ("trials?", "Are trial accounts billed?"),
        ('what does "active mean', "active"),
        ("repport Acme last", "Did you mean /seats report Acme last?"),
        ("raport", "Did you mean /seats report?"),
        ('deactivate "ann@acme.example', "quotation mark"),
    ],
)
def test_a_direct_message_is_a_command_or_a_question(team: Team, text: str, says: str) -> None:
    assert says in say(team, GRACE, text)
    assert team.changes() == []


def test_a_slash_command_tells_them_apart_too(team: Team) -> None:
    assert team.say(GRACE, "how are we billed")["text"].startswith("How are we billed each month?")
    assert "peak 5" in team.say(GRACE, "report?")["text"]
    assert "users become inactive" in team.say(GRACE, "how do I deactivate ann@acme.example?")["text"]
    assert team.changes() == []


def test_an_answer_stays_in_the_thread_of_its_question(team: Team) -> None:
    say(team, GRACE, "how are we billed")
    first = said(team, GRACE)[0]
    before = len(said(team, GRACE))
    assert say(team, GRACE, "and when does the period end?", first.ts).startswith("When does our billing period")
    assert len(said(team, GRACE)) == before


@pytest.mark.parametrize(
    ("person", "title", "question"),
    [
        (GRACE, "Does it pay off at once?", "If we deactivate users today, does this bill go down?"),
        (
            NADIA,
            "Effet immédiat\u00a0?",
            "Si nous désactivons des utilisateurs, la facture baisse-t-elle aussitôt\u00a0?",
        ),
    ],
)
def test_four_questions_are_suggested_in_the_language_of_whoever_opens_it(
    team: Team, person: Person, title: str, question: str
) -> None:
    open_messages(team, person)
    suggested = team.slack.suggested(person.id)
    assert suggested is not None
    assert len(suggested.prompts) == 4
    assert (title, question) in [(prompt.title, prompt.message) for prompt in suggested.prompts]
    [call] = [entry.body for entry in team.slack.journal() if entry.kind == METHOD]
    assert "thread_ts" not in dict(call)
    for prompt in suggested.prompts:
        assert say(team, person, prompt.message).startswith(prompt.message)


def test_suggestions_are_set_again_only_where_they_are_gone(team: Team) -> None:
    for _ in range(3):
        open_messages(team, GRACE)
    assert times(team) == 1
    say(team, GRACE, "report")
    assert team.slack.suggested(GRACE.id) is None
    open_messages(team, GRACE)
    assert times(team) == 2
    assert team.slack.suggested(GRACE.id) is not None
    open_messages(team, TOM)
    assert times(team) == 3


def test_nothing_is_suggested_to_outsiders_and_for_the_home_tab(team: Team) -> None:
    open_messages(team, GUEST)
    team.slack.open_home(GRACE.id, "home")
    team.slack.wait_until_answered()
    assert times(team) == 0
    assert said(team, GUEST) == []


@pytest.mark.parametrize("fault", ["lost", "ratelimited", "internal_error", "channel_not_found", "missing_scope"])
def test_where_slack_takes_no_suggestions_nobody_is_told_and_the_next_opening_tries_again(
    team: Team, fault: str
) -> None:
    team.slack.fault(METHOD, fault)
    open_messages(team, GRACE)
    open_messages(team, GRACE)
    assert times(team) == 2
    assert team.slack.suggested(GRACE.id) is not None
    assert said(team, GRACE) == []


def test_a_failure_while_it_is_opened_is_told_to_nobody(team: Team, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.surfaces.agent.Suggestions.show", lambda *_: 1 / 0)
    open_messages(team, GRACE)
    assert said(team, GRACE) == []
