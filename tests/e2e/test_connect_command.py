"""`seatbot connect`, `disconnect` and `sync`, as far as they go without a directory."""

import json
from collections.abc import Iterator

import pytest

from bot.playground.directories.graph import LocalGraph, running
from bot.playground.directories.tenants import Tenant
from bot.services.connections import Connection
from bot.services.directories.base import Member, Pool, Progress
from tests.e2e.conftest import Seatbot

TENANT = "2f1f4a2c-6d0b-4f6e-9a53-0b9b6e2d8c11"
GROUPS = ("6a0c1e5e-3b1f-4a4d-8c77-53c9a1f0f002", "6a0c1e5e-3b1f-4a4d-8c77-53c9a1f0f001")
M365 = ("connect", "m365", "acme", "--tenant", TENANT.upper())
GOOGLE = ("connect", "google", "Blue", "--domain", "blue.example", "--subject", "admin@blue.example")


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MS_CLIENT_ID", "MS_CLIENT_SECRET", "MS_CLIENT_CERTIFICATE", "GOOGLE_SERVICE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)


def test_an_account_is_connected_and_disconnected_again(acme: Seatbot) -> None:
    done = acme.json(*M365, "--group", GROUPS[0], "--group", GROUPS[1], "--licensed-only")
    assert done == {
        "change": "3",
        "changed": [],
        "account": "Acme",
        "source": "m365",
        "target": TENANT,
        "subject": None,
        "groups": sorted(GROUPS),
        "excluded": [],
        "licensed_only": True,
        "guests": False,
        "reviewed": False,
        "next_at": "2026-11-25T03:35:13+01:00",
    }
    again = acme.json(*M365, "--group", GROUPS[1], "--group", GROUPS[0], "--licensed-only")
    assert again == done | {"change": None}
    ended = acme.json("disconnect", "acme")
    assert (ended["change"], ended["changed"], ended["next_at"]) == ("4", [], None)
    assert [(line["kind"], line["accounts"], line["source"]) for line in acme.json("log", "--account", "Acme")[:2]] == [
        ("disconnect", ["Acme"], f"m365 {TENANT}"),
        ("connect", ["Acme"], f"m365 {TENANT}"),
    ]
    assert acme.json("verify")["clean"]


