"""/seats warn, all the way: what is understood, what is refused, and what stands then."""

import json

import pytest

from bot.playground.team import BILLING, CAMILLE, FABRIKAM, GRACE, GUS, NADIA, OLD_BILLING, RANDOM, TOM, Person
from bot.services.warnings import lines
from bot.services.warnings.kinds import DEFAULTS
from db.models import WarningKind
from tests.integration.commands.conftest import Json, Team

HERE = f"<#{BILLING.id}|billing>"


def say(team: Team, person: Person, words: str) -> str:
    """A command with mentions in it, as Slack sends them."""
    return str(asked(team, person, words)["text"])


def asked(team: Team, person: Person, words: str) -> Json:
    """The same, with its blocks; Slack itself may refuse to tell of a channel."""
    envelope = team.slack.command(person.id, BILLING.id, words)
    team.slack.wait_until_answered()
    answer = team.slack.answers(envelope)[0]
    assert answer is not None
    return answer


def standing(team: Team) -> list[tuple[object, ...]]:
    team.session.rollback()
    found = lines.listed(team.session, team.workspace)
    return [(line.kind, line.recipient.id, line.recipient.name, line.threshold, line.accounts) for line in found]


def test_a_warning_is_added_listed_muted_removed_and_brought_back(team: Team) -> None:
    said = say(team, GRACE, f"warn add jump {HERE} 20 in Acme, Globex")
    assert "Warning 1: #billing gets a message when the count rises by 20 or more within a day." in said
    assert "It is about Acme and Globex only." in said
    assert standing(team) == [("jump", BILLING.id, "#billing", 20, ("Acme", "Globex"))]
    said = say(team, TOM, "warn list")
    assert "1 warning" in said
    said = say(team, GRACE, "warn mute 1 7")
    assert "Warning 1 is muted until 1 Dec 2026 12:00" in said
    said = say(team, GRACE, "warn remove #1")
    assert "Warning 1 is removed" in said
    assert standing(team) == []
    assert "Warning 1: #billing gets a message when" in team.press(GRACE, "undo")
    assert len(standing(team)) == 1
    log = json.dumps(asked(team, GRACE, "log")["blocks"])
    assert "warning added: warning 1 (jump, #billing)" in log
    assert "warning muted: warning 1 (jump, #billing)" in log
    assert team.changes() == ["warn_add", "warn_mute", "warn_remove", "undo"]


def test_in_french_with_and_without_accents(team: Team) -> None:
    said = say(team, CAMILLE, f"alerte ajouter saut {HERE} seuil 20 dans Acme")
    assert "Alerte 1\u00a0: #billing reçoit un message quand le nombre augmente de 20 ou plus en un jour." in said
    assert "Elle ne concerne que Acme." in said
    say(team, CAMILLE, f"alerte ajouter fin-période {HERE}")
    say(team, CAMILLE, f"alerte ajouter reactives <@{NADIA.id}|nadia>")
    assert standing(team)[1:] == [
        ("period-end", BILLING.id, "#billing", 3, ()),
        ("reactivated", NADIA.id, "Nadia Benali", 1, ()),
    ]
    assert "3 alertes" in say(team, NADIA, "alerte")
    assert "muette jusqu’au 2 déc. 2026" in say(team, CAMILLE, "alerte muet 1 pendant 8 jours")
    assert "muette jusqu’au 25 nov. 2026" in say(team, CAMILLE, "alerte silence 1 1 jour")
    assert "L’alerte 2 n’est plus en place" in say(team, CAMILLE, "alerte retirer 2")


@pytest.mark.parametrize("kind", list(WarningKind))
def test_every_kind_has_its_usual_threshold(team: Team, kind: WarningKind) -> None:
    say(team, GRACE, f"warn add {kind} {HERE}")
    assert [line[3] for line in standing(team)] == [DEFAULTS[kind]]


