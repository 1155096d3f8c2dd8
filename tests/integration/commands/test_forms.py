"""Forms: opened from anywhere, carried out like typed commands, with their faults at the fields."""

from typing import Any

import pytest

from bot.commands.forms.registry import FORMS
from bot.playground.team import BILLING, CAMILLE, GRACE, OLD_BILLING, TOM, Person
from bot.services import accounts, connections, deny_list, workspaces
from bot.services.directories.base import Options
from bot.services.warnings import lines
from tests.integration.commands.conftest import GUEST, Team
from tests.integration.commands.windows import button, offered, opened, press, submit, told, top
from tests.unit.views.test_messages import CHECK

PEOPLE = [f"u{number:02}@acme.example" for number in range(12)]
BOTH = "both@x.example"


@pytest.fixture
def acme(team: Team) -> Team:
    """Acme with twelve people more, and somebody who is in Globex too: nineteen are counted."""
    lines = [f"Acme,{email},active,2026-02-01" for email in [*PEOPLE, BOTH]]
    team.seed(
        "Acme,active,2026-01-01\nGlobex,active,2026-01-01",
        "\n".join([*lines, f"Globex,{BOTH},active,2026-02-01"]),
    )
    return team


def picked(team: Team, action: str, typed: str, person: Person = GRACE) -> str:
    """Look something up in the form that somebody sees; gives the value of the first thing offered."""
    return offered(team, top(team, person), action, typed, person)[0][0]


def upload(team: Team, content: str, name: str = "people.csv", person: Person = GRACE) -> list[Any]:
    return [team.slack.upload(person.id, name, content.encode())]


@pytest.mark.parametrize("person", [GRACE, CAMILLE])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_slack_takes_every_form(acme: Team, form: Any, person: Person) -> None:
    acme.slack.command(GRACE.id, BILLING.id, f"admins add <@{CAMILLE.id}>")
    acme.slack.wait_until_answered()
    view = opened(acme, form.name, person)
    assert CHECK(view.payload) == []
    assert not view.payload["title"]["text"].endswith("…")
    assert not view.payload["submit"]["text"].endswith("…")


@pytest.mark.parametrize("form", [form for form in FORMS if form.admin], ids=lambda form: form.name)
def test_only_admins_open_what_changes_something(acme: Team, form: Any) -> None:
    for person, says in ((TOM, "Only admins may do that."), (GUEST, "Only members of this team may use Seatbot.")):
        acme.slack.press(person.id, button(acme, form.name).ts, "form_x")
        acme.slack.wait_until_answered()
        assert acme.slack.modals(person.id) == []
        assert says in acme.latest(person)


def test_a_form_that_there_is_not_says_so(acme: Team) -> None:
    acme.slack.press(GRACE.id, button(acme, "nonsense").ts, "form_x")
    acme.slack.wait_until_answered()
    assert "no longer stands for anything" in acme.latest(GRACE)


def test_people_are_picked_set_inactive_and_taken_back(acme: Team) -> None:
    view = opened(acme, "deactivate")
    assert [name for _, name in offered(acme, view, "find_person", "u0")][:2] == [
        "u00@acme.example · Acme",
        "u01@acme.example · Acme",
    ]
    ids = [picked(acme, "find_person", email) for email in PEOPLE[:2]]
    offered(acme, view, "find_person", "u0")
    submit(acme, view, {"people": ids, "reason": "left"})
    assert "Inactive now: u00@acme.example and u01@acme.example (Acme)." in told(top(acme))
    assert "share" not in str(top(acme).blocks)
    assert acme.counted() == 17
    press(acme, top(acme).id, "undo")
    assert acme.counted() == 19
    assert acme.changes() == ["deactivate", "undo"]


def test_whoever_is_in_two_accounts_is_picked_in_one(acme: Team) -> None:
    view = opened(acme, "deactivate")
    found = offered(acme, view, "find_person", "both@x")
    assert [name for _, name in found] == ["both@x.example · Acme", "both@x.example · Globex"]
    submit(acme, view, {"people": [found[1][0]]})
    assert acme.counted() == 18
    assert "Inactive now: both@x.example (Globex)." in told(top(acme))
    view = opened(acme, "deactivate")
    submit(acme, view, {"addresses": BOTH})
    assert top(acme).errors["addresses"].startswith("both@x.example is in several accounts: Acme")
    submit(acme, top(acme), {"account": picked(acme, "find_account", "acm")})
    assert acme.counted() == 17


