"""The fields of forms: a block each, whose id is the field's name (https://docs.slack.dev/reference/block-kit)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from slackblocks import (
    ChannelSelectMenu,
    CheckboxGroup,
    DatePicker,
    Element,
    ExternalMultiSelectMenu,
    ExternalSelectMenu,
    FileInput,
    InputBlock,
    NumberInput,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticSelectMenu,
    TimePicker,
    UserSelectMenu,
)

from bot.views.slack.answer import LONGEST_BUTTON
from bot.views.texts import Texts, shown

VALUE = "value"
"""The action of every element that Slack asks no options for."""
FIND_ACCOUNT, FIND_PERSON = "find_account", "find_person"
"""The actions of the pickers, by which Slack says what it wants options of."""
FEWEST_LETTERS = 1
"""From so many letters on Slack asks for the people or accounts that are meant."""
MOST_PEOPLE = 100
"""So many people can be picked in one form."""
Choice = tuple[str, str]
"""A value, and what it is called."""


def field(
    block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    """A field under its label."""
    return InputBlock(
        PlainText(label), element, block_id=block_id, hint=PlainText(hint) if hint else None, optional=optional
    )


def text(
    block_id: str,
    label: str,
    hint: str | None = None,
    *,
    initial: str | None = None,
    longest: int | None = None,
    lines: bool = False,
    optional: bool = False,
) -> InputBlock:
    """A text of one line or, with `lines`, of several."""
    element = PlainTextInput(VALUE, initial or None, multiline=lines, max_length=longest)
    return field(block_id, label, element, hint, optional=optional)


def number(block_id: str, label: str, hint: str | None = None, *, initial: int, least: int, most: int) -> InputBlock:
    """A whole number."""
    element = NumberInput(False, VALUE, initial_value=str(initial), min_value=str(least), max_value=str(most))
    return field(block_id, label, element, hint)


def day(block_id: str, label: str, hint: str | None = None, *, initial: date | None = None) -> InputBlock:
    """A day, which may be left open."""
    element = DatePicker(VALUE, initial.isoformat() if initial else None)
    return field(block_id, label, element, hint, optional=True)


def file(
    block_id: str,
    label: str,
    hint: str | None = None,
    *,
    types: Sequence[str] = ("csv", "txt"),
    optional: bool = False,
) -> InputBlock:
    """One file."""
    return field(block_id, label, FileInput(VALUE, list(types), max_files=1), hint, optional=optional)


def one_of(
    block_id: str, label: str, choices: Sequence[Choice], hint: str | None = None, *, initial: str | None = None
) -> InputBlock:
    """A menu of at most 100 things."""
    options = {value: option(value, name) for value, name in choices}
    element = StaticSelectMenu(VALUE, list(options.values()), initial_option=options.get(initial or ""))
    return field(block_id, label, element, hint)


def radio(
    block_id: str,
    label: str,
    choices: Sequence[Choice],
    *,
    initial: str | None = None,
    told: Mapping[str, str] | None = None,
) -> InputBlock:
    """One of a few things, all of which are seen; the first where none is said. `told` says more of each."""
    options = {value: option(value, name, (told or {}).get(value)) for value, name in choices}
    chosen = options.get(initial or "") or next(iter(options.values()))
    return field(block_id, label, RadioButtonGroup(VALUE, list(options.values()), initial_option=chosen))


def ticks(block_id: str, label: str, choices: Sequence[Choice], *, initial: Iterable[str] = ()) -> InputBlock:
    """Boxes to tick, or none."""
    options = {value: option(value, name) for value, name in choices}
    ticked = [options[value] for value in initial]
    return field(block_id, label, CheckboxGroup(VALUE, list(options.values()), ticked or None), optional=True)


def account(
    texts: Texts,
    block_id: str = "account",
    hint: str | None = None,
    *,
    initial: tuple[int, str] | None = None,
    optional: bool = False,
) -> InputBlock:
    """An account, found by letters of its name."""
    chosen = option(str(initial[0]), initial[1]) if initial else None
    return field(block_id, texts.say("Account"), account_picker(texts, chosen), hint, optional=optional)


def account_picker(texts: Texts, initial: Option | None = None) -> ExternalSelectMenu:
    """The menu in which an account is found."""
    placeholder = PlainText(texts.say("Find an account"))
    return ExternalSelectMenu(FIND_ACCOUNT, initial, FEWEST_LETTERS, placeholder=placeholder)


def person_picker(texts: Texts) -> ExternalSelectMenu:
    """The menu in which a person is found."""
    placeholder = PlainText(texts.say("Find a person"))
    return ExternalSelectMenu(FIND_PERSON, None, FEWEST_LETTERS, placeholder=placeholder)


def people(
    texts: Texts, block_id: str, label: str, hint: str, initial: Sequence[Choice] = (), *, optional: bool = False
) -> InputBlock:
    """People, found by how their addresses begin."""
    element = ExternalMultiSelectMenu(
        FIND_PERSON,
        FEWEST_LETTERS,
        [option(value, name) for value, name in initial] or None,
        max_selected_items=MOST_PEOPLE,
        placeholder=PlainText(texts.say("Type the beginning of an address or a name")),
    )
    return field(block_id, label, element, hint, optional=optional)


def accounts(texts: Texts, block_id: str, label: str, hint: str) -> InputBlock:
    """Accounts, found by letters of their names, or none."""
    placeholder = PlainText(texts.say("Find an account"))
    element = ExternalMultiSelectMenu(FIND_ACCOUNT, FEWEST_LETTERS, placeholder=placeholder)
    return field(block_id, label, element, hint, optional=True)


def channel(texts: Texts, block_id: str, label: str, hint: str | None = None, *, optional: bool = False) -> InputBlock:
    """A public channel."""
    element = ChannelSelectMenu(VALUE, placeholder=PlainText(texts.say("Choose a channel")))
    return field(block_id, label, element, hint, optional=optional)


def member(texts: Texts, block_id: str, label: str, hint: str | None = None) -> InputBlock:
    """A person of the Slack team, or nobody."""
    element = UserSelectMenu(VALUE, placeholder=PlainText(texts.say("Choose a person")))
    return field(block_id, label, element, hint, optional=True)


def time(block_id: str, label: str, *, initial: str) -> InputBlock:
    """A time of day such as 08:00."""
    return field(block_id, label, TimePicker(VALUE, initial))


def option(value: str, name: str, told: str | None = None) -> Option:
    """A choice of a menu, perhaps with more about it below."""
    more = PlainText(shown(told, LONGEST_BUTTON)) if told else None
    return Option(PlainText(shown(name, LONGEST_BUTTON) or "–"), value, more)
