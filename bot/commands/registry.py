"""The subcommands, a line each, and the way from words to the one that is meant."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.commands import deactivate, deny, report, undo
from bot.commands.call import Call
from bot.commands.words import Misused, Word, fold
from bot.services import access
from bot.views import help as help_view
from bot.views.answer import Answer

HELP = {"help", "aide"}


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A command by its names, whether it is for admins only, what it does and how it is explained."""

    en: str
    fr: str
    admin: bool
    run: Callable[[Call, Sequence[Word]], Answer]
    help: help_view.Entry

    def name(self, locale: str) -> str:
        """The name in a language."""
        return self.fr if locale == "fr" else self.en

    def begins(self, words: Sequence[Word]) -> bool:
        """Whether these words begin with its name, in either language or mixed."""
        en, fr = self.en.split(), self.fr.split()
        return len(words) >= len(en) and all(
            word.means({fold(english), fold(french)}) for word, english, french in zip(words, en, fr, strict=False)
        )


def show_help(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats help"""
    return help_view.overview(call.reader, call.root, [(one.help, one.admin) for one in SUBCOMMANDS])


SUBCOMMANDS = (
    Subcommand("report", "rapport", False, report.report, help_view.REPORT),
    Subcommand("deactivate", "désactiver", True, deactivate.deactivate, help_view.DEACTIVATE),
    Subcommand("deny add", "exclure ajouter", True, deny.add, help_view.DENY_ADD),
    Subcommand("undo", "annuler", True, undo.undo, help_view.UNDO),
    Subcommand("help", "aide", False, show_help, help_view.HELP),
)


def run(call: Call, words: Sequence[Word]) -> Answer:
    """Do what the words say. Raises MembersOnly, AdminsOnly and what the command itself refuses."""
    access.require_member(call.roles, call.actor)
    if not words:
        return show_help(call, words)
    meant = next((one for one in SUBCOMMANDS if one.begins(words)), None)
    if meant is None:
        return unknown(call, words)
    asked = words[len(meant.en.split()) :]
    if len(asked) == 1 and asked[0].means(HELP):
        return help_view.one(call.reader, call.root, meant.help)
    if meant.admin:
        call.require_admin(words)
    try:
        return meant.run(call, asked)
    except Misused:
        return help_view.misused(call.reader, call.root, meant.help)


def unknown(call: Call, words: Sequence[Word]) -> Answer:
    """No command begins so; the nearest is suggested, by its name in the reader's language."""
    locale = call.reader.locale
    best, found, typed = 0.6, None, words[0].text  # below that, two words have little in common
    for one in SUBCOMMANDS:
        for name in (one.en, one.fr):
            said = " ".join(word.text for word in words[: len(name.split())])
            ratio = difflib.SequenceMatcher(None, fold(name), fold(said)[:100]).ratio()
            if ratio > best:
                best, found, typed = ratio, one.name(locale), said
    return help_view.unknown(call.reader, call.root, typed, found, "aide" if locale == "fr" else "help")
