"""Whom the rules suggest, from addresses and accounts alone."""

from collections import Counter, defaultdict

import pytest

from bot.services import names
from bot.services.domains import usual_domains
from bot.services.people import Person
from bot.services.suggestions import Why, kind_of, suggestions
from db.models import Note

ACME, BLUE = 1, 2
NAMES = {ACME: "Acme", BLUE: "Blue"}


def people(account: int, *emails: str) -> list[Person]:
    return [Person(100 * account + n, account, NAMES[account], email, None, True) for n, email in enumerate(emails)]


def staff(domain: str, n: int = 12) -> list[str]:
    return [f"person{chr(97 + number)}@{domain}" for number in range(n)]


def suggested(
    there: list[Person],
    given: dict[int, str] | None = None,
    repeated: dict[str, set[int]] | None = None,
    noted: dict[tuple[int, str], Note] | None = None,
) -> dict[str, tuple[tuple[Why, ...], tuple[str, ...]]]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in there:
        counts[one.account_id][names.key(one.email or "").rpartition("@")[2]] += 1
    usual = usual_domains(counts, given or {})
    found = suggestions(there, usual, repeated or {}, noted or {}, NAMES)
    return {one.email or "": (why, others) for one, why, others in found}


@pytest.mark.parametrize(
    "local",
    [
        "noreply",
        "no-reply",
        "no_reply",
        "do.not.reply",
        "ne-pas-repondre",
        "scanner",
        "Scanner-2",
        "scan.etage3",
        "backup",
        "svc-sql",
        "sa-backup",
        "salle.101",
        "Salle-Bleue",
        "room12",
        "meeting.room",
        "conf-paris",
        "écran",
        "admin",
        "admin.jones",
        "réunion",
        "imprimante2",
        "shared-mailbox",
        "mailer-daemon",
    ],
)
def test_things_and_programs(local: str) -> None:
    assert kind_of(local) == Why.SERVICE


@pytest.mark.parametrize("local", ["info", "Info2", "compta", "comptabilité", "accueil", "sales", "rh", "it", "équipe"])
def test_teams_and_tasks(local: str) -> None:
    assert kind_of(local) == Why.ROLE


@pytest.mark.parametrize(
    "local",
    [
        "ann",
        "marie.salle",
        "jean-room",
        "info.smith",
        "sales.anna",
        "sa.smith",
        "roomy",
        "scannell",
        "testa",
        "itzik",
        "adminka",
        "",
        "12",
        "...",
        "confucius",
        "bob+scanner",
        "al.lot",
    ],
)
def test_what_may_be_a_person_is_left_alone(local: str) -> None:
    assert kind_of(local) is None


def test_a_domain_that_hardly_anybody_has() -> None:
    there = people(ACME, *staff("acme.example"), "tech@msp.example", "ann@paris.acme.example")
    assert suggested(there) == {"tech@msp.example": ((Why.FOREIGN,), ())}


def test_a_domain_of_another_account_is_told_with_its_name() -> None:
    there = people(ACME, *staff("acme.example"), "bo@BLUE.example") + people(BLUE, *staff("blue.example"))
    assert suggested(there) == {"bo@BLUE.example": ((Why.OTHER_ACCOUNT,), ("Blue",))}


def test_a_domain_that_two_accounts_share_is_both_of_theirs() -> None:
    assert suggested(people(ACME, *staff("x.example")) + people(BLUE, *staff("x.example"))) == {}


def test_of_few_people_nobody_knows_the_domain() -> None:
    few = people(ACME, "a@one.example", "b@two.example", "c@three.example")
    assert suggested(few) == {}
    assert set(suggested(few, {ACME: "one.example"})) == {"b@two.example", "c@three.example"}


def test_a_second_domain_of_the_client_is_its_own() -> None:
    assert suggested(people(ACME, *staff("acme.example", 20), *staff("acme.test", 3))) == {}


def test_somebody_in_two_accounts_and_with_a_service_s_address_has_two_reasons() -> None:
    there = people(ACME, "scanner@x.example") + people(BLUE, "Scanner@x.example")
    both = {"scanner@x.example": {ACME, BLUE}}
    assert suggested(there, repeated=both) == {
        "scanner@x.example": ((Why.SERVICE, Why.REPEATED), ("Blue",)),
        "Scanner@x.example": ((Why.SERVICE, Why.REPEATED), ("Acme",)),
    }


def test_a_forgotten_address_or_none_breaks_nothing() -> None:
    assert suggested([Person(1, ACME, "Acme", None, None, True)]) == {}


def test_what_the_directory_noted_is_a_reason_of_that_account_s_person() -> None:
    there = people(ACME, "Ann@x.example", "bo@x.example", "info@x.example") + people(BLUE, "ann@x.example")
    noted = {
        (ACME, "ann@x.example"): Note.UNLICENSED,
        (ACME, "info@x.example"): Note.DISABLED,
        (ACME, "nobody@x.example"): Note.DISABLED,
    }
    assert suggested(there, noted=noted) == {
        "Ann@x.example": ((Why.UNLICENSED,), ()),
        "info@x.example": ((Why.ROLE, Why.DISABLED), ()),
    }
