"""Whether an answer helped: said by anybody of the team, counted once."""

import pytest

from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, NORTHWIND, TOM, Person
from bot.services.faq import unanswered
from bot.services.faq.unanswered import Question
from db.models import FaqOutcome
from tests.integration.commands.conftest import GUEST, Team

THANKS = "Thank you, good to know."
NOTED = "Thank you. The question is on the list of those that an admin may answer; your name is not."


def asked(team: Team, question: str = "how are we billed at nobody@nowhere.example") -> Message:
    """The answer to a question of Grace's in the channel, which everybody sees."""
    first = team.slack.say(GRACE.id, BILLING.id, f"@Seatbot {question}")
    team.slack.wait_until_answered()
    assert isinstance(first, Message)
    return team.slack.thread(GRACE.id, BILLING.id, first.ts)[-1]


def press(team: Team, person: Person, answer: Message, opinion: str) -> str:
    """Press a feedback button; gives what the person then reads, alone."""
    block = next(block for block in answer.blocks if block["type"] == "context_actions")
    button = block["elements"][0]["positive_button" if opinion == "yes" else "negative_button"]
    team.slack.press(person.id, answer.ts, "feedback", button["value"])
    team.slack.wait_until_answered()
    assert answer.thread_ts is not None
    told = team.slack.thread(person.id, BILLING.id, answer.thread_ts)[-1]
    assert told.visible_to == person.id
    assert told.user_id == NORTHWIND.bot_user_id
    assert team.refused() == []
    return told.text


def noted(team: Team) -> list[Question]:
    team.session.rollback()
    return unanswered.listed(team.session, team.workspace, team.clock(), 10)


def test_an_answer_that_did_not_help_is_noted_once_without_addresses(team: Team) -> None:
    answer = asked(team)
    for person in (GRACE, GRACE, TOM):
        assert press(team, person, answer, "no") == NOTED
    [question] = noted(team)
    assert (question.text, question.outcome, question.times) == (
        "how are we billed at …@…",
        FaqOutcome.UNHELPFUL,
        1,
    )


def test_an_answer_that_helped_is_only_thanked_for(team: Team) -> None:
    answer = asked(team)
    assert press(team, GRACE, answer, "yes") == press(team, GRACE, answer, "yes") == THANKS
    assert press(team, CAMILLE, answer, "yes") == "Merci, c’est bon à savoir."
    assert noted(team) == []


def test_a_press_that_is_delivered_again_is_thanked_for_once(team: Team) -> None:
    answer = asked(team)
    press(team, GRACE, answer, "no")
    assert answer.thread_ts is not None
    before = len(team.slack.thread(GRACE.id, BILLING.id, answer.thread_ts))
    envelope = team.slack.redeliver_last()
    with team.slack.changed:
        for _ in range(7):
            team.slack.redeliver(envelope)
            envelope.deliveries = 1
    team.slack.wait_until_answered()
    assert len(team.slack.thread(GRACE.id, BILLING.id, answer.thread_ts)) == before
    assert len(noted(team)) == 1


def test_a_guest_has_no_say(team: Team) -> None:
    assert press(team, GUEST, asked(team), "no") == "Only members of this team may use Seatbot."
    assert noted(team) == []


def test_after_a_day_nobody_knows_any_more_what_was_asked(team: Team) -> None:
    answer = asked(team)
    team.clock.advance(days=1, seconds=1)
    assert press(team, GRACE, answer, "no").startswith("This button no longer stands for anything.")
    assert noted(team) == []


@pytest.mark.parametrize("person", [GRACE, CAMILLE])
def test_under_a_command_s_answer_feedback_comes_too(team: Team, person: Person) -> None:
    team.say(person, "how are we billed")
    message = team.slack.messages_seen_by(person.id, BILLING.id)[-1]
    value = next(block for block in message.blocks if block["type"] == "context_actions")["elements"][0]
    team.slack.press(person.id, message.ts, "feedback", value["negative_button"]["value"])
    team.slack.wait_until_answered()
    assert team.latest(person).startswith("Thank you." if person == GRACE else "Merci.")
    assert [(question.locale, question.topic) for question in noted(team)] == [("en", "how-billing-works")]


def test_a_shared_answer_has_no_buttons(team: Team) -> None:
    team.say(GRACE, "how are we billed")
    team.slack.press(GRACE.id, team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1].ts, "share")
    team.slack.wait_until_answered()
    [shared] = team.slack.messages_seen_by(TOM.id, BILLING.id)
    assert not {block["type"] for block in shared.blocks} & {"actions", "context_actions"}
