"""The log: what was done, and what was refused."""

from bot.services import log, workspaces
from bot.services.errors import AdminsOnly
from tests.integration.services.conftest import Msp


def refuse(msp: Msp, asked: str) -> None:
    log.refused(msp.session, msp.workspace, "U1", asked, AdminsOnly(admins=["U2"]), msp.clock)


def test_what_was_done_and_what_was_refused_stand_together_newest_first(msp: Msp) -> None:
    msp.clock.advance(hours=1)
    refuse(msp, "deactivate bob@acme.test")
    msp.clock.advance(hours=1)
    msp.deactivate("bob@acme.test", reason="left")
    lines = log.read(msp.session, msp.workspace)
    assert [line.kind or line.refusal for line in lines] == [
        "deactivate",
        "AdminsOnly",
        "import_users",
        "import_accounts",
    ]
    assert [line.people for line in lines] == [1, 0, 4, 0]
    assert (lines[0].reason, lines[0].accounts) == ("left", ("Acme",))
    assert (lines[1].asked, lines[1].actor, lines[1].change) == ("deactivate bob@acme.test", "U1", None)
    assert [line.kind for line in log.read(msp.session, msp.workspace, limit=2)] == ["deactivate", None]


def test_what_was_asked_is_kept_as_one_harmless_line(msp: Msp) -> None:
    msp.clock.advance(hours=1)
    refuse(msp, "deny\x1b[31m\nadd " + "x" * 5000)
    asked = log.read(msp.session, msp.workspace, limit=1)[0].asked
    assert asked is not None
    assert asked == "deny�[31m�add …"


def test_what_was_asked_is_cut_between_words(msp: Msp) -> None:
    """Half an address would be a trace that `forget` does not find."""
    msp.clock.advance(hours=1)
    for number in range(470, 500):
        refuse(msp, "x" * number + " a@b.test bob@acme.test")
        asked = log.read(msp.session, msp.workspace, limit=1)[0].asked
        assert asked
        assert len(asked) <= 502
        assert set(asked.split()[1:]) <= {"a@b.test", "bob@acme.test", "…"}


def test_a_filter_keeps_the_changes_that_touched_an_account_or_a_person(msp: Msp) -> None:
    refuse(msp, "x")
    msp.deactivate("bob@acme.test")
    kinds = [line.kind for line in log.read(msp.session, msp.workspace, account=msp.account("Blue"))]
    assert kinds == ["import_users", "import_accounts"]
    kinds = [line.kind for line in log.read(msp.session, msp.workspace, email=" BOB@acme.test")]
    assert kinds == ["deactivate", "import_users"]
    both = log.read(msp.session, msp.workspace, email="bob@acme.test", account=msp.account("Blue"))
    assert [line.kind for line in both] == ["import_users"]


def test_a_change_names_three_of_its_accounts(msp: Msp) -> None:
    msp.accounts(*(f"Client {n},active,2026-09-01" for n in range(5)))
    line = log.read(msp.session, msp.workspace, limit=1)[0]
    assert (line.accounts, line.people) == (("Client 0", "Client 1", "Client 2"), 0)


def test_another_workspace_has_a_log_of_its_own(msp: Msp) -> None:
    refuse(msp, "x")
    other = workspaces.create(msp.session, workspaces.check("Contoso"))
    assert log.read(msp.session, other) == []
