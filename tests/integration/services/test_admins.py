"""The list of admins (domain.md, Who may what)."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.services import access, admins, undo
from bot.services.access import Role
from bot.services.changes import Change
from bot.services.errors import AdminOfSettings, CannotBeAdmin, LastAdmin, NotPlaced, NotYetAnAdmin
from tests.integration.services.conftest import Msp


class Known:
    """Roles by the first letters of an id."""

    def role(self, person: str) -> Role | None:
        kinds = {"UO": Role.OWNER, "UM": Role.MEMBER, "UG": Role.OUTSIDER}
        return kinds.get(person[:2])

    def owners(self) -> Sequence[str]:
        return ["UO1"]


def add(msp: Msp, *people: str, actor: str = "UM1", listed: Sequence[str] = (), **more: Any) -> Change:
    return admins.add(
        msp.session, msp.workspace, people, of_settings=listed, roles=Known(), actor=actor, clock=msp.clock, **more
    )


def remove(msp: Msp, *people: str, listed: Sequence[str] = (), **more: Any) -> Change:
    return admins.remove(msp.session, msp.workspace, people, of_settings=listed, actor="UM1", clock=msp.clock, **more)


def take_back(msp: Msp, change: Change, listed: Sequence[str] = ()) -> Change:
    return undo.undo(
        msp.session, msp.workspace, change=str(change.id), of_settings=listed, actor="UM1", clock=msp.clock
    )


def named(msp: Msp, *listed: str) -> list[str]:
    return access.admins(msp.session, msp.workspace, listed)


def test_the_first_to_add_somebody_is_put_on_the_list_too(msp: Msp) -> None:
    assert add(msp, "UM2", actor="UO1").admins == ("UM2", "UO1")
    assert sorted(named(msp)) == ["UM2", "UO1"]


def test_with_admins_by_the_settings_only_those_named_are_added(msp: Msp) -> None:
    msp.clock.advance(minutes=1)
    assert add(msp, "UM2", "UM2", actor="UM1", listed=["UM1"]).admins == ("UM2",)
    lines = admins.listed(msp.session, msp.workspace, ["UM1"])
    assert [(line.person, line.added_by, line.added_at) for line in lines] == [
        ("UM1", None, None),
        ("UM2", "UM1", msp.clock()),
    ]


def test_who_is_an_admin_already_is_told_and_nothing_changes(msp: Msp) -> None:
    again = add(msp, "UM1", listed=["UM1"])
    assert (again.id, again.admins) == (None, ("UM1",))


@pytest.mark.parametrize(("person", "refusal"), [("UG1", CannotBeAdmin), ("UX1", NotPlaced)])
def test_outsiders_and_whom_slack_does_not_place_are_refused_with_everybody_else(
    msp: Msp, person: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        add(msp, "UM2", person)
    assert named(msp) == []


def test_those_of_the_settings_and_the_last_one_cannot_be_removed(msp: Msp) -> None:
    with pytest.raises(AdminOfSettings):
        remove(msp, "UM1", listed=["UM1"])
    add(msp, "UM2", actor="UO1")
    with pytest.raises(NotYetAnAdmin):
        remove(msp, "UM2", "UM3")
    with pytest.raises(LastAdmin):
        remove(msp, "UM2", "UO1")
    assert remove(msp, "UM2").admins == ("UM2",)
    with pytest.raises(LastAdmin):
        remove(msp, "UO1")
    assert named(msp) == ["UO1"]


def test_undoing_the_first_addition_empties_the_list_again(msp: Msp) -> None:
    done = take_back(msp, add(msp, "UM2", actor="UO1"))
    assert (set(done.admins), named(msp)) == ({"UM2", "UO1"}, [])


def test_undoing_a_removal_puts_them_back(msp: Msp) -> None:
    add(msp, "UM2", actor="UO1")
    done = take_back(msp, remove(msp, "UM2"))
    assert (done.admins, sorted(named(msp))) == (("UM2",), ["UM2", "UO1"])


def test_no_undo_removes_the_last_admin(msp: Msp) -> None:
    add(msp, "UM2", actor="UO1")
    second = add(msp, "UM3")
    remove(msp, "UM2", "UO1")
    with pytest.raises(LastAdmin):
        take_back(msp, second)
    assert named(msp) == ["UM3"]


def test_a_request_that_is_delivered_twice_is_done_once_and_answered_alike(msp: Msp) -> None:
    first = add(msp, "UM2", actor="UO1", request="a")
    gone = remove(msp, "UM2", request="b")
    assert (add(msp, "UM2", actor="UO1", request="a"), remove(msp, "UM2", request="b")) == (first, gone)
    assert named(msp) == ["UO1"]
