"""The forms that tell, warn, price, suppose and check: each from Home to its answer, and taken back where it changed
something, by mouse alone and by keyboard alone, in both languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hands import ByKeyboard, Hand
from tests.browser.test_forms import OWEN, UNDO, UNDONE, Field

LIST = """Name,Active Users,Status
Kestrel Architects,9,active
Mairie de Valbrune,85,active
"""


@dataclass(frozen=True)
class Form:
    """A form: the message on what opens it, what is filled in, what its answer says, and the button that goes on from
    there, if any, with what comes of that."""

    opener: str
    fields: Sequence[Field]
    submit: str
    says: str
    then: tuple[str, str] | None = (UNDO, UNDONE)


FORMS = {
    "digest": Form(
        "Add a digest",
        [
            ("pick", "Channel", "bill", "#billing"),
            ("pick", "How often", "5", "5 days before a billing period ends"),
            ("pick", "Time of day", "09:3", "09:30"),
            ("write", "Time zone", "Europe/London"),
            ("pick", "Language", "fr", "Français"),
            ("pick", "Accounts", "alder", "Alder Dental Group"),
            ("pick", "Accounts", "kest", "Kestrel Architects"),
        ],
        "Add",
        "Added: the digest {digest}.",
    ),
    "warning-channel": Form(
        "Add a warning",
        [
            ("choose", "A trial is about to end"),
            ("pick", "Channel", "bill", "#billing"),
            ("write", "From how many people or days on", "21"),
            ("pick", "Accounts", "papil", "Studio Papillon"),
        ],
        "Add",
        "Warning {id}: {recipient} gets a message when {when}.",
    ),
    "warning-person": Form(
        "Add a warning",
        [("choose", "A sync fails, waits for an admin or stays away"), ("pick", "Or a person", "tom", "Tom Beckett")],
        "Add",
        "Warning {id}: {recipient} gets a message when {when}.",
    ),
    "topic": Form(
        "Add a FAQ topic",
        [
            ("pick", "Language", "fr", "Français"),
            ("write", "Question", "Qui appeler le dimanche ?"),
            ("write", "Answer", "Le numéro d’astreinte."),
            ("write", "Other ways to ask it", "joindre quelqu’un le week-end"),
        ],
        "Save",
        "Saved: “{question}”. Whoever asks this gets your answer from now on.",
    ),
    "prices": Form(
        "Prices",
        [
            ("write", "What a user costs you in a period", "4.50"),
            ("write", "Currency", "EUR"),
            ("write", "What a user brings you", "7"),
            ("pick", "Account", "alder", "Alder Dental Group"),
        ],
        "Save",
        "Saved. Reports show amounts by these prices from now on.",
    ),
    "what-if-people": Form(
        "What if?",
        [
            ("choose", "People are set inactive"),
            ("pick", "People", "keith.h", "keith.haynes@kestrel-architects.example"),
            ("write", "Or their addresses", "nadege.cordier@atelier-reseau.example"),
            ("pick", "Account", "tilleul", "Clinique vétérinaire des Tilleuls"),
        ],
        "Compute",
        "This only asks; nothing was changed.",
        None,
    ),
    "what-if-account": Form(
        "What if?",
        [("choose", "An account becomes a paying one"), ("pick", "Account", "papil", "Studio Papillon")],
        "Compute",
        "What if {account} became a paying account?",
        None,
    ),
    "reconcile-figure": Form(
        "Check an invoice",
        [("write", "What the invoice has", "1")],
        "Check",
        "Invoice {month}: differs from the statement, revision {revision}",
        None,
    ),
    "reconcile-list": Form(
        "Check an invoice",
        [("attach", "Or usecure’s customer list")],
        "Check",
        "The list bills {theirs}; the statement has {ours}.",
        None,
    ),
}


ROLES: dict[str, Any] = {"choose": "radio", "pick": "combobox", "write": "textbox"}


def field(hand: Hand, act: str, label: str) -> Locator:
    """What is acted on, by its label: one of several choices may begin as the label of a field does."""
    if act == "attach":
        return hand.field(label)
    return hand.dialog.get_by_role(ROLES[act], name=re.compile(f"^{re.escape(hand.text(label))}( |$)"))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_in_to_the_end_and_answered(hand: Hand, name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    hand.open_home()
    opener = hand.button(form.opener, hand.visit.main)
    hand.press(opener)
    list_ = tmp_path / "customers.csv"
    list_.write_text(LIST, encoding="utf-8")
    for act, label, *more in form.fields:
        if act == "pick":
            more[1] = hand.text(more[1])
        getattr(hand, act)(field(hand, act, label), *([list_] if act == "attach" else more))
    hand.press(hand.button(form.submit))
    expect(hand.dialog).to_contain_text(hand.pattern(form.says))
    if form.then:
        button, after = form.then
        hand.press(hand.button(button))
        expect(hand.dialog).to_contain_text(hand.pattern(after))
    hand.close()
    expect(opener).to_be_focused()


OPENED = (
    ("Report", "{name}: peak {peak}"),
    ("Statement", "{name}: statement {month}, revision {revision}"),
    ("Accounts", "Domain"),
    ("Deny lists", "Deny lists"),
    ("FAQ topics", "Topics of the FAQ"),
    ("Digests", "Add a digest"),
    ("Warnings", "Add a warning"),
    ("Sync", "All of them"),
    ("Log", "Log"),
    ("Help", "What you can ask"),
)
"""The buttons of Home, and what what they open says."""


def test_every_button_of_home_opens_its_answer_and_gives_the_focus_back(hand: Hand) -> None:
    hand.open_home()
    for label, says in OPENED:
        opener = hand.button(label, hand.visit.main)
        hand.press(opener)
        expect(hand.dialog).to_contain_text(hand.pattern(says))
        hand.close()
        expect(opener).to_be_focused()


def test_accounts_are_found_and_their_people_paged_through_from_home(hand: Hand) -> None:
    hand.open_home()
    account = hand.visit.main.get_by_role("combobox", name=hand.text("Find an account"))
    hand.pick(account, "levas", "Transports Levasseur")
    expect(hand.dialog).to_contain_text(hand.pattern("{name}: peak {peak}"))
    hand.press(hand.button("Users"))
    first = hand.text("{first} to {last} of {all}", first=1, last=20, all="")
    second = hand.text("{first} to {last} of {all}", first=21, last=40, all="")
    expect(hand.dialog).to_contain_text(first)
    hand.press(hand.button("Next page"))
    expect(hand.dialog).to_contain_text(second)
    hand.press(hand.button("Previous page"))
    expect(hand.dialog).to_contain_text(first)
    hand.close()


def test_what_needs_a_decision_is_at_hand_in_home(hand: Hand) -> None:
    hand.open_home()
    opener = hand.button("Change its status", hand.visit.main)
    hand.press(opener)
    expect(field(hand, "pick", "Account")).to_have_value("Studio Papillon")
    hand.close()
    expect(opener).to_be_focused()
    for look, says in zip(
        hand.button("Look at them", hand.visit.main).all(), ("tamsin.whitaker", "scanner@"), strict=True
    ):
        hand.press(look)
        expect(hand.dialog).to_contain_text(says)
        hand.close()


def test_a_person_is_found_from_home(hand: Hand) -> None:
    hand.open_home()
    person = hand.visit.main.get_by_role("combobox", name=hand.text("Find a person"))
    for _ in range(2):  # they are offered again, and shown again, though they were chosen last
        hand.pick(person, OWEN[:11], OWEN)
        expect(hand.dialog).to_contain_text(OWEN)
        hand.close()
        expect(person).to_be_focused()
        expect(person).to_have_value("")


def test_a_form_is_opened_from_the_menu_that_is_asked_for_without_words(hand: Hand) -> None:
    said(hand, "/seats")
    menu = hand.visit.answers.last.get_by_role("combobox", name=hand.text("Open a form"))
    hand.pick(menu, hand.text("Check an invoice")[:8], hand.text("Check an invoice"))
    expect(hand.field("What the invoice has")).to_be_visible()
    hand.close()
    expect(menu).to_be_focused()


PAUSED = "Paused: the digest {digest}. Nothing is posted until you resume it."
DIGEST = ("Digests", "Open a digest", "#billing")
WARNING = ("Warnings", "Open a warning", "1 · ")
"""The button of Home, the menu in the list that it opens, and one of that list."""

LISTED = {
    "digest": (
        DIGEST,
        [
            ("Pause", PAUSED, False),
            ("Resume", "Posted again from its next time on: the digest {digest}.", False),
            ("Pause", PAUSED, True),
            ("Remove", "Removed: the digest {digest}.", True),
        ],
    ),
    "warning": (
        WARNING,
        [
            (
                "Mute for {n} day",
                "Warning {id} is muted until {until}: until then {recipient} gets no message when {when}.",
                True,
            ),
            ("Remove", "Warning {id} is removed: {recipient} no longer gets a message when {when}.", True),
        ],
    ),
}
"""What is done with each, what that says, and whether it is undone."""


@pytest.mark.parametrize("name", LISTED)
def test_one_of_a_list_is_opened_by_its_menu_changed_and_put_back(hand: Hand, name: str) -> None:
    (opener, menu, one), deeds = LISTED[name]
    hand.open_home()
    for deed, says, is_undone in deeds:
        hand.press(hand.button(opener, hand.visit.main))
        hand.pick(hand.dialog.get_by_role("combobox", name=hand.text(menu)), one, one)
        hand.press(hand.dialog.get_by_role("button", name=hand.pattern(deed)).first)
        expect(hand.dialog).to_contain_text(hand.pattern(says))
        if is_undone:
            hand.press(hand.button(UNDO))
            expect(hand.dialog).to_contain_text(hand.pattern(UNDONE))
        hand.close()


def test_a_topic_of_ones_own_is_edited_from_the_list(hand: Hand) -> None:
    question, before, after = "Qui a les clés ?", "L’accueil.", "Le gardien."
    hand.open_home()
    hand.press(hand.button("Add a FAQ topic", hand.visit.main))
    hand.write(hand.field("Question"), question)
    hand.write(hand.field("Answer"), before)
    hand.press(hand.button("Save"))
    expect(hand.dialog).to_contain_text(question)
    hand.close()
    hand.press(hand.button("FAQ topics", hand.visit.main))
    hand.pick(hand.dialog.get_by_role("combobox", name=hand.text("Edit a topic")), "qui a", question)
    expect(hand.field("Answer")).to_have_value(before)
    hand.write(hand.field("Answer"), after)
    hand.press(hand.button("Save"))
    expect(hand.dialog).to_contain_text(
        hand.pattern("Saved: “{question}”. Whoever asks this gets your answer from now on.")
    )
    hand.press(hand.button(UNDO))
    expect(hand.dialog).to_contain_text(hand.pattern(UNDONE))
    hand.close()
    hand.close()
    billing = hand.visit.page.get_by_role("navigation").get_by_role("link", name="billing", exact=True)
    hand.press(billing)
    expect(billing).to_have_attribute("aria-current", "page")
    said(hand, "/seats undo")
    expect(hand.visit.answers.last).to_contain_text(hand.pattern(UNDONE))


def said(hand: Hand, line: str) -> None:
    """Say it, and wait for the answer."""
    answered = hand.visit.answers.count()
    hand.write(hand.visit.composer, line)
    if isinstance(hand, ByKeyboard):  # Tab would take what the list of commands suggests
        hand.keys.press("Enter")
    else:
        hand.press(hand.visit.main.get_by_role("button", name=hand.page_text("send"), exact=True))
    expect(hand.visit.answers).to_have_count(answered + 1)
