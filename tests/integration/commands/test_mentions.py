"""Questions in channels: answered in the thread, once, and only to those whose business it is."""

from typing import Any

import pytest

from bot.playground.delivery import Envelope
from bot.playground.messages import Message
from bot.playground.team import ALERTS, BILLING, CAMILLE, FABRIKAM, GRACE, NORTHWIND, TOM, Person
from tests.integration.commands.conftest import GUEST, STRANGER, Team

QUESTION = "@Seatbot why is the bill so high?"
BOT = NORTHWIND.bot_user_id


def ask(team: Team, person: Person, text: str, channel: str = BILLING.id, thread_ts: str | None = None) -> Message:
    asked = team.slack.say(person.id, channel, text, thread_ts=thread_ts)
    team.slack.wait_until_answered()
    assert isinstance(asked, Message)
    return asked


def answers(team: Team, asked: Message, person: Person) -> list[Message]:
    """What the app said in the thread and, to that person alone, in the channel, as the person sees it."""
    thread = team.slack.thread(person.id, asked.channel_id, asked.thread_ts or asked.ts)
    channel = team.slack.messages_seen_by(person.id, asked.channel_id)
    alone = [message for message in channel if message.visible_to and message not in thread]
    return [message for message in (*thread, *alone) if message.user_id == BOT]


def mention(team: Team) -> Envelope:
    return team.slack.redeliver_last()


def test_a_question_is_answered_in_its_thread_where_everybody_sees_it(team: Team) -> None:
    asked = ask(team, TOM, QUESTION)
    [answer] = answers(team, asked, GRACE)
    assert (answer.thread_ts, answer.visible_to) == (asked.ts, None)
    assert answer.text.startswith("Why is the bill higher than our user count today?")
    assert "share" not in [button["action_id"] for _, button in answer.buttons()]
    assert [one.text for one in team.slack.messages_seen_by(GRACE.id, BILLING.id)] == [asked.text]
    assert team.refused() == []


def test_a_question_that_names_somebody_is_answered_to_the_asker_alone(team: Team) -> None:
    asked = ask(team, TOM, "@Seatbot why is ann@acme.example active again?")
    [answer] = answers(team, asked, TOM)
    assert answer.visible_to == TOM.id
    assert answers(team, asked, GRACE) == []


def test_a_question_within_a_thread_is_answered_there(team: Team) -> None:
    first = ask(team, GRACE, "our bill is odd")
    asked = ask(team, TOM, f"who knows? {QUESTION}", thread_ts=first.ts)
    [answer] = answers(team, asked, GRACE)
    assert answer.thread_ts == first.ts
    assert answer.text.startswith("Why is the bill higher than our user count today?")


def test_a_mention_that_is_delivered_again_later_or_eight_times_at_once_is_answered_once(team: Team) -> None:
    asked = ask(team, TOM, QUESTION)
    envelope = mention(team)
    team.slack.wait_until_answered()
    with team.slack.changed:
        for _ in range(8):
            team.slack.redeliver(envelope)
            envelope.deliveries = 1
    team.slack.wait_until_answered()
    team.clock.advance(days=2)
    team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert len(answers(team, asked, GRACE)) == 1


def test_a_mention_that_comes_eight_times_before_its_first_answer_is_answered_once(team: Team) -> None:
    with team.slack.changed:
        asked = team.slack.say(TOM.id, BILLING.id, QUESTION)
        envelope = team.slack._deliveries.last()
        for _ in range(7):
            team.slack.redeliver(envelope)
            envelope.deliveries = 1
    team.slack.wait_until_answered()
    team.slack.wait_for(lambda: len(envelope.answers) >= 1)
    assert isinstance(asked, Message)
    team.slack.wait_for(lambda: len(answers(team, asked, GRACE)) == 1)
    team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert len(answers(team, asked, GRACE)) == 1


