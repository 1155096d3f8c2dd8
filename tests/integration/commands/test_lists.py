"""/seats accounts, users, why, deny list and log, all the way, and the ways between them."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.playground.team import BILLING, CAMILLE, GRACE, NADIA, TOM, Person
from bot.services import log, workspaces
from bot.services.errors import AdminsOnly
from db.models import USER
from tests.integration.commands.conftest import Team

Json = dict[str, Any]


def rows(blocks: list[Json]) -> list[list[str]]:
    """The rows of the table, its titles first."""
    [table] = [block for block in blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in table["rows"]]


def seen(team: Team, person: Person) -> list[Json]:
    """The blocks of the latest message."""
    return team.slack.messages_seen_by(person.id, BILLING.id)[-1].blocks


def choose(team: Team, person: Person, action: str, label: str) -> str:
    """Choose in the menu of the latest message; gives the text of the message then."""
    message = team.slack.messages_seen_by(person.id, BILLING.id)[-1]
    [options] = [
        element["options"]
        for block in message.blocks
        for element in block.get("elements", [])
        if element.get("action_id") == action
    ]
    [value] = [option["value"] for option in options if option["text"]["text"] == label]
    team.slack.choose(person.id, message.ts, action, value)
    team.slack.wait_until_answered()
    assert team.refused() == []
    return team.latest(person)


class TestAccounts:
    def test_the_largest_come_first_with_a_total(self, team: Team) -> None:
        answer = team.say(TOM, "accounts")
        assert answer["text"] == "Northwind MSP: 2 accounts"
        assert rows(answer["blocks"])[1:] == [
            ["Acme", "active", "3", "3", "–", "–"],
            ["Globex", "active", "2", "2", "–", "–"],
            ["All (2 accounts)", "–", "5", "5", "–", "–"],
        ]

    def test_a_search_keeps_those_that_contain_it_whatever_the_accents(self, team: Team) -> None:
        team.seed("Clinique Vétérinaire,trial,2026-01-01")
        answer = team.say(NADIA, "comptes veterinaire")
        assert "Seulement ceux dont le nom contient «\u00a0veterinaire\u00a0»." in answer["text"]
        assert [row[0] for row in rows(answer["blocks"])[1:-1]] == ["Clinique Vétérinaire"]
        assert "Aucun compte ne correspond." in team.say(NADIA, "comptes zzz")["text"]

    def test_a_menu_opens_the_report_of_one_and_that_its_users_and_a_person_each_with_the_way_back(
        self, team: Team
    ) -> None:
        team.say(TOM, "accounts")
        assert "Acme: peak 3" in choose(team, TOM, "choose_account", "Acme")
        assert "Acme: 3 users" in team.press(TOM, "open_users")
        assert "ann@acme.example at Acme" in choose(team, TOM, "choose_person", "ann@acme.example")
        assert "Acme: 3 users" in team.press(TOM, "open_back")
        assert "Acme: peak 3" in team.press(TOM, "open_back")
        assert team.press(TOM, "open_back") == "Northwind MSP: 2 accounts"

    def test_a_workspace_without_the_native_table_gets_aligned_text(self, team: Team) -> None:
        workspaces.keep_native(team.session, team.workspace, [], team.clock())
        answer = team.say(TOM, "accounts")
        assert "table" not in [block["type"] for block in answer["blocks"]]
        assert "Acme              active" in str(answer["blocks"])


class TestUsers:
    @pytest.fixture(autouse=True)
    def garage(self, team: Team) -> None:
        team.seed(
            "Garage Hélène,active,2026-01-01\nGarage Nord,active,2026-01-01",
            "Garage Hélène,dupont@garage.example,active,2026-02-01\n"
            "Garage Hélène,dupre@garage.example,inactive,2026-02-01\n"
            "Garage Hélène,zoe@garage.example,active,2026-02-01",
        )

    @pytest.mark.parametrize(
        ("words", "listed"),
        [
            ("users Garage Hélène active dup", ["dupont@garage.example"]),
            ("utilisateurs garage helene actifs", ["dupont@garage.example", "zoe@garage.example"]),
            ("users “GARAGE HELENE” inactive", ["dupre@garage.example"]),
            ("users in hélène dup inactive", ["dupre@garage.example"]),
            ("users garage helene dup", ["dupont@garage.example", "dupre@garage.example"]),
        ],
    )
    def test_names_need_neither_quotes_nor_accents(self, team: Team, words: str, listed: list[str]) -> None:
        answer = team.say(TOM, words)
        assert answer["text"].startswith("Garage Hélène: ")
        assert [row[0] for row in rows(answer["blocks"])[1:]] == listed

    def test_a_part_that_two_accounts_have_is_refused(self, team: Team) -> None:
        said = team.say(TOM, "users garage active")["text"]
        assert said == "“garage” could be Garage Hélène and Garage Nord. Give the whole name."

    def test_an_unknown_account_is_named_without_what_follows(self, team: Team) -> None:
        assert team.say(TOM, "users Acmee active")["text"] == "No account is called “Acmee”. Did you mean Acme?"

    def test_those_on_the_deny_list_are_listed_by_themselves(self, team: Team) -> None:
        team.synced("zoe@garage.example")
        team.say(GRACE, "deny add zoe@garage.example in Garage Hélène")
        answer = team.say(CAMILLE, "utilisateurs garage helene exclus")
        assert [row[:3] for row in rows(answer["blocks"])[1:]] == [["zoe@garage.example", "–", "inactif (exclu)"]]

    def test_whose_time_it_is_is_told_once_where_it_is_not_the_workspaces(self, team: Team) -> None:
        assert str(team.say(TOM, "users Acme")["blocks"]).count("Times are those of Europe/London.") == 1
        assert "Les heures" not in str(team.say(NADIA, "utilisateurs Acme")["blocks"])

    def test_without_an_account_it_says_how_it_is_written(self, team: Team) -> None:
        said = team.say(TOM, "users")["text"]
        assert said.startswith("That was not understood, so nothing was changed.")
        assert "/seats users ACCOUNT [active|inactive|denied] [SEARCH]" in said

    def test_a_long_list_has_pages_and_goes_whole_into_a_file(self, team: Team) -> None:
        team.seed("", "\n".join(f"Garage Nord,u{number:02}@nord.example,active," for number in range(45)))
        answer = team.say(TOM, "users Garage Nord")
        assert rows(answer["blocks"])[-1][0] == "u19@nord.example"
        team.press(TOM, "page_next")
        assert rows(seen(team, TOM))[1][0] == "u20@nord.example"
        assert "file is in your direct messages" in team.press(TOM, "csv")


class TestWhy:
    def test_the_story_names_the_people_who_made_it(self, team: Team) -> None:
        team.say(GRACE, "deactivate ann@acme.example because she left")
        answer = team.say(NADIA, "pourquoi ann@acme.example")
        assert "Inactif depuis le 24 nov. 2026 à 13:00" in answer["text"]
        assert rows(answer["blocks"])[-1][3] == "Grace Holloway (she left)"
        assert rows(answer["blocks"])[1][3] == "cli:test"
        assert "U0GRACE001" not in str(answer)

    def test_somebody_in_two_accounts_has_both_stories_in_one_table(self, team: Team) -> None:
        answer = team.say(TOM, "why both@shared.example")
        assert answer["text"].startswith("both@shared.example is in 2 accounts\nAcme:\nActive since")
        assert [row[0] for row in rows(answer["blocks"])[1:]] == ["Acme", "Acme", "Globex", "Globex"]

    def test_what_the_next_sync_would_do_is_told(self, team: Team) -> None:
        team.synced("ann@acme.example")
        team.say(GRACE, "deactivate ann@acme.example")
        assert "The next sync sets this person active again" in team.say(TOM, "why ann@acme.example")["text"]

    def test_an_admin_sets_somebody_inactive_from_their_story_and_a_reader_sees_no_button(self, team: Team) -> None:
        team.say(TOM, "why ann@acme.example")
        assert "Set inactive" not in team.buttons(TOM)
        team.say(CAMILLE, "why ann@acme.example")
        assert "Désactivation" in team.press(CAMILLE, "open_status", "Désactiver")
        assert team.changes() == ["deactivate"]
        assert "Inactif depuis" in team.press(CAMILLE, "open_back")
        assert "Activer" in team.buttons(CAMILLE)

    def test_a_story_opens_from_the_people_behind_a_figure(self, team: Team) -> None:
        team.say(TOM, "report Acme")
        assert team.press(TOM, "open_now") == "3 users of Acme counted on 24 Nov 2026 13:00 (Europe/Paris)"
        assert "bob@acme.example at Acme" in choose(team, TOM, "choose_person", "bob@acme.example")
        assert "3 users of Acme" in team.press(TOM, "open_back")

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ("why anne@acme.example", "Nobody has the address anne@acme.example. Did you mean ann@acme.example?"),
            ("why ann@acme.exmple", "Nobody has the address ann@acme.exmple. Did you mean ann@acme.example?"),
            ("why quentin@acme.example", "Nobody has the address quentin@acme.example. Check the spelling."),
            ("why Adele Coulon", "“Adele Coulon” is not an email address. Did you mean adèle.coulon@acme.example?"),
            ("why smith", "“smith” is not an email address and could be a.smith@x.example and b.smith@x.example."),
            ("why nobody of ours", "“nobody of ours” is not an email address."),
        ],
    )
    def test_a_slip_or_a_name_gets_the_address_that_was_meant(self, team: Team, words: str, says: str) -> None:
        team.seed(
            "",
            "\n".join(
                f"Acme,{address}@{domain}.example,active,"
                for address, domain in (("adèle.coulon", "acme"), ("a.smith", "x"), ("b.smith", "x"))
            ),
        )
        assert says in team.say(TOM, words)["text"]


class TestSuggestions:
    def test_an_admin_puts_somebody_on_the_deny_list_with_one_choice(self, team: Team) -> None:
        team.seed("", "Acme,scanner@acme.example,active,")
        team.synced("scanner@acme.example")
        team.clock.advance(seconds=1)
        answer = team.say(GRACE, "suggestions acme")
        assert answer["text"].startswith("Acme: 2 suggestions")
        assert [row[1] for row in rows(answer["blocks"])[1:]] == ["both@shared.example", "scanner@acme.example"]
        done = choose(team, GRACE, "choose_denied", "scanner@acme.example, Acme")
        assert "scanner@acme.example" in done
        assert team.changes() == ["deny_add"]
        team.clock.advance(seconds=1)
        left = team.say(TOM, "suggestions acme")
        assert [row[1] for row in rows(left["blocks"])[1:]] == ["both@shared.example"]
        assert rows(team.say(TOM, "deny list acme")["blocks"])[1][0] == "scanner@acme.example"

    def test_a_reader_may_look_and_not_choose(self, team: Team) -> None:
        answer = team.say(TOM, "suggestions acme")
        assert rows(answer["blocks"])[1][1] == "both@shared.example"
        assert "choose_person" in str(answer["blocks"])
        assert "choose_denied" not in str(answer["blocks"])


class TestDenyLists:
    def test_a_reader_reads_one_or_opens_it_from_the_list_of_all(self, team: Team) -> None:
        team.say(GRACE, "deny add *@left.example in Acme")
        answer = team.say(TOM, "deny list acme")
        assert answer["text"].startswith("Deny list of Acme: 1 entry")
        assert rows(answer["blocks"])[1] == ["*@left.example", "24 Nov 2026 12:00", "Grace Holloway"]
        assert rows(team.say(TOM, "deny list")["blocks"])[1:] == [["Acme", "1"]]
        assert "Deny list of Acme: 1 entry" in choose(team, TOM, "choose_deny_list", "Acme")
        assert team.press(TOM, "open_back") == "Deny lists"

    def test_an_empty_one_says_so(self, team: Team) -> None:
        assert "La liste d’exclusion est vide." in team.say(NADIA, "exclure liste dans Acme")["text"]
        assert "Aucun compte n’a de liste d’exclusion." in team.say(NADIA, "exclure liste")["text"]


def test_a_trial_ends_with_a_day_of_the_msp_wherever_the_reader_is(team: Team) -> None:
    team.say(GRACE, "account trial Globex until 2026-12-31")
    answer = team.say(GRACE, "accounts globex")
    assert rows(answer["blocks"])[1][5] == "31 Dec 2026"


class TestLog:
    def test_what_was_done_is_told_whole(self, team: Team) -> None:
        reason = "her contract with the firm ended in the spring"
        team.say(GRACE, f"deactivate ann@acme.example because {reason}")
        assert rows(team.say(GRACE, "log acme")["blocks"])[1][2] == f"deactivated: Acme, {reason}"

    def test_admins_are_told_by_name(self, team: Team) -> None:
        team.say(GRACE, f"admins add @{TOM.id}")
        assert rows(team.say(GRACE, "log")["blocks"])[1][2] == "admin added: Tom Beckett, Grace Holloway"

    def test_the_status_of_an_account_is_told_with_its_day(self, team: Team) -> None:
        team.say(GRACE, "account close acme from 2026-12-01")
        team.say(GRACE, "undo")
        team.say(GRACE, "account trial acme")
        told = [row[2] for row in rows(team.say(CAMILLE, "journal acme")["blocks"])[1:4]]
        assert told[0] == "statut d’un compte\u00a0: Acme, essai"
        assert told[1].endswith("(statut d’un compte)\u00a0: Acme")
        assert "Acme, fermé à partir du 1er déc. 2026 (annulée" in told[2]

    def test_an_admin_reads_who_did_what_by_name(self, team: Team) -> None:
        team.say(GRACE, "deactivate ann@acme.example because she left")
        team.clock.advance(minutes=1)
        team.say(TOM, "deactivate bob@acme.example")
        found = rows(team.say(CAMILLE, "journal")["blocks"])
        assert found[1][2:] == ["refusé\u00a0: deactivate bob@acme.example", "–", "Tom Beckett"]
        assert found[2][2:] == ["désactivation\u00a0: Acme, she left", "1", "Grace Holloway"]
        assert found[-1][4] == "cli:test"

    def test_of_an_account_or_a_person(self, team: Team) -> None:
        team.say(GRACE, "deactivate zoe@globex.example")
        assert team.say(GRACE, "log globex")["text"] == "Log of Globex"
        answer = team.say(GRACE, "log zoe@globex.example")
        assert [row[2] for row in rows(answer["blocks"])[1:]] == [
            "deactivated: Globex",
            "users imported: Acme, Globex, users.csv",
        ]
        assert "Nothing in the log is about that." in team.say(GRACE, "log x@y.example")["text"]

    def test_a_reader_is_refused(self, team: Team) -> None:
        assert "Only admins may do that." in team.say(TOM, "log")["text"]

    def test_whoever_slack_does_not_know_keeps_their_id(self, team: Team) -> None:
        team.clock.advance(minutes=1)
        log.refused(team.session, team.workspace, "U0GONE0001", "undo", AdminsOnly(admins=[]), team.clock)
        assert rows(team.say(GRACE, "log")["blocks"])[1][4] == "U0GONE0001"


@pytest.mark.parametrize("name", ["<!channel>", "<@U0GRACE001>"])
def test_a_forged_mention_in_the_names_of_an_account_and_a_person_stays_a_name(team: Team, name: str) -> None:
    team.seed(f"{name},active,2026-01-01", f"{name},p@x.example,active,2026-01-01")
    team.session.execute(update(USER).where(USER.c.email == "p@x.example").values(name=name))
    team.session.commit()
    team.say(GRACE, f'deny add *@y.example in "{name}"')
    team.say(GRACE, f"deactivate p@x.example because {name}")
    shown = 0
    for words in ("", "accounts", f"accounts {name}", f'users "{name}"', "why p@x.example", "log", "deny list"):
        answer = team.say(GRACE, words)
        shown += name in str(answer["blocks"])
        assert "<" not in answer["text"]
        assert not any(block.get("text", {}).get("type") == "mrkdwn" for block in answer["blocks"])
    assert shown == 6  # everywhere but in the menu
