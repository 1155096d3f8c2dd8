"""`/seats digest …`: added, listed, paused, sent and taken away in Slack, in both languages; bad input changes
nothing."""

import pytest

from bot.playground.team import BILLING, CAMILLE, FABRIKAM, GRACE, OLD_BILLING, RANDOM, TOM, Channel
from bot.services import digest_rows
from bot.services.digest_rows import Digest
from tests.integration.commands.conftest import Team

SECRET = Channel("G0SECRET01", "secret", is_private=True, has_app=False)
HERE = f"<#{BILLING.id}|billing>"


def say(team: Team, words: str, person: str = GRACE.id) -> str:
    """A command with a channel in it, as Slack sends it."""
    envelope = team.slack.command(person, BILLING.id, words)
    team.slack.wait_until_answered()
    return str(team.answer(envelope)["text"])


def listed(team: Team) -> list[Digest]:
    team.session.rollback()
    return digest_rows.listed(team.session, team.workspace)


def test_it_is_added_in_words_and_undone(team: Team) -> None:
    said = say(team, f"digest add {HERE} every monday at 8:00 in Europe/London for Acme, Globex in French")
    assert "Added: the digest 1 → #billing." in said
    [one] = listed(team)
    assert (one.channel.id, one.rhythm.every, one.rhythm.minute) == (BILLING.id, "week:mon", 480)
    assert (one.rhythm.zone.key, one.locale) == ("Europe/London", "fr")
    assert [account.name for account in one.accounts or ()] == ["Acme", "Globex"]
    assert "As it was before: the digest 1 → #billing." in team.press(GRACE, "undo")
    assert listed(team) == []
    assert team.changes() == ["digest_add", "undo"]


def test_in_french(team: Team) -> None:
    said = say(team, f"résumé ajouter {HERE} chaque jour ouvré à 8h30 pour Acme", CAMILLE.id)
    assert "Ajouté\u00a0: le résumé 1 → #billing." in said
    assert "Suspendu\u00a0: le résumé 1 → #billing." in say(team, "résumé pause 1", CAMILLE.id)
    assert "De nouveau publié" in say(team, "résumé reprendre 1", CAMILLE.id)
    assert "en route vers le canal" in say(team, "résumé envoyer 1", CAMILLE.id)
    assert "1 résumé" in say(team, "résumé liste", CAMILLE.id)
    assert "Retiré\u00a0: le résumé 1 → #billing." in say(team, "résumé retirer 1", CAMILLE.id)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("<#C0NOWHERE1|nowhere> every day", "Slack shows Seatbot no channel C0NOWHERE1."),
        (f"<#{SECRET.id}|secret> every day", f"Slack shows Seatbot no channel {SECRET.id}."),
        ("#secret every day", "Slack shows Seatbot no channel #secret."),
        (f"<#{OLD_BILLING.id}|billing-2025> every day", "The channel #billing-2025 is archived"),
        (f"<#{RANDOM.id}|random> every day", "Seatbot is not in the channel #random."),
        (f"<#{FABRIKAM.id}|fabrikam-shared> every day", "is shared with another organisation"),
        (f"{HERE} every 31 February", "There is no 31 February in any year."),
        (f"{HERE} on 15 March", "not on a date such as “15 March”"),
        (f"{HERE} every full moon", "“every full moon” is no rhythm."),
        (f"{HERE} every day at 25:00", "“25:00” is no time of day."),
        (f"{HERE} every day in Mars/Olympus", "Mars/Olympus"),
        (f"{HERE} every day for Nobody & Sons", "No account is called “Nobody & Sons”."),
        ("@grace every day", "“@grace” is no channel."),
        (HERE, "That was not understood, so nothing was changed."),
    ],
)
def test_bad_input_is_answered_in_a_sentence_and_changes_nothing(team: Team, words: str, said: str) -> None:
    team.slack._channels[SECRET.id] = SECRET
    envelope = team.slack.command(GRACE.id, BILLING.id, f"digest add {words}")
    team.slack.wait_until_answered()
    answer = team.slack.answers(envelope)[0]
    assert answer
    assert said.replace("&", "&amp;") in answer["text"]
    assert listed(team) == []
    assert team.changes() == []


def test_where_slack_does_not_tell_nothing_is_changed(team: Team) -> None:
    team.slack.fault("conversations.info", "internal_error")
    envelope = team.slack.command(GRACE.id, BILLING.id, f"digest add {HERE} every day")
    team.slack.wait_until_answered()
    answer = team.slack.answers(envelope)[0]
    assert answer
    assert "Slack does not tell of channels right now" in answer["text"]
    assert listed(team) == []


def test_without_the_scope_for_it_the_answer_says_which_it_needs(team: Team) -> None:
    team.slack.withdraw("channels:read")
    envelope = team.slack.command(GRACE.id, BILLING.id, f"digest add {HERE} every day")
    team.slack.wait_until_answered()
    answer = team.slack.answers(envelope)[0]
    assert answer
    assert "Give it the scopes of “seatbot manifest”" in answer["text"]


def test_a_channel_is_found_by_its_name(team: Team) -> None:
    assert "Added" in say(team, "digest add #billing daily")
    assert listed(team)[0].channel.id == BILLING.id


def test_the_same_command_delivered_again_adds_one(team: Team) -> None:
    envelope = team.slack.command(GRACE.id, BILLING.id, f"digest add {HERE} daily")
    team.slack.wait_until_answered()
    team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert len(listed(team)) == 1


def test_only_admins_change_them_and_everybody_reads_the_list(team: Team) -> None:
    say(team, f"digest add {HERE} daily")
    for words in (f"digest add {HERE} daily", "digest pause 1", "digest run 1", "digest remove 1"):
        assert "admins" in say(team, words, TOM.id)
    assert len(listed(team)) == 1
    assert "1 digest" in say(team, "digest", TOM.id)
    assert "Open a digest" not in str(team.slack.messages_seen_by(TOM.id, BILLING.id)[-1].blocks)


def test_from_the_list_each_is_opened_sent_paused_resumed_and_removed(team: Team) -> None:
    say(team, f"digest add {HERE} daily")
    say(team, "digest list")
    message = team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    [menu] = [
        element
        for block in message.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "choose_digest"
    ]
    [option] = menu["options"]
    team.slack.choose(GRACE.id, message.ts, "choose_digest", option["value"])
    team.slack.wait_until_answered()
    assert team.buttons(GRACE)[:3] == ["Send now", "Pause", "Remove"]
    assert "Paused: the digest 1" in team.press(GRACE, "pick_pause")
    assert listed(team)[0].paused
    assert "As it was before" in team.press(GRACE, "undo")
    assert not listed(team)[0].paused
