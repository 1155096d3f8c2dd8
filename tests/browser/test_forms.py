"""Every form from what opens it to its answer and back: filled in, looked at, done and undone, by mouse alone and by
keyboard alone, in both languages (`--every-hand`: each by both in both)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.hands import ADMINS, Hand

Field = tuple[Any, ...]
"""What a hand does, at the field of which label, with what."""
TODAY = datetime.now(UTC).date()
OWEN = "owen.ashworth@kestrel-architects.example"
UNDO, UNDONE = "Undo", "Change {change} is taken back."


@dataclass(frozen=True)
class Form:
    """A form: the message on what opens it, what is filled in, and what its answer says. What it first asks about is
    confirmed; what it did is undone."""

    opener: str
    fields: Sequence[Field]
    submit: str
    says: str
    asks: str = ""
    confirm: str = ""
    undone: str = UNDONE


FORMS = {
    "deactivate": Form(
        "Set people inactive",
        [
            ("pick", "People", "solene", "solene.berthelot@roussel-expertise.example · Boulangeries Lemaire"),
            ("pick", "People", "keith.h", "keith.haynes@kestrel-architects.example · Kestrel Architects"),
            ("write", "Or their addresses", "nadege.cordier@atelier-reseau.example"),
            ("pick", "Account", "tilleul", "Clinique vétérinaire des Tilleuls"),
            ("write", "Reason", "left on Friday"),
            ("tick", "Add to the deny list whoever the next sync would bring back"),
        ],
        "Set inactive",
        "Inactive now: {people}.",
    ),
    "deny": Form(
        "Add to a deny list",
        [
            ("pick", "Account", "cast", "Castellan Engineering"),
            ("write", "Addresses, or *@domain", "angela.doyle@castellan.example @temps.example"),
        ],
        "Add",
        "Inactive now, since a sync had brought them: {people}.",
    ),
    "deny-import": Form(
        "Import a deny list",
        [
            ("pick", "Account", "valb", "Mairie de Valbrune"),
            ("attach", "CSV file", "email\nadele.jacquet@mairie-valbrune.example\n"),
            ("choose", "Make them the list; the entries not in the file go"),
        ],
        "Import",
        "Inactive now, since a sync had brought them: {people}.",
    ),
    "account": Form(
        "Add an account",
        [
            ("write", "Name", "Harbour & Sons {way}"),
            ("choose", "On trial: it is not billed"),
            ("choose_day", "End of the trial", TODAY + timedelta(days=40)),
        ],
        "Add",
        "{account}: added, {after} now.",
    ),
    "activate": Form(
        "Set an account’s status",
        [
            ("pick", "Account", "papil", "Studio Papillon"),
            ("choose", "Active: it is billed"),
            ("choose_day", "From the day", TODAY + timedelta(days=2)),
        ],
        "Set",
        "{account}: {after} from {day} on, {before} until then.",
        asks="Set {account} active?",
        confirm="Set {account} active",
    ),
    "trial": Form(
        "Set an account’s status",
        [
            ("pick", "Account", "kest", "Kestrel Architects"),
            ("choose", "On trial: it is not billed"),
            ("choose_day", "End of the trial", TODAY + timedelta(days=9)),
        ],
        "Set",
        "{account}: {after} now, {before} before.",
    ),
    "close": Form(
        "Set an account’s status",
        [("pick", "Account", "oak", "Bright Oak Primary School"), ("choose", "Closed: it is not billed any more")],
        "Set",
        "{account}: {after} now, {before} before.",
        asks="Close {account}?",
        confirm="Close {account}",
    ),
    "import-accounts": Form(
        "Import accounts",
        [("attach", "CSV file", "account,status,at\nQuay Optics,active,2026-03-01\n")],
        "Look at it",
        "The file is imported.",
        asks="Import {n} line?",
        confirm="Import",
    ),
    "import-users": Form(
        "Import people",
        [
            (
                "attach",
                "CSV file",
                f"account,email,status\nKestrel Architects,{OWEN},active\n",
            ),
            ("tick", "It holds everybody: whoever is not in it becomes inactive"),
        ],
        "Look at it",
        "The file is imported.",
        asks="Import {n} line?",
        confirm="Import",
    ),
    "connect-m365": Form(
        "Connect Microsoft 365",
        [
            ("pick", "Account", "oak", "Bright Oak Primary School"),
            ("write", "Tenant", "11111111-2222-3333-4444-555555555555"),
            ("tick", "Guests too"),
        ],
        "Connect",
        "{account} is connected with {directory} now.",
        undone="{account} is not synced with {directory} any more.",
    ),
    "connect-google": Form(
        "Connect Google",
        [
            ("pick", "Account", "kest", "Kestrel Architects"),
            ("write", "Domain", "kestrel-architects.example"),
            ("write", "An administrator’s address", OWEN),
            ("write", "Only these groups", "staff@kestrel-architects.example"),
        ],
        "Connect",
        "{account} is connected with {directory} now.",
        undone="{account} is not synced with {directory} any more.",
    ),
    "settings": Form(
        "Settings",
        [
            ("write", "Your company’s name", "Northwind Group"),
            ("write", "Billing day", "27"),
            ("pick", "Language of posts to channels", "fran", "Français"),
            ("tick", "Another day or zone computes past periods anew"),
        ],
        "Save",
        "Saved. {name} is billed from day {day} of the month on, in the time of {zone}.",
        undone="Northwind MSP",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_in_done_and_undone(hand: Hand, name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    hand.open_home()
    opener = hand.button(form.opener, hand.visit.main)
    hand.press(opener)
    fill_in(hand, form.fields, tmp_path)
    hand.press(hand.button(form.submit))
    if form.asks:
        expect(hand.dialog).to_contain_text(hand.pattern(form.asks))
        hand.press(hand.dialog.get_by_role("button", name=hand.pattern(form.confirm)))
    expect(hand.dialog).to_contain_text(hand.pattern(form.says))
    hand.press(hand.button(UNDO))
    expect(hand.dialog).to_contain_text(hand.pattern(form.undone))
    hand.close()
    expect(opener).to_be_focused()


def test_why_somebody_is_active_is_asked_by_the_shortcut_and_at_a_message(hand: Hand) -> None:
    shortcuts = hand.visit.main.get_by_role("button", name=hand.page_text("shortcuts"))
    hand.open_menu(shortcuts, "Open Seatbot")
    expect(hand.dialog).to_contain_text("Northwind MSP")
    hand.pick_form("Why is somebody active?")
    hand.pick(hand.field("Person"), "owen.ash", OWEN)
    hand.press(hand.button("Show"))
    expect(hand.dialog).to_contain_text(OWEN)
    expect(hand.dialog).to_contain_text("Kestrel Architects")
    hand.close()
    hand.close()
    expect(shortcuts).to_be_focused()

    hand.write(hand.visit.composer, f"{OWEN}?")
    hand.press(hand.visit.main.get_by_role("button", name=hand.page_text("send"), exact=True))
    said = hand.visit.messages.filter(has_text=f"{OWEN}?").last
    more = said.get_by_role("button", name=hand.page_text("more_about", name=ADMINS[hand.language].real_name))
    hand.open_menu(more, "Why is someone active?", said)
    expect(hand.dialog).to_contain_text("Kestrel Architects")
    hand.close()
    expect(more).to_be_focused()


def test_what_is_wrong_is_said_at_its_field_and_a_form_sent_twice_is_done_once(hand: Hand) -> None:
    name = f"Pier {type(hand).__name__} {hand.language}"
    hand.open_home()
    hand.press(hand.button("Add an account", hand.visit.main))
    hand.press(hand.button("Add"))
    expect(hand.dialog).to_contain_text(hand.page_text("script", "invalid", "required"))
    expect(hand.field("Name")).to_be_focused()
    hand.write(hand.field("Name"), name)
    hand.choose_day(hand.field("End of the trial"), TODAY + timedelta(days=3))
    hand.press(hand.button("Add"))
    expect(hand.dialog).to_contain_text(hand.text("Only a trial has an end. Leave it open, or choose the trial."))
    expect(hand.field("End of the trial")).to_be_focused()
    expect(hand.field("Name")).to_have_value(name)
    hand.choose(hand.field("On trial: it is not billed"))
    hand.press_twice(hand.button("Add"))
    expect(hand.dialog).to_contain_text(hand.pattern("{account}: added, {after} now."))
    hand.press(hand.button(UNDO))
    expect(hand.dialog).to_contain_text(hand.pattern(UNDONE))
    hand.close()


def fill_in(hand: Hand, fields: Sequence[Field], folder: Path) -> None:
    """Each field in turn; the first one waits for no Tab and no click."""
    for act, label, *more in fields:
        if act == "write":  # an account that was added and taken back keeps its name
            more = [more[0].format(way=f"{type(hand).__name__} {hand.language}")]
        if act == "attach":
            path = folder / "people.csv"
            path.write_text(more[0], encoding="utf-8")
            more = [path]
        getattr(hand, act)(hand.field(label), *more)