def test_more_than_ten_people_are_shown_first_and_changed_once(acme: Team) -> None:
    view = opened(acme, "deactivate")
    envelope = submit(acme, view, {"addresses": ", ".join(PEOPLE)})
    assert "Set 12 people inactive?" in told(top(acme))
    assert acme.counted() == 19
    acme.slack.redeliver(envelope)
    acme.slack.wait_until_answered()
    seen = top(acme)
    press(acme, seen.id, "confirm")
    assert acme.counted() == 7
    assert "Inactive now" in told(top(acme))
    assert acme.changes() == ["deactivate"]


def test_nobody_is_an_error_at_the_field_and_what_was_typed_stays(acme: Team) -> None:
    view = opened(acme, "deactivate")
    submit(acme, view, {"reason": "they left"})
    assert top(acme).errors == {"people": "Nobody is named. Pick people, or write their addresses."}
    assert top(acme).values()["reason"]["value"]["value"] == "they left"
    submit(acme, top(acme), {"addresses": "nobody@x.example"})
    assert "nobody@x.example" in top(acme).errors["addresses"]
    assert acme.changes() == []


def test_people_are_set_active_again(acme: Team) -> None:
    submit(acme, opened(acme, "deactivate"), {"addresses": PEOPLE[0]})
    submit(acme, opened(acme, "activate"), {"addresses": PEOPLE[0]})
    assert "Active now" in told(top(acme))
    assert acme.counted() == 19


def test_a_form_submitted_eight_times_at_once_changes_things_once(acme: Team) -> None:
    view = opened(acme, "account")
    with acme.slack.changed:
        for _ in range(2):
            envelope = acme.slack.submit(GRACE.id, view.id, {"name": "Initech"})
        for _ in range(6):
            acme.slack.redeliver(envelope)
            envelope.deliveries = 1
    acme.slack.wait_until_answered()
    assert acme.changes() == ["account_status"]
    assert "Initech" in told(top(acme))


def test_an_account_is_added_on_trial_and_closed(acme: Team) -> None:
    submit(acme, opened(acme, "account"), {"name": "  Initech \n", "status": "trial", "until": "2027-01-31"})
    assert "Initech" in told(top(acme))
    view = opened(acme, "account")
    submit(acme, view, {"name": "initech"})
    assert "Initech" in top(acme).errors["name"]
    submit(acme, top(acme), {"name": "New", "status": "active", "until": "2027-01-31"})
    assert top(acme).errors == {"until": "Only a trial has an end. Leave it open, or choose the trial."}
    view = opened(acme, "status")
    submit(acme, view, {"account": picked(acme, "find_account", "glo"), "status": "closed"})
    assert acme.counted() == 16
    view = opened(acme, "status")
    submit(acme, view, {"account": picked(acme, "find_account", "acm"), "status": "closed", "since": "2026-01-05"})
    assert "2026" in top(acme).errors["since"]


def test_an_account_with_many_people_is_closed_once_that_is_confirmed(acme: Team) -> None:
    view = opened(acme, "status")
    submit(acme, view, {"account": picked(acme, "find_account", "acm"), "status": "closed"})
    assert "Close Acme?" in told(top(acme))
    press(acme, top(acme).id, "cancel")
    assert "Nothing was changed." in told(top(acme))
    assert acme.counted() == 19


def test_entries_go_on_a_deny_list(acme: Team) -> None:
    acme.synced(*PEOPLE[:1])
    view = opened(acme, "deny")
    submit(acme, view, {"account": picked(acme, "find_account", "acm"), "entries": "nonsense"})
    assert "nonsense" in top(acme).errors["entries"]
    submit(acme, top(acme), {"entries": f"{PEOPLE[0]}, @bots.example"})
    account = accounts.find(acme.session, acme.workspace, "Acme")
    acme.session.rollback()
    assert [one.pattern for one in deny_list.listed(acme.session, acme.workspace, account)] == [
        "*@bots.example",
        PEOPLE[0],
    ]
    assert acme.counted() == 18


