"""What people do with forms, Home and pickers, and what they see of it."""

from typing import Any

from bot.playground.delivery import Envelope
from bot.playground.messages import Message
from bot.playground.team import BILLING, GRACE, NORTHWIND, Person
from bot.playground.views import View
from tests.integration.commands.conftest import Team

Json = dict[str, Any]


def button(team: Team, value: str) -> Message:
    """A message with the button that opens a form."""
    text = {"type": "plain_text", "text": "Open"}
    element: Json = {"type": "button", "action_id": "form_x", "text": text, "value": value}
    blocks = [{"type": "actions", "elements": [element]}]
    return team.slack.post(Message("", BILLING.id, NORTHWIND.bot_user_id, "Form", blocks=blocks))


def opened(team: Team, value: str, person: Person = GRACE) -> View:
    """The form that a button opens."""
    team.slack.press(person.id, button(team, value).ts, "form_x")
    team.slack.wait_until_answered()
    assert team.refused() == []
    return top(team, person)


def submit(team: Team, view: View, values: Json, person: Person = GRACE) -> Envelope:
    """Fill a form in, and submit it."""
    envelope = team.slack.submit(person.id, view.id, values)
    team.slack.wait_until_answered()
    assert team.refused() == []
    return envelope


def press(team: Team, place: str, action: str, value: str | None = None, person: Person = GRACE) -> None:
    """Press a button in a view."""
    team.slack.press(person.id, place, action, value)
    team.slack.wait_until_answered()
    assert team.refused() == []


def offered(team: Team, view: View, action: str, typed: str, person: Person = GRACE) -> list[tuple[str, str]]:
    """What a picker offers: values and names."""
    envelope = team.slack.options(person.id, view.id, action, typed)
    assert envelope is not None
    team.slack.wait_until_answered()
    assert team.refused() == []
    return [(one["value"], one["text"]["text"]) for one in team.slack.offered(envelope)]


def top(team: Team, person: Person = GRACE) -> View:
    """The modal that somebody sees."""
    return team.slack.modals(person.id)[-1]


def told(view: View) -> str:
    """Everything that a view says in words."""
    return "\n".join(words(view.blocks))


def words(part: Any) -> list[str]:
    if isinstance(part, dict):
        mine = [part["text"]] if isinstance(part.get("text"), str) else []
        return mine + [word for value in part.values() for word in words(value)]
    if isinstance(part, list):
        return [word for one in part for word in words(one)]
    return []
