"""Whoever is suggested is found by indexes: those found are those that looking at everybody finds."""

import random
from collections import Counter, defaultdict

import pytest
from sqlalchemy import literal_column, select, text, update

from bot.services import deny_list, names, people, suggestions, sync_notes
from bot.services.billing import counted, ledger
from bot.services.domains import usual_domains
from bot.services.suggestions import SERVICE_ACCOUNT, Why, known
from db.addresses import DOMAIN, FIRST_WORD, LETTERS, UNREAD
from db.models import ACCOUNT, DIRECTORY_NOTE, USER, Note, Status
from tests.integration.services.conftest import Msp

LOCALS = (
    "ann",
    "info",
    "h.r",
    "no-reply",
    "scan.etage3",
    "sa-backup",
    "réunion",
    "équipe",
    "x",
    "12",
    "al.lot",
    "scan'x",
)
DOMAINS = ("a.test", "b.test", "paris.a.test", "c.test", "é.test", "test")


def everybody(msp: Msp) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """The suggestions the slow way: all people are read, all domains counted."""
    session, workspace, now = msp.session, msp.workspace, msp.clock()
    gone = ledger.retracted(session, workspace)
    statuses = counted.statuses_at(session, workspace, now, gone)
    active = counted.status_at(now, gone) == Status.ACTIVE
    found = people.selected(session, workspace, active & USER.c.email.is_not(None))
    there = [one for one in found if statuses.get(one.account_id) not in (None, Status.CLOSED)]
    is_counted = [one for one in there if statuses[one.account_id] == Status.ACTIVE]
    rows = session.execute(select(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.domain)).all()
    given = {row.id: names.key(row.domain) for row in rows if row.domain}
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    repeated: dict[str, set[int]] = defaultdict(set)
    for one in there:
        email = names.key(one.email or "")
        counts[one.account_id][email.rpartition("@")[2]] += 1
        if statuses[one.account_id] == Status.ACTIVE:
            repeated[email].add(one.account_id)
    usual = usual_domains(counts, given)
    noted = sync_notes.of_workspace(session, workspace)
    named = {row.id: row.name for row in rows}
    some = list(suggestions.suggestions(is_counted, usual, repeated, noted, named))
    denied = deny_list.denied(session, workspace, [one for one, _, _ in some])
    return [(one.account, one.email or "", why, others) for one, why, others in some if one.id not in denied]