def test_a_file_becomes_a_deny_list(acme: Team) -> None:
    view = opened(acme, "deny-import")
    bad = {"account": picked(acme, "find_account", "acm"), "file": upload(acme, "email\nnonsense\n")}
    submit(acme, view, bad)
    assert "Line 2" in top(acme).errors["file"]
    submit(acme, top(acme), {"file": upload(acme, "email\n*@bots.example\n"), "mode": "replace"})
    assert acme.changes() == ["deny_import"]


def test_people_are_imported_after_a_look_and_taken_back(acme: Team) -> None:
    content = "account,email,status\nAcme,new@acme.example,active\nAcme,u00@acme.example,inactive\n"
    submit(acme, opened(acme, "import-users"), {"file": upload(acme, content)})
    assert "Import 2 lines?" in told(top(acme))
    assert acme.changes() == []
    seen = top(acme).id
    envelope = acme.slack.press(GRACE.id, seen, "confirm")
    acme.slack.wait_until_answered()
    acme.slack.redeliver(envelope)
    acme.slack.wait_until_answered()
    assert acme.changes() == ["import_users"]
    assert "The file is imported." in told(top(acme))
    envelope = acme.slack.press(GRACE.id, top(acme).id, "open_retract")
    acme.slack.wait_until_answered()
    acme.slack.redeliver(envelope)
    acme.slack.wait_until_answered()
    assert acme.changes() == ["import_users", "retract"]
    assert acme.counted() == 19


def test_bad_lines_of_a_file_are_told_at_its_field(acme: Team) -> None:
    lines = "".join(f"Acme,bad{number},active\n" for number in range(8))
    submit(acme, opened(acme, "import-users"), {"file": upload(acme, f"account,email,status\n{lines}")})
    error = top(acme).errors["file"]
    assert error.startswith("Line 2: ")
    assert error.endswith("and 3 more")
    submit(acme, top(acme), {"file": upload(acme, "x" * 1_000_001)})
    assert "larger than 1 MB" in top(acme).errors["file"]


def test_a_complete_list_that_changes_too_many_is_imported_only_all_the_same(acme: Team) -> None:
    content = "account,email,status\nAcme,u00@acme.example,active\n"
    submit(acme, opened(acme, "import-users"), {"file": upload(acme, content), "options": ["complete"]})
    assert "Look twice before you import this." in told(top(acme))
    press(acme, top(acme).id, "confirm")
    assert acme.counted() == 4


def test_accounts_are_imported(acme: Team) -> None:
    content = "compte;statut;date\nInitech;actif;2026-03-01\n"
    submit(acme, opened(acme, "import-accounts"), {"file": upload(acme, content, "comptes.csv")})
    press(acme, top(acme).id, "confirm")
    assert accounts.find(acme.session, acme.workspace, "Initech").name == "Initech"
    submit(acme, opened(acme, "import-accounts"), {"file": upload(acme, content, "comptes.csv")})
    assert "Everything in it is so already." in told(top(acme))


def test_settings_are_saved_and_never_over_what_another_admin_saved(acme: Team) -> None:
    first, second = opened(acme, "settings"), None
    acme.slack.command(GRACE.id, BILLING.id, f"admins add <@{CAMILLE.id}>")
    acme.slack.wait_until_answered()
    second = opened(acme, "settings", CAMILLE)
    submit(acme, first, {"zone": "Mars/Base"})
    assert "Mars/Base" in top(acme).errors["zone"]
    submit(acme, top(acme), {"zone": "Europe/London", "day": "15"})
    assert top(acme).errors["more"].endswith("tick this to compute them anew.")
    submit(acme, top(acme), {"more": ["correct"]})
    assert "is billed from day 15 of the month on" in told(top(acme))
    press(acme, top(acme).id, "open_before")
    assert "is billed from day 27 of the month on, in the time of Europe/Paris" in told(top(acme))
    press(acme, top(acme).id, "open_before")
    submit(acme, second, {"name": "Northwind Two"}, CAMILLE)
    assert top(acme, CAMILLE).errors["name"].startswith("Quelqu’un a modifié ces données")
    acme.session.rollback()
    workspace = workspaces.by_id(acme.session, acme.workspace.id)
    assert (workspace.name, workspace.calendar.billing_day) == (acme.workspace.name, 15)
    submit(acme, opened(acme, "settings"), {"name": "Northwind Two"})
    acme.session.rollback()
    acme.session.expire_all()
    assert workspaces.find(acme.session).name == "Northwind Two"
    submit(acme, opened(acme, "settings"), {})
    assert "Nothing had to be changed." in told(top(acme))