@pytest.mark.parametrize("text", [QUESTION, "@Seatbot", "@Seatbot report"])
def test_in_a_channel_shared_with_others_only_the_asker_reads_it(team: Team, text: str) -> None:
    asked = ask(team, TOM, text, FABRIKAM.id)
    [answer] = answers(team, asked, TOM)
    assert (answer.visible_to, answer.thread_ts) == (TOM.id, None)
    assert answers(team, asked, GRACE) == answers(team, asked, STRANGER) == []
    assert team.refused() == []


@pytest.mark.parametrize(("person", "channel"), [(STRANGER, FABRIKAM.id), (GUEST, BILLING.id)])
@pytest.mark.parametrize("text", [QUESTION, "@Seatbot", "@Seatbot report", "@Seatbot zzz"])
def test_outsiders_are_refused_politely_and_alone(team: Team, person: Person, channel: str, text: str) -> None:
    asked = ask(team, person, text, channel)
    [answer] = answers(team, asked, person)
    assert answer.visible_to == person.id
    assert answer.text in (
        "Only members of this team may use Seatbot.",
        "Seuls les membres de cette équipe peuvent utiliser Seatbot.",
    )
    assert answers(team, asked, GRACE) == []


def test_bots_edits_and_the_app_itself_are_not_answered(team: Team) -> None:
    asked = ask(team, ALERTS, QUESTION)
    own = team.slack.post(Message("", BILLING.id, BOT, f"<@{BOT}> why is the bill so high?"))
    team.slack.wait_until_answered()
    assert answers(team, asked, GRACE) == []
    assert answers(team, own, GRACE) == [own]


def test_a_command_beside_a_mention_is_answered_to_the_asker_alone(team: Team) -> None:
    asked = ask(team, GRACE, "@Seatbot deactivate ann@acme.example")
    [answer] = answers(team, asked, GRACE)
    assert answer.visible_to == GRACE.id
    assert "Inactive now" in answer.text
    assert answers(team, asked, TOM) == []
    team.slack.press(GRACE.id, answer.ts, "undo")
    team.slack.wait_until_answered()
    assert team.changes() == ["deactivate", "undo"]
    assert team.refused() == []


def test_what_is_shared_from_a_thread_is_shared_there(team: Team) -> None:
    first = ask(team, GRACE, "our bill is odd")
    asked = ask(team, GRACE, "@Seatbot report", thread_ts=first.ts)
    [answer] = answers(team, asked, GRACE)
    team.slack.press(GRACE.id, answer.ts, "share")
    team.slack.wait_until_answered()
    [shared] = answers(team, asked, TOM)
    assert "Northwind MSP: peak 5" in shared.text


@pytest.mark.parametrize(
    ("person", "says"),
    [(TOM, "Ask me about the bill in your own words"), (CAMILLE, "Posez-moi vos questions sur la facture")],
)
def test_a_mention_without_words_gets_a_hint(team: Team, person: Person, says: str) -> None:
    for text in ("@Seatbot", "  @Seatbot  "):
        [answer] = answers(team, ask(team, person, text), GRACE)
        assert says in answer.text
        assert answer.text.count("•") == 4
    assert team.refused() == []


def test_the_failure_of_an_answer_is_told_to_the_asker_alone(team: Team, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.commands.registry.mentioned", lambda call, text: 1 / 0)
    asked = ask(team, TOM, QUESTION)
    [answer] = answers(team, asked, TOM)
    assert answer.visible_to == TOM.id
    assert "it is in the log as" in answer.text


def test_who_alone_is_answered_finds_it_where_the_mention_stands(team: Team) -> None:
    """In a thread that has not begun yet, Slack shows no message for one person."""
    ask(team, GUEST, QUESTION)
    assert "Only members of this team" in team.slack.messages_seen_by(GUEST.id, BILLING.id)[-1].text
    first = ask(team, GRACE, "our bill is odd")
    refusal, *_ = answers(team, ask(team, GUEST, QUESTION, thread_ts=first.ts), GUEST)
    assert refusal.thread_ts == first.ts
