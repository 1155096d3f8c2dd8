"""What can be said to the bot: one line a command, with an example; and what to say after a slip."""

from dataclasses import dataclass

from bot.services.errors import N_
from bot.services.names import printable
from bot.views import answer
from bot.views.answer import Answer
from bot.views.texts import Texts, shown


@dataclass(frozen=True, slots=True)
class Entry:
    """The help of one command: what it does, how it is written and an example, the latter two without `/seats`."""

    does: str
    usage: str
    example: str


REPORT = Entry(
    N_("What this period's bill will count, or a past one's, for all accounts or one."),
    N_("report [ACCOUNT|all] [PERIOD]"),
    N_("report Acme last"),
)
DEACTIVATE = Entry(
    N_("Set people inactive, which lowers the next bill."),
    N_("deactivate EMAIL… [in ACCOUNT] [because REASON]"),
    N_("deactivate ann@acme.example because she left"),
)
DENY_ADD = Entry(
    N_("Keep people out of an account's sync."),
    N_("deny add EMAIL|*@DOMAIN… in ACCOUNT"),
    N_("deny add ann@acme.example in Acme"),
)
UNDO = Entry(
    N_("Take back your latest change, or the one with that number."),
    N_("undo [CHANGE]"),
    N_("undo 12"),
)
HELP = Entry(
    N_("This list."),
    N_("help"),
    N_("help"),
)


def overview(texts: Texts, root: str, entries: list[tuple[Entry, bool]]) -> Answer:
    """All commands; those for admins only are marked."""
    title = texts.say("What you can ask")
    told = []
    for entry, admin in entries:
        does = texts.say("{does} For admins.", does=texts.say(entry.does)) if admin else texts.say(entry.does)
        told.append(f"{root} {texts.say(entry.usage)}\n{does}\n{example(texts, root, entry)}")
    blocks = [answer.section(f"command_{number}", [text]) for number, text in enumerate(told)]
    return answer.answer([title, *told], [answer.header("title", title), *blocks])


def one(texts: Texts, root: str, entry: Entry) -> Answer:
    """How one command is written."""
    told = [f"{root} {texts.say(entry.usage)}", texts.say(entry.does), example(texts, root, entry)]
    return answer.answer(told, [answer.section("command", told)])


def misused(texts: Texts, root: str, entry: Entry) -> Answer:
    """A command lacks something."""
    told = [
        texts.say("That is not enough, so nothing was done. Write: {usage}", usage=f"{root} {texts.say(entry.usage)}"),
        example(texts, root, entry),
    ]
    return answer.answer(told, [answer.section("misused", told)])


def unknown(texts: Texts, root: str, word: str, nearest: str | None, all_commands: str) -> Answer:
    """There is no such command; perhaps another was meant."""
    asked = shown(printable(word))
    if nearest:
        said = texts.say(
            "There is no command “{word}”. Did you mean {nearest}?", word=asked, nearest=f"{root} {nearest}"
        )
    else:
        said = texts.say(
            "There is no command “{word}”. {help} lists those that there are.",
            word=asked,
            help=f"{root} {all_commands}",
        )
    return answer.answer([said], [answer.section("unknown", [said])])


def example(texts: Texts, root: str, entry: Entry) -> str:
    return texts.say("For example: {example}", example=f"{root} {texts.say(entry.example)}")
