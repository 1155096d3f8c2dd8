"""Accounts: found by what somebody typed, and listed."""

import pytest

from bot.services import accounts, workspaces
from bot.services.errors import AmbiguousAccount, UnknownAccount, UnknownAccountSuggestion
from tests.integration.services.conftest import Msp


def found(msp: Msp, asked: str) -> str:
    return accounts.find(msp.session, msp.workspace, asked).name


def test_a_whole_name_in_any_spelling_or_a_part_that_is_unique(msp: Msp) -> None:
    msp.accounts("Acme Nord,active,2026-09-01", "Café Éole,active,2026-09-01")
    assert found(msp, "acme") == "Acme"
    assert found(msp, " BLUE ") == "Blue"
    assert found(msp, "nord") == "Acme Nord"
    assert found(msp, "cafe\u0301") == "Café Éole"


def test_a_part_of_several_names_is_refused_with_some_of_them(msp: Msp) -> None:
    msp.accounts(*(f"Client {n},active,2026-09-01" for n in range(9)))
    with pytest.raises(AmbiguousAccount) as refused:
        found(msp, "client")
    assert refused.value.fields["candidates"] == [*(f"Client {n}" for n in range(5)), "…"]


def test_words_that_mean_nothing_are_refused_with_the_nearest_name(msp: Msp) -> None:
    with pytest.raises(UnknownAccountSuggestion) as refused:
        found(msp, "Bleu")
    assert refused.value.fields["nearest"] == "Blue"
    for asked in ("", "  ", "zzz", "%", "_", "x" * 10_000, "\udcff"):
        with pytest.raises(UnknownAccount):
            found(msp, asked)


def test_the_list_tells_status_active_users_and_who_is_billed(msp: Msp) -> None:
    lines = accounts.listed(msp.session, msp.workspace, msp.clock())
    assert [(line.name, line.status, line.active, line.current) for line in lines] == [
        ("Acme", "active", 2, 2),
        ("Blue", "trial", 1, 0),
    ]
    assert [line.name for line in accounts.listed(msp.session, msp.workspace, msp.clock(), "LU")] == ["Blue"]
    assert accounts.count(msp.session, msp.workspace) == 2


def test_another_workspace_has_accounts_of_its_own(msp: Msp) -> None:
    other = workspaces.create(msp.session, workspaces.check("Contoso"))
    assert accounts.listed(msp.session, other, msp.clock()) == []
    assert accounts.count(msp.session, other) == 0
    with pytest.raises(UnknownAccount):
        accounts.find(msp.session, other, "Acme")
