"""Home: the running bill, what needs a decision, the way to everything else, and the first steps."""

import re
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot.playground.elements import elements
from bot.playground.team import CAMILLE, GRACE, TOM, Person
from bot.playground.views import View
from bot.services.billing import ledger
from bot.surfaces import windows
from db.models import ACCOUNT, CHANGE, LEDGER, SYNC_RUN, USER, HoldState, SyncOutcome
from tests.integration.commands.conftest import GUEST, STRANGER, Team
from tests.integration.commands.windows import offered, press, submit, told, top
from tests.unit.views.test_messages import CHECK


def home(team: Team, person: Person = GRACE) -> View:
    """Open Home; gives it as somebody sees it then."""
    found = reopened(team, person)
    assert team.refused() == []
    assert CHECK(found.payload) == []
    return found


def reopened(team: Team, person: Person = GRACE) -> View:
    """Open Home, and wait until another one is published, which is after Slack was answered."""
    before = team.slack.home(person.id)
    team.slack.open_home(person.id)
    team.slack.wait_until_answered()

    def is_there() -> bool:
        found = team.slack.home(person.id)
        return found is not None and (before is None or found.hash != before.hash)

    team.slack.wait_for(is_there, "another Home")
    found = team.slack.home(person.id)
    assert found is not None
    return found


def shows(team: Team, text: str, person: Person = GRACE) -> View:
    """Wait until somebody's Home says that; gives it."""

    def is_there() -> bool:
        found = team.slack.home(person.id)
        return found is not None and text in told(found)

    team.slack.wait_for(is_there, text)
    found = team.slack.home(person.id)
    assert found is not None
    return found


def seen(team: Team) -> View:
    """Grace's Home as it is."""
    found = team.slack.home(GRACE.id)
    assert found is not None
    return found


def actions(view: View) -> list[str]:
    return [element["action_id"] for _, element in elements(view.blocks)]


def emptied(team: Team) -> None:
    """A workspace in which nothing was ever recorded."""
    with ledger.locked(team.session, team.workspace):
        for table in (LEDGER, USER, ACCOUNT, CHANGE):
            team.session.execute(delete(table))
        ledger.discard_rollups(team.session, team.workspace)


def test_an_admin_sees_the_bill_and_the_tools(team: Team) -> None:
    view = home(team)
    said = told(view)
    assert "Peak so far: 5, first reached on" in said
    assert "Now 5 users are counted." in said
    assert "days left, today included." in said
    assert "Acme: 3, peak 3" in said
    assert "1 person is counted in more than one account." in said
    assert any(block["type"] == "data_visualization" for block in view.blocks)
    assert {"form_deactivate", "form_settings", "menu_log", "find_account", "find_person"} <= {*actions(view)}


def test_a_reader_sees_no_tools_and_a_french_one_reads_french(team: Team) -> None:
    shown = {*actions(home(team, TOM))}
    assert "form_why" in shown
    assert not shown & {"form_deactivate", "form_settings", "menu_log", "hold_confirm"}
    said = told(home(team, CAMILLE))
    assert "5 utilisateurs" in said
    assert "Décisions en attente" in said


@pytest.mark.parametrize("person", [GUEST, STRANGER])
def test_guests_get_a_refusal_and_nothing_else(team: Team, person: Person) -> None:
    view = home(team, person)
    assert [block["type"] for block in view.blocks] == ["section"]
    assert "Acme" not in told(view)


def test_a_workspace_without_charts_gets_home_without(team: Team) -> None:
    team.slack.take_no("data_visualization")
    view = reopened(team)
    assert "Now 5 users are counted." in told(view)
    assert not any(block["type"] == "data_visualization" for block in view.blocks)


def test_home_is_made_anew_after_what_its_owner_changed_anywhere(team: Team) -> None:
    home(team)
    team.say(GRACE, "deactivate ann@acme.example")
    view = shows(team, "Now 4 users are counted.")
    press(team, view.id, "form_activate", "activate")
    submit(team, top(team), {"addresses": "ann@acme.example"})
    shows(team, "Now 5 users are counted.")
    press(team, top(team).id, "undo")
    shows(team, "Now 4 users are counted.")