def test_prices_are_set_and_no_file_of_the_machine_is_read(acme: Team) -> None:
    view = opened(acme, "prices")
    submit(acme, view, {"currency": "EUR"})
    assert top(acme).errors == {"price": "Say a price, or what a user brings you."}
    submit(acme, top(acme), {"price": "/etc/tiers.csv"})
    assert "is no amount of money" in top(acme).errors["price"]
    submit(acme, top(acme), {"price": "4.50", "currency": "QQ1"})
    assert "is no currency" in top(acme).errors["currency"]
    assert "No price is set yet." in told(top(acme))
    submit(acme, top(acme), {"currency": "EUR", "resale": "6"})
    assert "Saved." in told(top(acme))
    assert acme.changes() == ["set"]
    view = opened(acme, "prices")
    assert "Now a user costs you €4.50 in a period.\nA user brings you €6.00." in told(view)
    submit(acme, view, {"resale": "7.50", "account": picked(acme, "find_account", "acm")})
    view = opened(acme, "prices")
    assert "at single clients: Acme (€7.50)." in told(view)
    submit(acme, view, {"resale": "none", "account": picked(acme, "find_account", "acm")})
    press(acme, top(acme).id, "undo")
    assert "is taken back." in told(top(acme))
    assert "at single clients: Acme (€7.50)." in told(opened(acme, "prices"))
    for _ in range(2):
        acme.say(GRACE, "undo")
    assert acme.changes() == ["set"] * 3 + ["undo"] * 3
    acme.session.rollback()
    assert workspaces.find(acme.session).price is None


def test_a_digest_is_added_to_a_channel(acme: Team) -> None:
    view = opened(acme, "digest")
    submit(acme, view, {"channel": BILLING.id, "zone": "Mars/Base"})
    assert "Mars/Base" in top(acme).errors["zone"]
    found = offered(acme, view, "find_account", "acm")
    submit(acme, top(acme), {"zone": "Europe/Paris", "every": "week:mon", "accounts": [found[0][0]]})
    assert acme.changes() == ["digest_add"]
    assert "Added: the digest 1 → #billing." in told(top(acme))
    listed = str(acme.say(GRACE, "digest list")["blocks"])
    assert "Monday" in listed
    assert "Acme" in listed


def test_a_warning_is_added_for_a_channel_or_a_person(acme: Team) -> None:
    view = opened(acme, "warning")
    submit(acme, view, {"kind": "jump", "threshold": "many"})
    assert top(acme).errors == {"channel": "Nobody is named. Pick a channel or a person."}
    submit(acme, top(acme), {"channel": BILLING.id, "person": TOM.id})
    assert set(top(acme).errors) == {"person"}
    submit(acme, top(acme), {"person": None})
    assert "“many” is no threshold" in top(acme).errors["threshold"]
    found = offered(acme, view, "find_account", "acm")
    submit(acme, top(acme), {"threshold": "20", "accounts": [found[0][0]]})
    assert "Warning 1: #billing gets a message when the count rises by 20 or more within a day." in told(top(acme))
    submit(acme, opened(acme, "warning"), {"kind": "trial", "person": TOM.id})
    acme.session.rollback()
    assert [(one.kind, one.recipient.id, one.threshold, one.accounts) for one in warnings(acme)] == [
        ("jump", BILLING.id, 20, ("Acme",)),
        ("trial", TOM.id, 7, ()),
    ]
    assert acme.changes() == ["warn_add", "warn_add"]


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"kind": "sync", "person": GUEST.id}, "person"),
        ({"kind": "sync", "channel": OLD_BILLING.id}, "channel"),
        ({"kind": "trial", "channel": BILLING.id, "threshold": "366"}, "threshold"),
        ({"kind": "trial", "channel": BILLING.id, "threshold": "0"}, "threshold"),
    ],
)
def test_a_warning_that_cannot_be_says_so_at_its_field(acme: Team, filled: dict[str, str], field: str) -> None:
    submit(acme, opened(acme, "warning"), filled)
    assert set(top(acme).errors) == {field}
    assert warnings(acme) == []