@pytest.fixture
def tenant(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """That of blue.example, at the local Entra."""
    tenant = Tenant("blue.example", {"blue.onmicrosoft.example"})
    with running(LocalGraph(tenant)) as served:
        monkeypatch.setenv("MS_AUTHORITY", served.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", served.ca)
        yield tenant


def test_a_tenant_is_the_same_by_whatever_name(acme: Seatbot, tenant: Tenant) -> None:
    assert acme.json("connect", "m365", "Blue", "--tenant", "Blue.example")["target"] == "blue.example"
    for name in (tenant.id, "blue.onmicrosoft.example"):
        assert acme.refusal("connect", "m365", "Acme", "--tenant", name) == (
            f"{name} is the directory of Blue already. If that was wrong: seatbot disconnect ACCOUNT"
        )
    assert acme("connect", "m365", "Blue", "--tenant", tenant.id).splitlines()[0] == (
        "Blue is connected with Microsoft 365 (blue.example) already. Nothing had to be changed."
    )


def test_a_domain_of_which_microsoft_knows_nothing(acme: Seatbot, tenant: Tenant) -> None:
    assert acme.refusal("connect", "m365", "Acme", "--tenant", "nowhere.example") == (
        "Microsoft knows no tenant nowhere.example. Connect the account with the client’s own."
    )


def test_without_microsoft_a_tenant_is_connected_by_its_id_only(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MS_AUTHORITY", "https://127.0.0.1:1")
    monkeypatch.setattr("bot.services.directories.line.MOST_TRIES", 1)
    assert acme.refusal("connect", "m365", "Acme", "--tenant", "acme.example") == (
        "127.0.0.1:1 does not say now which tenant acme.example is of. Nothing was changed; try again later, or give "
        "the tenant’s id."
    )
    acme(*M365)


def test_what_is_said_of_a_connection(acme: Seatbot, tenant: Tenant) -> None:
    group = ("--group", "staff@blue.example", "--exclude-group", "bots@blue.example")
    assert acme(*GOOGLE, *group).splitlines() == [
        "Blue is connected with Google Workspace (blue.example, as admin@blue.example) now.",
        "Synced are the members of staff@blue.example.",
        "Left out are the members of bots@blue.example.",
        "Nobody is changed yet. The first daily sync, on 25 Nov 2026 10:20, only shows what it would do.",
        "To see it now: seatbot sync ACCOUNT --preview",
        "Change 3",
    ]
    assert acme(*GOOGLE, *group).splitlines()[0] == (
        "Blue is connected with Google Workspace (blue.example, as admin@blue.example) already. "
        "Nothing had to be changed."
    )
    other = acme("connect", "m365", "Blue", "--tenant", "blue.example", "--licensed-only", "--guests").splitlines()
    assert other[:4] == [
        "Blue is connected with Microsoft 365 (blue.example) now.",
        "Whoever has no licence is left out.",
        "Guests are synced too.",
        "It was connected with Google Workspace (blue.example, as admin@blue.example) before.",
    ]
    assert acme("disconnect", "Blue").splitlines() == [
        "Blue is not synced with Microsoft 365 (blue.example) any more.",
        "Its users stay as they are, and whoever is active counts. To pause the client, set them inactive too.",
        (
            "usecure does not know of this: revoke the authorisation of its sync there too, or the next sync sets "
            "active whomever you set inactive."
        ),
        "Change 5",
    ]
    assert "\tconnected with a directory: Blue, google blue.example\t" in acme("log")


def test_a_link_for_a_client_s_administrator(acme: Seatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MS_CLIENT_ID", "2f1f4a2c-0000-4f6e-9a53-0b9b6e2d8c11")
    monkeypatch.setenv("MS_CLIENT_SECRET", "hush")
    words = ("connect", "m365", "acme", "--consent", "https://seats.example.com/", "--licensed-only")
    first, link, last = acme(*words).splitlines()
    assert first == "Send this link to an administrator of Acme: whoever opens it connects their own tenant."
    assert link.startswith("https://login.microsoftonline.com/organizations/v2.0/adminconsent?client_id=2f1f4a2c-0000")
    assert "&redirect_uri=https%3A%2F%2Fseats.example.com%2Fconnect%2Fm365&state=" in link
    assert "hush" not in link
    assert last == "It works once, until 24 Nov 2026 14:00. “seatbot serve --http” must run for that."
    told = acme.json(*words)
    assert (told["account"], told["until"]) == ("Acme", "2026-11-24T14:00:00+01:00")
    assert told["url"] != link
    assert acme.json("log")[0]["kind"] != "connect", "nothing is connected yet"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("connect", "m365", "acme", "--tenant", "common"), "“common” is no tenant of Microsoft 365."),
        (("connect", "m365", "acme", "--tenant", TENANT, "--group", "Staff"), "“Staff” is no id of a group."),
        ((*GOOGLE[:4], "x", *GOOGLE[5:]), "“x” is no domain."),
        ((*GOOGLE[:-1], "admin"), "“admin” is not an email address."),
        (("connect", "m365", "acmee", "--tenant", TENANT), "No account is called “acmee”. Did you mean Acme?"),
        (("connect", "m365", "acme", "--consent", "http://x.example"), "“http://x.example” is no public address."),
        (("connect", "m365", "acme", "--consent", "https://x.example"), "MS_CLIENT_ID is not set"),
        (("disconnect", "Acme"), "Acme is not connected with a directory."),
        (("disconnect", "zzz"), "No account is called “zzz”."),
        (("sync", "Acme"), "Acme is not connected with a directory."),
        (("sync", "zzz"), "No account is called “zzz”."),
        (("sync",), "No account is connected with a directory. Connect one: seatbot connect m365"),
    ],
)
def test_what_cannot_be_is_one_line(acme: Seatbot, words: tuple[str, ...], line: str) -> None:
    assert acme.refusal(*words).startswith(line)


def test_one_directory_is_for_one_account(acme: Seatbot) -> None:
    acme(*M365)
    assert acme.refusal("connect", "m365", "Blue", "--tenant", TENANT) == (
        f"{TENANT} is the directory of Acme already. If that was wrong: seatbot disconnect ACCOUNT"
    )


def test_a_connection_is_not_undone(acme: Seatbot) -> None:
    acme(*M365)
    assert acme.refusal("undo", "3") == "Change 3 (connected with a directory) cannot be undone."


@pytest.mark.parametrize(
    "words",
    [
        ("connect", "m365", "Acme"),
        ("connect", "m365", "Acme", "--tenant", TENANT, "--consent", "https://seats.example.com"),
        ("connect", "google", "Acme", "--domain", "acme.example"),
        ("disconnect",),
        ("sync", "Acme", "--all"),
    ],
)
def test_wrong_usage_is_told(acme: Seatbot, words: tuple[str, ...]) -> None:
    assert acme.run(*words).exit_code == 2


def test_with_several_connections_one_must_be_named(acme: Seatbot) -> None:
    acme(*M365)
    acme(*GOOGLE)
    assert (
        acme.refusal("sync")
        == "Several accounts are connected with a directory: Acme and Blue. Say which one, or --all."
    )


def test_all_of_none_is_nothing(acme: Seatbot) -> None:
    assert acme.json("sync", "--all") == []
    assert acme("sync", "--all").startswith("No account is connected with a directory.")


def test_a_sync_without_what_lets_it_in_fails_and_the_others_go_on(
    acme: Seatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme(*M365)
    for words in (("sync",), ("sync", "acme"), ("sync", "acme", "--preview")):
        result = acme.run(*words, "--json")
        assert (result.exit_code, result.stderr) == (1, "")
        [only] = json.loads(result.stdout)
        assert (only["account"], only["outcome"]) == ("Acme", "failed")
        assert only["reason"].startswith("MS_CLIENT_ID is not set")
    acme(*GOOGLE)
    monkeypatch.setenv("MS_CLIENT_ID", "x")
    result = acme.run("sync", "--all", "--json")
    assert [(one["account"], one["reason"].split()[0]) for one in json.loads(result.stdout)] == [
        ("Acme", "MS_CLIENT_SECRET"),
        ("Blue", "GOOGLE_SERVICE_ACCOUNT"),
    ]
    result = acme.run("sync", "--all")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "Acme: the sync failed.",
        "MS_CLIENT_SECRET is not set, so that directory cannot be read. “seatbot check” shows the settings.",
        "Blue: the sync failed.",
        "GOOGLE_SERVICE_ACCOUNT is not set, so that directory cannot be read. “seatbot check” shows the settings.",
    ]


def test_of_all_each_is_read_as_it_is_connected_when_its_turn_comes(
    acme: Seatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme(*M365)
    acme(*GOOGLE)
    acme.accounts("Cyan,active,2026-11-01")
    acme("connect", "google", "Cyan", "--domain", "cyan.example", "--subject", "admin@cyan.example")
    opened = []

    class Given:
        def __init__(self, connection: Connection, credentials: object) -> None:
            opened.append(connection.target)

        def read(self, progress: Progress) -> Pool:
            if len(opened) == 1:
                acme("connect", "google", "Blue", "--domain", "new.example", "--subject", "admin@new.example")
                acme("disconnect", "Cyan")
            return Pool((Member("1", "one@acme.example"),))

    monkeypatch.setattr("bot.services.directories.opening.open_directory", Given)
    assert [one["account"] for one in acme.json("sync", "--all", "--force")] == ["Acme", "Blue"]
    assert opened == [TENANT, "new.example"]
