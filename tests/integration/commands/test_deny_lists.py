"""/seats deny remove and deny import, all the way; files come in the direct message with the app."""

from typing import Any

import pytest

from bot.playground.team import CAMILLE, GRACE, TOM, Person
from tests.integration.commands.conftest import Team

CSV = b"email\nann@acme.example\nx@acme.example\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def send(team: Team, person: Person, words: str, *files: tuple[str, bytes]) -> str:
    """Write to the app with files; gives the text of its answer."""
    channel = team.slack.direct_message(person.id)
    assert channel is not None
    uploads = [team.slack.upload(person.id, name, content) for name, content in files]
    before = len(team.slack.messages_seen_by(person.id, channel.id))
    team.slack.say(person.id, channel.id, words, uploads)
    team.slack.wait_until_answered()
    seen = team.slack.messages_seen_by(person.id, channel.id)
    assert len(seen) == before + 2
    assert team.refused() == []
    return seen[-1].text


def press(team: Team, person: Person, action: str) -> str:
    channel = team.slack.direct_message(person.id)
    assert channel is not None
    for message in reversed(team.slack.messages_seen_by(person.id, channel.id)):
        for _, button in message.buttons():
            if button["action_id"] == action:
                team.slack.press(person.id, message.ts, action, button["value"])
                team.slack.wait_until_answered()
                return team.slack.messages_seen_by(person.id, channel.id)[-1].text
    raise AssertionError(action)


def test_an_entry_is_taken_off_and_nobody_is_activated_by_that(team: Team) -> None:
    team.synced("ann@acme.example")
    team.say(GRACE, "deny add ann@acme.example *@x.example in Acme")
    said = team.say(GRACE, "deny remove *@x.example ann@acme.example in Acme")["text"]
    assert "No longer on the deny list of Acme: *@x.example and ann@acme.example." in said
    assert "Nobody is activated by this until the next sync does it." in said
    assert team.counted() == 4
    assert "On the deny list of Acme again: *@x.example and ann@acme.example." in team.press(GRACE, "undo")


def test_in_french_the_account_may_come_first(team: Team) -> None:
    team.say(CAMILLE, "exclure ajouter ann@acme.example dans Acme")
    said = team.say(CAMILLE, "exclure retirer Acme ann@acme.example")["text"]
    assert "Retrait de la liste d’exclusion du compte Acme\u00a0: ann@acme.example." in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("deny remove zoe@acme.example in Acme", "The deny list of Acme has no entry zoe@acme.example."),
        ("deny remove", "That was not understood"),
        ("deny remove a*b@acme.example in Acme", "is neither an email address nor *@domain."),
        ("deny import Acme", "That was not understood"),
        ("deny import replace", "That was not understood"),
        ("deny import Acma replace", "Did you mean Acme?"),
    ],
)
def test_what_is_not_understood_is_refused_with_what_to_do(team: Team, words: str, says: str) -> None:
    assert says in team.say(GRACE, words)["text"]
    assert team.changes() == []


def test_a_slash_command_says_to_send_the_file_with_these_words(team: Team) -> None:
    said = team.say(GRACE, "deny import in acme replace")["text"]
    assert "Send the CSV file to Seatbot in a direct message" in said
    assert "\ndeny import Acme replace\n" in said
    assert "\nexclure importer Acme ajouter\n" in team.say(CAMILLE, "exclure importer Acme ajouter")["text"]


def test_a_file_in_the_direct_message_is_imported(team: Team) -> None:
    team.synced("ann@acme.example")
    said = send(team, GRACE, "deny import Acme append", ("list.csv", CSV))
    assert "On the deny list of Acme now: ann@acme.example and x@acme.example." in said
    assert "Inactive now, since a sync had brought them: ann@acme.example (Acme)." in said
    assert (team.changes(), team.counted()) == (["deny_import"], 4)


def test_a_french_file_replaces_the_list(team: Team) -> None:
    team.say(CAMILLE, "exclure ajouter y@acme.example dans Acme")
    said = send(team, CAMILLE, "exclure importer Acme remplacer", ("liste.csv", b"courriel\nx@acme.example"))
    assert "Désormais sur la liste d’exclusion du compte Acme\u00a0: x@acme.example." in said
    assert "Retrait de la liste d’exclusion du compte Acme\u00a0: y@acme.example." in said


def test_a_file_for_many_people_is_asked_about_and_read_again_when_confirmed(team: Team) -> None:
    emails = [f"u{number}@acme.example" for number in range(11)]
    team.seed("", "\n".join(f"Acme,{email},active,2026-03-01" for email in emails))
    team.synced(*emails)
    said = send(team, GRACE, "deny import Acme replace", ("list.csv", "\n".join(["email", *emails]).encode()))
    assert said.startswith("Set 11 people inactive?")
    assert "Would go on the deny list of Acme: " in said
    assert team.changes() == []
    assert "Inactive now" in press(team, GRACE, "confirm")
    assert (team.changes(), team.counted()) == (["deny_import"], 5)


def test_a_file_that_is_gone_when_it_is_confirmed_is_asked_for_again(team: Team) -> None:
    emails = [f"u{number}@acme.example" for number in range(11)]
    team.seed("", "\n".join(f"Acme,{email},active,2026-03-01" for email in emails))
    team.synced(*emails)
    send(team, GRACE, "deny import Acme replace", ("list.csv", "\n".join(["email", *emails]).encode()))
    team.slack.fault("files.info", "file_deleted")
    assert press(team, GRACE, "confirm") == "Slack has that file no longer. Send it once more."
    assert team.changes() == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("photo.png", PNG, "photo.png is not a CSV file in UTF-8."),
        ("../../etc/list.csv", b"\0\0", "is not a CSV file in UTF-8."),
        ("list.csv", b"", "list.csv is empty."),
        ("list.csv", b"who\nx@acme.example", "list.csv has no column email."),
        ("list.csv", b"email\nnobody", "Line 2: “nobody” is neither an email address nor *@domain."),
    ],
)
def test_what_is_no_such_file_is_one_clear_sentence(team: Team, name: str, content: bytes, says: str) -> None:
    assert says in send(team, GRACE, "deny import Acme replace", (name, content))
    assert team.changes() == []


def test_of_thousands_of_bad_lines_twenty_are_told(team: Team) -> None:
    said = send(team, GRACE, "deny import Acme replace", ("list.csv", b"email\n" + b"nobody\n" * 5000))
    assert said.endswith("and 4,980 more\nNothing was changed.")
    assert len(said.splitlines()) == 22


def test_one_file_at_a_time(team: Team) -> None:
    said = send(team, GRACE, "deny import Acme append", ("a.csv", CSV), ("b.csv", CSV))
    assert said.startswith("These are several files.")
    assert team.changes() == []


def test_a_reader_may_not(team: Team) -> None:
    assert "Only admins may do that." in send(team, TOM, "deny import Acme append", ("a.csv", CSV))
    assert team.changes() == []


def test_a_message_that_is_delivered_again_is_done_and_answered_once(team: Team) -> None:
    send(team, GRACE, "deny import Acme append", ("a.csv", CSV))
    channel: Any = team.slack.direct_message(GRACE.id)
    before = len(team.slack.messages_seen_by(GRACE.id, channel.id))
    with team.slack.changed:
        for _ in range(8):
            team.slack.redeliver_last()
    team.slack.wait_until_answered()
    team.clock.advance(days=2)
    team.slack.redeliver_last()
    team.slack.wait_until_answered()
    assert len(team.slack.messages_seen_by(GRACE.id, channel.id)) == before
    assert team.changes() == ["deny_import"]