def test_a_warning_is_muted_and_removed_where_the_list_is_open(acme: Team) -> None:
    submit(acme, opened(acme, "warning"), {"kind": "peak", "channel": BILLING.id})
    acme.slack.shortcut(GRACE.id, "seatbot_menu")
    acme.slack.wait_until_answered()
    press(acme, top(acme).id, "menu_warnings")
    choose_first(acme, "choose_warning")
    assert "#billing gets a message when" in told(top(acme))
    press(acme, top(acme).id, "pick_mute_7")
    assert "Warning 1 is muted until" in told(top(acme))
    press(acme, top(acme).id, "open_back")
    press(acme, top(acme).id, "open_back")
    choose_first(acme, "choose_warning")
    assert "Muted until" in told(top(acme))
    press(acme, top(acme).id, "pick_remove")
    assert "Warning 1 is removed" in told(top(acme))
    press(acme, top(acme).id, "undo")
    assert acme.changes() == ["warn_add", "warn_mute", "warn_remove", "undo"]
    assert len(warnings(acme)) == 1


def test_the_lists_of_warnings_and_digests_open_their_forms_for_admins(acme: Team) -> None:
    for words, action in (("warn list", "form_warning"), ("digest list", "form_digest")):
        assert action in str(acme.say(GRACE, words)["blocks"])
        assert action not in str(acme.say(TOM, words)["blocks"])
        message = acme.slack.messages_seen_by(GRACE.id, BILLING.id)[-1]
        acme.slack.press(GRACE.id, message.ts, action)
        acme.slack.wait_until_answered()
        assert top(acme).payload["callback_id"] == action.removeprefix("form_")


def warnings(team: Team) -> list[lines.WarningLine]:
    """The warnings that stand."""
    team.session.rollback()
    return lines.listed(team.session, team.workspace)


def choose_first(team: Team, action: str) -> None:
    """Choose the first thing of a menu in the modal on top."""
    elements = [one for block in top(team).blocks for one in block.get("elements", ())]
    value = next(one["options"][0]["value"] for one in elements if one.get("action_id") == action)
    team.slack.choose(GRACE.id, top(team).id, action, value)
    team.slack.wait_until_answered()
    assert team.refused() == []


def test_what_a_change_would_do_is_asked_by_a_form_and_done_by_its_button(acme: Team) -> None:
    view = opened(acme, "what-if")
    submit(acme, view, {"deed": "deactivate"})
    assert set(top(acme).errors) == {"people"}
    submit(acme, top(acme), {"addresses": BOTH})
    assert "is in several accounts" in top(acme).errors["addresses"]
    found = offered(acme, view, "find_person", "both@x")
    submit(acme, top(acme), {"addresses": PEOPLE[0], "people": [found[1][0]]})
    assert acme.counted() == 19
    assert acme.changes() == []
    assert "Acme" in told(top(acme))
    press(acme, top(acme).id, "also_do")
    assert acme.counted() == 17
    assert "both@x.example (Globex)" in told(top(acme))


@pytest.mark.parametrize(("deed", "says"), [("close", "Globex"), ("convert", "Globex")])
def test_what_an_account_would_do_is_asked_by_a_form(acme: Team, deed: str, says: str) -> None:
    view = opened(acme, "what-if", TOM)
    submit(acme, view, {"deed": deed}, TOM)
    assert set(top(acme, TOM).errors) == {"account"}
    submit(acme, top(acme, TOM), {"account": picked(acme, "find_account", "glo", TOM)}, TOM)
    assert says in told(top(acme, TOM))
    assert "also_do" not in str(top(acme, TOM).blocks)
    assert acme.changes() == []


