"""What pickers offer, to whom; and the shortcuts."""

import pytest

from bot.playground.messages import Message
from bot.playground.team import BILLING, CAMILLE, GRACE, TOM, Person
from bot.services import search
from bot.services.imports.users import import_users
from tests.integration.commands.conftest import GUEST, STRANGER, Team
from tests.integration.commands.windows import offered, opened, submit, told, top


def test_people_are_found_by_how_they_begin_and_else_by_what_they_contain(team: Team) -> None:
    team.seed("", "Acme,ana.lopez@acme.example,active,2026-02-01")
    view = opened(team, "why")
    assert [name for _, name in offered(team, view, "find_person", "AN")] == [
        "ana.lopez@acme.example · Acme",
        "ann@acme.example · Acme",
    ]
    assert [name for _, name in offered(team, view, "find_person", "lopez acme")] == ["ana.lopez@acme.example · Acme"]
    assert offered(team, view, "find_person", "zzz") == []
    assert offered(team, view, "find_person", "%") == []
    assert offered(team, view, "find_person", "@") == []
    assert len(offered(team, view, "find_person", "@acme")) == 3


def test_accounts_are_found_without_accents_and_the_ones_that_begin_so_first(team: Team) -> None:
    team.seed("Été & Co,active,2026-01-01\nThe été,active,2026-01-01")
    view = opened(team, "deny")
    assert [name for _, name in offered(team, view, "find_account", "ete")] == ["Été & Co", "The été"]


@pytest.mark.parametrize("person", [GUEST, STRANGER])
def test_guests_are_offered_nothing(team: Team, person: Person) -> None:
    view = opened(team, "why")
    envelope = team.slack.options(GRACE.id, view.id, "find_person", "ann")
    assert envelope is not None
    team.slack.wait_until_answered()
    assert len(team.slack.offered(envelope)) == 1
    envelope.payload["user"]["id"] = person.id
    asked = team.slack.redeliver(envelope)
    team.slack.wait_until_answered()
    assert team.slack.answers(asked)[-1] == {"options": []}


def test_twenty_are_offered_and_no_more(team: Team) -> None:
    team.seed("", "\n".join(f"Acme,u{number:02}@many.example,active,2026-02-01" for number in range(40)))
    assert len(search.people(team.session, team.workspace, "u")) == search.MOST
    assert len(search.people(team.session, team.workspace, "many")) == search.MOST
    assert search.people(team.session, team.workspace, " ") == []


@pytest.mark.parametrize("person", [GRACE, CAMILLE, TOM])
def test_the_shortcut_opens_the_menu(team: Team, person: Person) -> None:
    team.slack.shortcut(person.id, "seatbot_menu")
    team.slack.wait_until_answered()
    assert team.refused() == []
    view = top(team, person)
    assert "5" in told(view)
    team.slack.press(person.id, view.id, "menu_accounts")
    team.slack.wait_until_answered()
    assert "Globex" in told(top(team, person))
    assert team.refused() == []


def test_the_menu_opens_forms_over_itself(team: Team) -> None:
    team.slack.shortcut(GRACE.id, "seatbot_menu")
    team.slack.wait_until_answered()
    team.slack.choose(GRACE.id, top(team).id, "form_menu", "deactivate")
    team.slack.wait_until_answered()
    assert len(team.slack.modals(GRACE.id)) == 2
    submit(team, top(team), {"addresses": "ann@acme.example"})
    assert team.counted() == 4
    team.say(GRACE, "")
    message = team.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
    team.slack.choose(GRACE.id, message.ts, "form_menu", "account")
    team.slack.wait_until_answered()
    assert top(team).payload["callback_id"] == "account"


def test_guests_get_a_refusal_by_the_shortcut(team: Team) -> None:
    team.slack.shortcut(GUEST.id, "seatbot_menu")
    team.slack.wait_until_answered()
    assert "Only members of this team may use Seatbot." in told(top(team, GUEST))


@pytest.mark.parametrize("text", ["ann@acme.example", "nothing"])
def test_guests_get_a_refusal_by_the_shortcut_of_a_message(team: Team, text: str) -> None:
    message = team.slack.post(Message("", BILLING.id, CAMILLE.id, text))
    team.slack.shortcut(GUEST.id, "seatbot_why", message.ts)
    team.slack.wait_until_answered()
    assert "Only members of this team may use Seatbot." in told(top(team, GUEST))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Why is ann@acme.example still billed?", "ann@acme.example"),
        ("see <mailto:zoe@globex.example|zoe@globex.example>.", "zoe@globex.example"),
        (f"<@{TOM.id}> left on Friday", "tom.beckett@acme.example"),
        ("nobody@x.example", None),
        ("nothing at all", None),
    ],
)
def test_the_shortcut_of_a_message_tells_of_whoever_it_names_or_asks(team: Team, text: str, named: str | None) -> None:
    (team.folder / "people.csv").write_text(
        "account,email,status,at,name\nAcme,tom.beckett@acme.example,active,2026-02-01,Tom Beckett\n"
    )
    import_users(team.session, team.workspace, team.folder / "people.csv", actor="cli:test", clock=team.clock)
    message = team.slack.post(Message("", BILLING.id, CAMILLE.id, text))
    team.slack.shortcut(GRACE.id, "seatbot_why", message.ts)
    team.slack.wait_until_answered()
    assert team.refused() == []
    view = top(team)
    if named:
        assert named in told(view)
    else:
        assert view.payload["callback_id"] == "why"