def test_the_same_warning_again_changes_nothing(team: Team) -> None:
    say(team, GRACE, f"warn add peak {HERE}")
    assert "Warning 1 stands already" in say(team, GRACE, f"warn add peak {HERE} 1")
    assert len(standing(team)) == 1
    assert team.changes() == ["warn_add"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"warn add jmup {HERE}", "“jmup” is no kind of warning. Did you mean jump?"),
        (f"warn add everything {HERE}", "“everything” is no kind of warning. There are: jump, peak, trial"),
        (
            f"warn add jump {HERE} 0",
            "“0” is no threshold for the warning “jump”. Give a whole number from 1 to 1,000,000, or none",
        ),
        (f"warn add jump {HERE} -5", "“-5” is no threshold for the warning “jump”."),
        (f"warn add jump {HERE} many", "“many” is no threshold for the warning “jump”."),
        (f"warn add jump {HERE} 1.5", "“1.5” is no threshold for the warning “jump”."),
        (
            f"warn add period-end {HERE} 32",
            "“32” is no threshold for the warning “period-end”. Give a whole number from 1 to 31",
        ),
        (f"warn add jump {HERE} in Acmee", "No account is called “Acmee”. Did you mean Acme?"),
        ("warn add jump <#C0NOWHERE1|nowhere>", "Slack shows Seatbot no channel"),
        ("warn add jump #nowhere", "Slack shows Seatbot no channel #nowhere."),
        (f"warn add jump <#{OLD_BILLING.id}|billing-2025>", "The channel #billing-2025 is archived"),
        (f"warn add jump <#{RANDOM.id}|random>", "Seatbot is not in the channel #random."),
        (f"warn add jump <#{FABRIKAM.id}|fabrikam-shared>", "#fabrikam-shared is shared with another organisation"),
        (f"warn add jump <@{GUS.id}|gus>", "Slack knows nobody of this team as Gus"),
        ("warn add jump billing", "“billing” is no channel and nobody."),
        ("warn add jump", "That was not understood"),
        ("warn add", "jump [10]: when the count rises by 10 or more within a day"),
        (f"warn add jump {HERE} 5 in", "That was not understood"),
        ("warn remove 99", "There is no warning 99. /seats warn list lists them."),
        ("warn remove first", "There is no warning first."),
        ("warn mute 99 3", "There is no warning 99."),
        ("warn mute 1 0", "“0” is no number of days. Give a whole number from 1 to 365."),
        ("warn mute 1 10000 days", "“10000” is no number of days."),
        ("warn mute 1 -1", "“-1” is no number of days."),
        ("warn mute 1", "That was not understood"),
        ("warn list everything", "That was not understood"),
        ("warn ad jump", "That was not understood"),
    ],
)
def test_bad_words_get_one_clear_sentence_and_change_nothing(team: Team, words: str, said: str) -> None:
    say(team, GRACE, f"warn add peak {HERE}")
    before = standing(team)
    assert said in say(team, GRACE, words)
    assert standing(team) == before
    assert team.changes() == ["warn_add"]


def test_only_admins_add_remove_and_mute_and_everybody_reads_the_list(team: Team) -> None:
    say(team, GRACE, f"warn add peak {HERE}")
    for words in (f"warn add jump {HERE}", "warn remove 1", "warn mute 1 3"):
        assert "Only admins may do that." in say(team, TOM, words)
    assert "1 warning" in say(team, TOM, "warn")
    assert team.changes() == ["warn_add"]


def test_help_explains_each_kind_with_its_usual_threshold(team: Team) -> None:
    for words in ("warn add help", "help warn add"):
        said = say(team, GRACE, words)
        assert "jump [10]: when the count rises by 10 or more within a day" in said
        assert "period-end [3]: when the billing period has 3 days left" in said
    assert "fin-période [3]\u00a0: quand il reste 3 jours" in say(team, CAMILLE, "aide alerte ajouter")
    assert "trial [7]" in say(team, TOM, "warn")