def test_an_invoice_is_checked_by_a_figure_or_a_list_but_not_both(acme: Team) -> None:
    view = opened(acme, "reconcile")
    submit(acme, view, {})
    assert top(acme).errors["figure"].startswith("Say one thing that the invoice has")
    submit(acme, top(acme), {"figure": "12,50 EUR"})
    assert top(acme).errors["figure"].startswith("There is no price yet.")
    file = upload(acme, "Name,Active Users,Status\nAcme,x,active\n", "list.csv")
    submit(acme, top(acme), {"figure": "19", "file": file})
    assert set(top(acme).errors) == {"file"}
    submit(acme, top(acme), {"figure": None})
    assert top(acme).errors["file"].startswith("Line 2: “x” is no number of users.")
    submit(acme, top(acme), {"figure": "19", "file": None})
    assert "Invoice 2026-09: agrees with the statement, revision 1" in told(top(acme))
    file = upload(acme, "Name,Active Users,Status\nAcme,16,active\n", "list.csv")
    view = opened(acme, "reconcile")
    submit(acme, view, {"period": "2026-08", "file": file})
    assert "Globex: 0 on the list" in told(top(acme))
    assert "Invoice 2026-08" in told(top(acme))


def test_a_directory_needs_a_tenant_or_an_address(acme: Team) -> None:
    view = opened(acme, "connect-m365")
    submit(acme, view, {"account": picked(acme, "find_account", "acm")})
    assert set(top(acme).errors) == {"tenant"}
    submit(acme, top(acme), {"address": "http://seats.example.com"})
    assert "is no public address" in top(acme).errors["address"]
    submit(acme, top(acme), {"tenant": "not a tenant"})
    assert set(top(acme).errors) == {"tenant"}
    submit(acme, top(acme), {"tenant": "11111111-2222-3333-4444-555555555555", "groups": "nonsense"})
    assert set(top(acme).errors) == {"groups"}
    submit(acme, top(acme), {"groups": None})
    assert "is connected with Microsoft 365" in told(top(acme))
    view = opened(acme, "connect-google")
    filled = {"account": picked(acme, "find_account", "glo"), "domain": "globex.example", "subject": "nobody"}
    submit(acme, view, filled)
    assert set(top(acme).errors) == {"subject"}
    submit(acme, top(acme), {"subject": "admin@globex.example"})
    assert "is connected with Google Workspace" in told(top(acme))


@pytest.mark.parametrize(
    ("form", "filled", "field"),
    [
        ("deactivate", {"addresses": f"{PEOPLE[0]} nonsense"}, "addresses"),
        ("deactivate", {"addresses": f"{'x' * 400}@acme.example"}, "addresses"),
        ("deny", {"account": "acm", "entries": f"{PEOPLE[0]}, *@*"}, "entries"),
        ("deny-import", {"account": "acm", "file": ""}, "file"),
        ("account", {"name": "Ini\x07tech"}, "name"),
        ("account", {"name": "Initech", "status": "trial", "until": "2026-01-01"}, "until"),
        ("account", {"name": "Initech", "since": "2026-01-01"}, "since"),
        ("status", {"account": "acm", "status": "trial", "since": "2027-02-01", "until": "2027-01-01"}, "until"),
        ("import-accounts", {"file": "account,status\nAcme,happy\n"}, "file"),
        ("import-users", {"file": "nothing,of,this\n1,2,3\n"}, "file"),
        ("import-users", {"file": "\x00\x01"}, "file"),
        ("connect-m365", {"account": "acm", "tenant": "11111111", "groups": "staff"}, "tenant"),
        ("connect-google", {"account": "acm", "domain": "no domain", "subject": "ana@acme.example"}, "domain"),
        ("settings", {"zone": "x" * 64}, "zone"),
    ],
)
def test_bad_input_is_said_at_its_field_and_stays_there(
    acme: Team, form: str, filled: dict[str, str], field: str
) -> None:
    view = opened(acme, form)
    values: dict[str, Any] = dict(filled)
    if "account" in filled:
        values["account"] = picked(acme, "find_account", filled["account"])
    if "file" in filled:
        values["file"] = upload(acme, filled["file"])
    submit(acme, view, values)
    assert set(top(acme).errors) == {field}
    held = {name: next(iter(one.values())) for name, one in top(acme).values().items()}
    for name in filled:
        kept = held[name].get("value") or held[name].get("selected_date") or held[name].get("files")
        kept = kept or held[name]["selected_option"]["value"]
        assert kept == (acme.slack.as_file(values["file"][0]) and kept if name == "file" else values[name])
    assert acme.changes() == []