def test_the_pickers_of_home_stand_elsewhere_once_something_was_picked_and_stay_otherwise(team: Team) -> None:
    def pickers(view: View) -> str:
        return next(str(block["block_id"]) for block, one in elements(view.blocks) if one["action_id"] == "find_person")

    first = pickers(home(team))
    assert pickers(home(team)) == first
    names = [first]
    for _ in range(2):
        view = seen(team)
        (chosen, _), *_ = offered(team, view, "find_person", "ann@")
        team.slack.choose(GRACE.id, view.id, "find_person", chosen)
        team.slack.wait_until_answered()
        assert "ann@acme.example" in told(top(team))
        team.slack.wait_for(lambda: pickers(seen(team)) not in names, "another Home")
        names.append(pickers(seen(team)))
    assert pickers(home(team)) == names[-1]


def test_whoever_never_opened_home_gets_none_by_a_command(team: Team) -> None:
    team.say(GRACE, "deactivate ann@acme.example")
    assert team.slack.home(GRACE.id) is None


def test_a_home_that_another_process_published_meanwhile_is_what_is_true_now(team: Team) -> None:
    first = home(team)
    team.slack.fault("views.publish", "hash_conflict")
    assert reopened(team).hash != first.hash


def test_home_that_is_opened_many_times_while_it_is_made_is_made_once_more(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, goes_on, published, publish = Event(), Event(), [], windows.publish

    def slow(client: Any, person: str, *more: Any) -> Any:
        published.append(person)
        begun.set()
        assert goes_on.wait(20)
        return publish(client, person, *more)

    monkeypatch.setattr(windows, "publish", slow)
    team.slack.open_home(GRACE.id)
    assert begun.wait(20)
    for _ in range(5):
        team.slack.open_home(GRACE.id)
    team.slack.open_home(TOM.id)
    team.slack.wait_until_answered()
    goes_on.set()
    team.slack.wait_for(lambda: team.slack.home(TOM.id), "Tom's Home, which comes last")
    assert published == [GRACE.id, GRACE.id, TOM.id]


def test_accounts_and_people_are_found_and_opened_from_home(team: Team) -> None:
    view = home(team, TOM)
    found = offered(team, view, "find_account", "glo", TOM)
    assert [name for _, name in found] == ["Globex"]
    team.slack.choose(TOM.id, view.id, "find_account", found[0][0])
    team.slack.wait_until_answered()
    assert "Globex: peak 2" in told(top(team, TOM))
    found = offered(team, view, "find_person", "zo", TOM)
    team.slack.choose(TOM.id, view.id, "find_person", found[0][0])
    team.slack.wait_until_answered()
    assert "zoe@globex.example" in told(top(team, TOM))
    assert team.refused() == []


def test_buttons_of_home_open_their_answers_in_a_modal(team: Team) -> None:
    view = home(team)
    for action in actions(view):
        if action.startswith("menu_"):
            press(team, view.id, action)
            assert told(top(team))
            assert CHECK(top(team).payload) == []


def test_an_answer_for_which_no_modal_opens_comes_by_direct_message(team: Team) -> None:
    view = home(team)
    team.slack.fault("views.open", "expired_trigger_id")
    team.slack.press(GRACE.id, view.id, "menu_accounts")
    team.slack.wait_until_answered()
    channel = team.slack.direct_message(GRACE.id)
    assert channel is not None
    assert "Acme" in str(team.slack.messages_seen_by(GRACE.id, channel.id)[-1].blocks)


def test_a_form_for_which_no_modal_opens_says_so_by_direct_message(team: Team) -> None:
    view = home(team)
    team.slack.fault("views.open", "expired_trigger_id", times=None)
    team.slack.press(GRACE.id, view.id, "form_deactivate")
    team.slack.wait_until_answered()
    channel = team.slack.direct_message(GRACE.id)
    assert channel is not None
    said = team.slack.messages_seen_by(GRACE.id, channel.id)[-1].text
    assert said == "The form did not open in time. Press the button again."


def test_what_needs_a_decision_is_there_with_its_buttons(team: Team) -> None:
    now = team.clock()
    values = {"workspace_id": team.workspace.id, "started_at": now, "ended_at": now, "actor": "cli:test"}
    account = team.session.execute(ACCOUNT.select().where(ACCOUNT.c.name == "Acme")).one()
    team.session.execute(
        insert(SYNC_RUN).values(
            **values,
            account_id=account.id,
            outcome=SyncOutcome.HELD,
            hold=HoldState.WAITING,
            shown="x",
            figures='{"created": 2, "deactivated": 18}',
        )
    )
    team.session.commit()
    team.seed("Initech,trial,2026-01-01")
    ends = now + timedelta(days=3)
    team.session.execute(update(ACCOUNT).where(ACCOUNT.c.name == "Initech").values(trial_ends=ends))
    team.session.commit()
    team.seed("Globex,active,2026-01-01", "Globex,scanner@globex.example,active,2026-02-01")
    said = told(view := home(team))
    assert re.search(r"A sync of Acme has been waiting since .+: it would set 18 inactive and 2 active\.", said)
    at = ends.astimezone(team.workspace.calendar.zone)
    assert f"The trial of Initech ends on {at.day} {at:%b %Y %H:%M} (Europe/Paris)" in said  # Grace is in London
    assert "may be counted by mistake." in said
    press(team, view.id, "menu_suggestions")
    assert "scanner@globex.example" in told(top(team))
    initech = team.session.execute(ACCOUNT.select().where(ACCOUNT.c.name == "Initech")).one()
    press(team, view.id, "form_status", f"status {initech.id}")
    assert "Initech" in str(top(team).blocks)
    press(team, view.id, "hold_reject")
    assert "was rejected. Nobody was changed." in told(top(team))
    team.slack.wait_for(lambda: "hold_reject" not in actions(seen(team)), "Home without it")
    assert "hold_reject" not in actions(home(team, TOM))


def test_an_admin_of_a_fresh_workspace_is_led_to_the_first_report(team: Team) -> None:
    emptied(team)
    said = told(home(team, TOM))
    assert "There is nothing to count yet." in said
    view = home(team)
    said = told(view)
    assert "✓ 1. " in said
    assert "○ 2. Your clients: add them, or import a CSV file." in said
    # What could only be refused as yet is not there.
    beside = ["form_topic", "menu_admins", "menu_help"]
    assert actions(view) == ["form_settings", "form_account", "form_import-accounts", *beside]
    press(team, view.id, "form_account", "account")
    submit(team, top(team), {"name": "Initech"})
    view = shows(team, "✓ 2. Your clients: 1 account.")
    people = ["form_import-users", "form_connect-m365", "form_connect-google"]
    assert actions(view) == ["form_settings", "form_account", "form_import-accounts", *people, *beside]
    press(team, view.id, "menu_admins")
    assert "Admins of Seatbot" in told(top(team))
    press(team, view.id, "form_import-users", "import-users")
    content = b"account,email,status\nInitech,ann@initech.example,active\n"
    file = team.slack.upload(GRACE.id, "people.csv", content)
    submit(team, top(team), {"file": [file]})
    press(team, top(team).id, "confirm")
    shows(team, "Now 1 user is counted.")


def test_slack_takes_home_with_awkward_names(team: Team) -> None:
    names = ["<!channel> & <@U0GRACE001>", "x" * 300, "\u202eemca"]
    team.seed(
        "\n".join(f'"{name}",active,2026-01-01' for name in names),
        "\n".join(f'"{name}",info{at}@x.example,active,2026-02-01' for at, name in enumerate(names)),
    )
    for person in (GRACE, CAMILLE):
        assert "\u202e" not in str(home(team, person).blocks)
