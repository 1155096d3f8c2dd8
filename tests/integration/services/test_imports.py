"""Imports: contracts.md, CSV, and domain.md, Complete lists."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.services import deny_list, log, undo
from bot.services.errors import ContradictsLine, Faults, LongName, MassChange, UnknownAccountInFile
from db.models import ACCOUNT, CHANGE, LEDGER, USER
from tests.integration.services.conftest import Msp

WITH_ID = "account,email,status,external_id"


def counted(msp: Msp) -> list[int]:
    tables = (ACCOUNT, CHANGE, LEDGER, USER)
    return [msp.session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


def test_lines_without_at_take_one_instant(msp: Msp) -> None:
    msp.clock.advance(hours=1)
    change = msp.users(*(f"Acme,u{n}@acme.test,active," for n in range(5))).change
    instants = msp.session.execute(select(LEDGER.c.at).where(LEDGER.c.change_id == change).distinct()).scalars().all()
    assert instants == [msp.clock()]


def test_a_swap_within_one_file_does_not_raise_the_peak(msp: Msp) -> None:
    outcome = msp.users("Acme,bob@acme.test,inactive,", "Acme,cid@acme.test,active,")
    assert (outcome.effect.before.peak, outcome.effect.after.peak) == (2, 2)
    assert outcome.accounts[0].activated == outcome.accounts[0].deactivated == 1


def test_a_whole_history_of_one_user_in_one_file(msp: Msp) -> None:
    lines = [f"Acme,new@acme.test,{status},2026-10-{day}" for day, status in ((28, "active"), (29, "inactive"))]
    lines += ["Acme,new@acme.test,active,2026-11-02", "Acme,new@acme.test,active,"]
    outcome = msp.users(*lines)
    assert outcome.accounts[0].rows == 3  # the last line stands already
    assert outcome.changed == ("new@acme.test",)
    assert msp.statuses()["new"] == "active"
    assert msp.users(*lines).change is None
    msp.verify()


def test_a_present_status_is_judged_after_the_lines_with_at(msp: Msp) -> None:
    msp.users("Acme,bob@acme.test,inactive,2026-11-20", "Acme,bob@acme.test,active,")
    assert msp.statuses()["bob"] == "active"
    assert msp.report().peak == 2


def test_a_refused_file_leaves_nothing(msp: Msp) -> None:
    before = counted(msp)
    with pytest.raises(Faults) as refused:
        msp.users("Acme,new@acme.test,active,", "Nowhere,x@x.test,active,", "Acme,new@acme.test,inactive,")
    assert [type(fault.fields["fault"]) for fault in refused.value.faults] == [UnknownAccountInFile, ContradictsLine]
    assert counted(msp) == before
    msp.users("Acme,new@acme.test,active,")  # and the session is usable


def test_a_dry_run_leaves_nothing_and_tells_the_same(msp: Msp) -> None:
    before = counted(msp)
    lines = ("Acme,new@acme.test,active,2026-10-28", "Acme,bob@acme.test,inactive,")
    dry = msp.users(*lines, dry_run=True)
    assert counted(msp) == before
    real = msp.users(*lines)
    assert (dry.change, dry.changed, dry.accounts, dry.effect) == (None, real.changed, real.accounts, real.effect)


def test_the_outcome_is_told_by_account_in_the_order_of_names(msp: Msp) -> None:
    msp.accounts("aaa,active,2026-09-01", "Zoo,active,2026-09-01")
    outcome = msp.users("Zoo,z@z.test,active,", "aaa,a@a.test,inactive,", "Acme,bob@acme.test,active,")
    assert [(one.account, one.created, one.activated, one.rows) for one in outcome.accounts] == [
        ("aaa", 1, 0, 1),
        ("Zoo", 1, 1, 1),
    ]


def test_a_complete_list_counts_each_account_by_itself(msp: Msp) -> None:
    msp.accounts("Big,active,2026-09-01", "Other,active,2026-09-01")
    for account in ("Big", "Other"):
        msp.users(*(f"{account},u{n:02}@x.test,active,2026-09-02" for n in range(20)))
    kept = [f"{account},u{n:02}@x.test,active," for account, keep in (("Big", 10), ("Other", 9)) for n in range(keep)]
    with pytest.raises(Faults) as refused:
        msp.users(*kept, complete=True)
    (fault,) = refused.value.faults
    assert isinstance(fault, MassChange)
    assert fault.fields == {"account": "Other", "deactivated": 11, "active": 20, "activated": 0}
    assert msp.report().current == 42
    outcome = msp.users(*kept, complete=True, force=True)
    assert [one.deactivated for one in outcome.accounts] == [10, 11]
    msp.verify()


def test_a_complete_list_does_not_deactivate_whom_it_calls_inactive_twice(msp: Msp) -> None:
    outcome = msp.users("Acme,ann@acme.test,inactive,", "Acme,bob@acme.test,active,", complete=True)
    assert (outcome.accounts[0].deactivated, outcome.accounts[0].rows) == (1, 1)


def test_a_renamed_user_is_in_a_complete_list_under_the_new_address(msp: Msp) -> None:
    msp.users("Acme,bob@acme.test,active,2", columns=WITH_ID)
    outcome = msp.users("Acme,ann@acme.test,active,", "Acme,robert@acme.test,active,2", columns=WITH_ID, complete=True)
    assert (outcome.changed, outcome.updated) == ((), 1)
    assert msp.statuses() == {"ann": "active", "robert": "active", "cid": "inactive"}


def test_an_id_is_an_id_within_its_account(msp: Msp) -> None:
    msp.users("Acme,bob@acme.test,active,1", "Blue,ann@acme.test,active,1", columns=WITH_ID)
    msp.users("Blue,anne@acme.test,active,1", columns=WITH_ID)
    assert set(msp.statuses("Blue")) == {"anne"}
    assert set(msp.statuses("Acme")) == {"ann", "bob", "cid"}


def test_a_user_without_an_id_takes_the_one_of_the_address(msp: Msp) -> None:
    msp.users("Acme,ann@acme.test,active,7", columns=WITH_ID)
    msp.users("Acme,anne@acme.test,active,7", columns=WITH_ID)
    assert "anne" in msp.statuses()
    assert "ann" not in msp.statuses()


def test_a_chain_of_new_addresses_is_taken_in_one_file(msp: Msp) -> None:
    msp.users(*(f"Acme,{name}@acme.test,active,{name}" for name in ("ann", "bob")), columns=WITH_ID)
    msp.users("Acme,bob@acme.test,active,ann", "Acme,new@acme.test,active,bob", columns=WITH_ID)
    ids = dict(
        msp.session.execute(select(USER.c.external_id, USER.c.email).where(USER.c.external_id.is_not(None))).all()
    )
    assert ids == {"ann": "bob@acme.test", "bob": "new@acme.test"}


def test_accounts_keep_their_first_spelling_and_take_new_details(msp: Msp) -> None:
    msp.accounts("ACME,active,,acme.test,2026-12-31", columns="account,status,at,domain,trial_ends")
    row = msp.session.execute(select(ACCOUNT).where(ACCOUNT.c.name_key == "acme")).one()
    assert (row.name, row.domain) == ("Acme", "acme.test")
    assert row.trial_ends is not None


def test_a_planned_status_takes_effect_at_its_instant(msp: Msp) -> None:
    msp.accounts("Blue,active,2026-12-01")
    assert msp.report().peak == 2
    msp.clock.advance(days=10)
    assert msp.report().peak == 3
    assert msp.report().peak_at is not None
    msp.verify()


def test_progress_is_told(msp: Msp) -> None:
    told: list[tuple[int, int]] = []
    msp.users(*(f"Acme,u{n}@acme.test,active," for n in range(6000)), progress=lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1]


def test_a_file_of_nothing_records_nothing(msp: Msp) -> None:
    before = counted(msp)
    for complete in (False, True):
        assert msp.users(complete=complete).change is None
    assert msp.accounts().change is None
    assert counted(msp) == before


def test_a_new_name_alone_is_a_change_once(msp: Msp) -> None:
    outcome = msp.users("Acme,bob@acme.test,active,Bob", columns="account,email,status,name")
    assert (outcome.change is None, outcome.updated, outcome.changed) == (False, 1, ())
    again = msp.users("Acme,bob@acme.test,active,Bob", columns="account,email,status,name")
    assert (again.change, again.updated) == (None, 0)
    assert msp.session.execute(select(USER.c.name).where(USER.c.email == "bob@acme.test")).scalar_one() == "Bob"


def test_the_source_of_a_change_is_the_name_of_its_file(msp: Msp, tmp_path: Path) -> None:
    assert set(msp.session.execute(select(CHANGE.c.source)).scalars()) == {"file.csv"}


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        ("account,email,status,external_id", ["Acme,bob@acme.test,active,7"]),
        ("account,email,status,external_id", ["Acme,bob@acme.test,active,7", "Acme,ann@acme.test,active,8"]),
    ],
)
def test_new_ids_alone_are_a_change_once(msp: Msp, columns: str, lines: list[str]) -> None:
    outcome = msp.users(*lines, columns=columns)
    assert (outcome.change is None, outcome.updated) == (False, len(lines))
    assert msp.users(*lines, columns=columns).change is None
    renamed = [line.replace("bob", "robert") for line in lines]
    assert msp.users(*renamed, columns=columns).updated == 1
    newest = log.read(msp.session, msp.workspace)[0]
    assert (newest.kind, newest.people) == ("import_users", 0)


def test_new_details_of_an_account_alone_are_a_change_once(msp: Msp) -> None:
    columns = "account,status,domain,trial_ends"
    for at, expected in enumerate((2, 0)):
        lines = [f"Blue,trial,blue.test,2027-0{n}-01" for n in (2, 2)] + ["Acme,active,acme.test,"]
        outcome = msp.accounts(*lines, columns=columns)
        assert (outcome.updated, outcome.change is None) == (expected, bool(at))


def test_people_of_an_account_whose_import_was_retracted_are_refused(msp: Msp) -> None:
    change = msp.accounts("Gone,active,2026-09-01").change
    undo.retract(msp.session, msp.workspace, str(change), actor="t", clock=msp.clock)
    with pytest.raises(Faults) as refused:
        msp.users("Gone,zoe@gone.test,active,2026-09-10")
    assert isinstance(refused.value.faults[0].fields["fault"], UnknownAccountInFile)
    msp.accounts("Gone,trial,2027-01-01")  # a planned status is one
    assert msp.users("Gone,zoe@gone.test,active,2026-09-10").change


def test_whoever_is_active_though_denied_is_named_and_denied_by_the_same_entry(msp: Msp) -> None:
    msp.synced("bob@acme.test", "ann@acme.test")
    acme = msp.account("Acme")
    deny = {"actor": "t", "clock": msp.clock, "force": True}
    deny_list.add(msp.session, msp.workspace, acme, ["*@acme.test", "bob@ac_e.test"], **deny)
    assert msp.statuses() == {"ann": "inactive", "bob": "inactive", "cid": "inactive"}
    outcome = msp.users("Acme,ann@acme.test,active,", "Acme,zed@acme-test,active,")
    assert outcome.denied == ("ann@acme.test",)
    done = deny_list.add(msp.session, msp.workspace, acme, ["*@ACME.test"], **deny)
    assert (done.known, [person.email for person in done.changed]) == (("*@acme.test",), ["ann@acme.test"])
    assert msp.statuses()["ann"] == "inactive"
    msp.verify()


def test_a_dry_run_of_a_complete_list_names_people_and_says_what_needs_force(msp: Msp) -> None:
    msp.users(*(f"Acme,u{n:02}@acme.test,active,2026-09-10" for n in range(30)))
    before = counted(msp)
    outcome = msp.users("Acme,new@acme.test,active,", complete=True, dry_run=True)
    assert [person.email for person in outcome.activated] == ["new@acme.test"]
    assert len(outcome.deactivated) == 20
    assert outcome.deactivated[0].email == "ann@acme.test"
    assert [(one.account, one.deactivated, one.active) for one in outcome.excesses] == [("Acme", 32, 32)]
    assert outcome.effect.after.current == 1
    assert counted(msp) == before
    with pytest.raises(Faults):
        msp.users("Acme,new@acme.test,active,", complete=True)


def test_whoever_vanishes_by_a_retraction_is_named(msp: Msp) -> None:
    line = "Acme,zoe@acme.test,active,2026-09-10"
    first = msp.users(line, "Acme,ann@acme.test,inactive,2026-10-01").change
    assert msp.users(line).change is None
    done = undo.retract(msp.session, msp.workspace, str(first), actor="t", clock=msp.clock)
    assert [person.email for person in done.vanished] == ["zoe@acme.test"]
    assert msp.users(line).change


def test_accounts_that_a_retraction_leaves_without_a_status_are_named(msp: Msp) -> None:
    change = msp.accounts("Éclair,active,2026-09-01", "Acme,closed,2026-11-01").change
    done = undo.retract(msp.session, msp.workspace, str(change), actor="t", clock=msp.clock)
    assert done.emptied == ("Éclair",)


def test_names_and_addresses_too_long_for_an_index_are_refused(msp: Msp) -> None:
    wild = "".join(chr(0x1D160 + n % 5) + chr(0x10400 + n) for n in range(240))
    for name in ("a" * 501, wild):
        with pytest.raises(Faults) as refused:
            msp.accounts(f"{name},active,2026-09-01")
        assert isinstance(refused.value.faults[0].fields["fault"], LongName)
    assert msp.accounts(f"{'𐐀' * 500},active,2026-09-01").change
    columns = "account,email,status,external_id"
    with pytest.raises(Faults):
        msp.users(f"Acme,x@acme.test,active,{'9' * 501}", columns=columns)
    with pytest.raises(Faults):
        msp.users(f"Acme,{wild[:200]}@acme.test,active,", columns="account,email,status,at")