def test_two_admins_in_one_form_change_things_once_and_both_are_told(acme: Team) -> None:
    acme.slack.command(GRACE.id, BILLING.id, f"admins add <@{CAMILLE.id}>")
    acme.slack.wait_until_answered()
    before = acme.changes()
    for form, filled, done in (
        ("deactivate", {"addresses": PEOPLE[0]}, "Inactive now"),
        ("deny", {"account": "acm", "entries": "*@temps.example"}, "On the deny list of Acme now"),
        ("status", {"account": "glo", "status": "trial"}, "Globex: trial now"),
    ):
        first, second = opened(acme, form), opened(acme, form, CAMILLE)
        for view, person, says in ((first, GRACE, done), (second, CAMILLE, "Il n’y avait rien à modifier.")):
            values: dict[str, Any] = dict(filled)
            if "account" in filled:
                values["account"] = picked(acme, "find_account", filled["account"], person)
            submit(acme, view, values, person)
            assert says in told(top(acme, person))
    assert acme.changes() == [*before, "deactivate", "deny_add", "account_status"]


def test_a_connection_is_taken_back_to_what_was_before_it(acme: Team) -> None:
    tenant = "11111111-2222-3333-4444-555555555555"
    for more in ([], ["guests"]):
        view = opened(acme, "connect-m365")
        filled = {"account": picked(acme, "find_account", "acm"), "tenant": tenant, "groups": tenant, "more": more}
        submit(acme, view, filled)
    acme.session.rollback()
    account = accounts.find(acme.session, acme.workspace, "Acme")
    assert connections.find(acme.session, acme.workspace, account).options.guests
    press(acme, top(acme).id, "open_before")
    acme.session.rollback()
    found = connections.find(acme.session, acme.workspace, account)
    assert (found.target, found.options) == (tenant, Options((tenant,)))
    view = opened(acme, "connect-google")
    filled = {
        "account": picked(acme, "find_account", "glo"),
        "domain": "globex.example",
        "subject": "ana@globex.example",
    }
    submit(acme, view, filled)
    press(acme, top(acme).id, "open_before")
    assert "Globex is not synced with Google Workspace" in told(top(acme))
    acme.session.rollback()
    assert (
        connections.of_account(acme.session, acme.workspace, accounts.find(acme.session, acme.workspace, "Globex"))
        is None
    )


def test_a_trigger_that_is_dead_says_to_press_again(acme: Team) -> None:
    acme.slack.fault("views.open", "expired_trigger_id")
    acme.slack.press(GRACE.id, button(acme, "deactivate").ts, "form_x")
    acme.slack.wait_until_answered()
    assert acme.latest(GRACE) == "The form did not open in time. Press the button again."


def test_the_story_of_somebody_is_asked_for_by_a_form(acme: Team) -> None:
    view = opened(acme, "why", TOM)
    submit(acme, view, {"person": picked(acme, "find_person", "zoe", TOM)}, TOM)
    assert "zoe@globex.example" in told(top(acme, TOM))


def test_a_button_in_a_modal_puts_its_answer_there(acme: Team) -> None:
    view = opened(acme, "why")
    submit(acme, view, {"person": picked(acme, "find_person", "zoe")})
    press(acme, top(acme).id, "open_status_0")
    assert "Inactive now: zoe@globex.example (Globex)." in told(top(acme))
    press(acme, top(acme).id, "open_back")
    assert len(acme.slack.modals(GRACE.id)) == 1


def test_a_modal_that_was_closed_sends_its_answer_to_the_direct_message(acme: Team) -> None:
    submit(acme, opened(acme, "deactivate"), {"addresses": PEOPLE[0]})
    acme.slack.fault("views.update", "not_found")
    acme.slack.press(GRACE.id, top(acme).id, "undo")
    acme.slack.wait_until_answered()
    channel = acme.slack.direct_message(GRACE.id)
    assert channel is not None
    assert "As they were before" in acme.slack.messages_seen_by(GRACE.id, channel.id)[-1].text


def test_where_three_modals_lie_over_each_other_the_answer_takes_the_place_of_the_third(acme: Team) -> None:
    submit(acme, opened(acme, "why"), {"person": picked(acme, "find_person", "zoe")})
    acme.slack.fault("views.push", "push_limit_reached")
    acme.slack.press(GRACE.id, top(acme).id, "csv")
    acme.slack.wait_until_answered()
    assert len(acme.slack.modals(GRACE.id)) == 1
    assert "direct messages" in told(top(acme))