@pytest.mark.parametrize("seed", range(6))
def test_it_is_as_if_everybody_were_looked_at(msp: Msp, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    accounts = [f"Client {number}" for number in range(7)]
    statuses = ["active"] * 5 + ["trial", "closed"]
    msp.accounts(*(f"{name},{status},2026-01-01" for name, status in zip(accounts, statuses, strict=True)))
    lines = []
    for number, account in enumerate(accounts):
        own = DOMAINS[number % len(DOMAINS)]
        for person in range(rng.choice((0, 2, 3, 9, 40))):
            stray = rng.random() < (0.15 if number % 2 else 0)
            local = rng.choice(LOCALS) if rng.random() < 0.2 else f"person{chr(97 + person % 26)}"
            # So many are alone in their address that few are left out as those who were there already.
            where = rng.choice(DOMAINS) if stray else own
            status = "active" if rng.random() < 0.8 else "inactive"
            lines.append(f"{account},{local}{'' if rng.random() < 0.5 else person}@{where},{status},2026-02-01")
    unique = {line.rsplit(",", 2)[0].lower(): line for line in lines}
    if unique:
        msp.users(*unique.values())
    for name, domain in ((accounts[0], "A.test"), (accounts[1], "c.test"), (accounts[2], "b.test")):
        msp.session.execute(update(ACCOUNT).where(ACCOUNT.c.name == name).values(domain=domain))
    rows = msp.session.execute(select(USER.c.id, USER.c.account_id, USER.c.email_key).order_by(USER.c.id)).all()
    for row in rows[::9]:
        note = rng.choice(list(Note))
        msp.session.execute(
            DIRECTORY_NOTE.insert().values(account_id=row.account_id, email_key=row.email_key, note=note)
        )
    forgotten = [row.id for row in rows[3::11]]
    msp.session.execute(update(USER).where(USER.c.id.in_(forgotten)).values(email=None, email_key=None))
    msp.session.commit()
    assert listed(msp) == everybody(msp) != []
    # Some have other domains now, of which the rollups do not know yet.
    for name in accounts[:-1]:
        there = msp.session.execute(select(USER.c.email).where(USER.c.account_id == msp.account(name).id)).scalars()
        if leaving := [email for email in there if email and rng.random() < 0.4]:
            msp.deactivate(*leaving, account=msp.account(name))
    msp.clock.advance(minutes=1)  # since live instants are never the same, they may be ahead of the clock
    assert listed(msp) == everybody(msp)


@pytest.mark.parametrize(
    ("staff", "others", "foreign"),
    [
        (30, ("aa",), {"aa"}),
        (30, ("zz",), {"zz"}),
        (30, ("aa", "zz"), {"aa", "zz"}),
        (30, ("aa", "m", "zz"), {"aa", "m", "zz"}),
        (3, ("aa", "m", "zz"), set()),
        (2, ("aa", "zz"), set()),
        (2, ("aa", "nn", "no"), {"k0", "m1"}),
    ],
)
def test_no_address_has_to_have_the_domain_that_most_have(
    msp: Msp, staff: int, others: tuple[str, ...], foreign: set[str]
) -> None:
    msp.accounts("Client,active,2026-01-01")
    own = [f"Client,{'m' if number % 2 else 'k'}{number}@client.test,active,2026-02-01" for number in range(staff)]
    msp.users(*own, *(f"Client,{local}@elsewhere.test,active,2026-02-01" for local in others))
    found = [(email.partition("@")[0], why) for account, email, why, _ in listed(msp) if account == "Client"]
    assert dict(found) == dict.fromkeys(foreign, (Why.FOREIGN,))


def listed(msp: Msp) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    found = suggestions.listed(msp.session, msp.workspace, msp.clock())
    return [(one.account, one.email, one.why, one.others) for one in found]


@pytest.mark.parametrize(
    ("email", "domain", "letters", "first"),
    [
        ("scan.etage3@a.test", "a.test", "scanetage", "scan"),
        ("no-reply+1@x.test", "x.test", "noreply", "no"),
        ("--al.lot@z.test", "z.test", "allot", "al"),
        ("réunion@x.test", "x.test", "réunion", UNREAD),
        ("o'scan@x.test", "x.test", "o'scan", UNREAD),
        ("12@q.test", "q.test", "", "q"),
    ],
)
def test_sql_takes_an_address_apart(msp: Msp, email: str, domain: str, letters: str, first: str) -> None:
    msp.users(f"Acme,{email},active,2026-02-01")
    query = select(*map(literal_column, (DOMAIN, LETTERS, f"({FIRST_WORD})")))
    assert tuple(msp.session.execute(query.select_from(USER).where(USER.c.email_key == email)).one()) == (
        domain,
        letters,
        first,
    )


def test_every_word_is_of_letters_that_the_indexes_know() -> None:
    words = known("services") | known("whole_services") | known("roles")
    assert all(word.isascii() and word.isalpha() and word == word.lower() for word in words)
    assert all(SERVICE_ACCOUNT.fullmatch(f"{word}-x") for word in suggestions.PROGRAMS)


def test_the_statements_use_the_indexes(msp: Msp) -> None:
    if msp.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by how much is there")
    for name, expression in (("letters", LETTERS), ("first_word", f"({FIRST_WORD})")):
        found = msp.session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id, account_id FROM account_user "  # noqa: S608 - our own words
                f"WHERE workspace_id = 1 AND {expression} IN ('a', 'b')"
            )
        ).all()
        assert f"ix_account_user_workspace_{name}" in found[0][3]
