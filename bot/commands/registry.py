"""The subcommands, a line each, and the way from words to the one that is meant."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.commands import (
    account,
    accounts,
    activate,
    admins,
    connect,
    deactivate,
    deny,
    digest,
    faq,
    imports,
    menu,
    reconcile,
    report,
    settings,
    slips,
    statement,
    suggestions,
    sync,
    topics,
    undo,
    users,
    warn,
    what_if,
    why,
)
from bot.commands import log as log_command
from bot.commands.call import Call
from bot.commands.command import Command, dump, load, said
from bot.commands.sentences import asks, greets, is_spoken, speaks, stated, unnamed
from bot.commands.words import Misused, Word, is_none, read, reason_of, with_period, without_quotes
from bot.services import log, offers
from bot.services.errors import AdminsOnly, MembersOnly, OwnersOnly, Refusal, RoleUnknown, UnclosedQuote
from bot.services.faq import named as named_people
from bot.services.names import fold
from bot.views.slack import help as help_view
from bot.views.slack import more, prompts
from bot.views.slack import refusal as refusal_view
from bot.views.slack.answer import Answer

HELP = {"help", "aide"}
LIKE = 0.6
"""Two words that are less alike have little in common."""
ACTIVATING = {"activate", "activer"}
DEACTIVATING = {"deactivate", "desactiver"}
AGAINST = ("d", "in", "un")
"""So begins what undoes the word behind it, in either language."""

FAQ, WHAT_IF = "faq", "what-if"
FEWEST_WORDS, SEVERAL = 3, 2
"""So many words that name no command are a question; so many behind a command's name may make it one."""
LONGEST_PERSON = 3
"""Names of people with more words are rarer than questions."""
VERY_LIKE = 0.75
"""A command's name with a letter too many, too few or wrong is as like it as that."""


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A command by its names, whether it is for admins only, what it does and how it is explained.

    One without `help` is not typed: a button stands for it.
    """

    en: str
    fr: str
    admin: bool
    run: Callable[[Call, Sequence[Word]], Answer]
    help: help_view.Entry | None = None
    also: str = ""
    """Another name of as many words, which no list shows."""

    def name(self, locale: str) -> str:
        """The name in a language."""
        return self.fr if locale == "fr" else self.en

    def begins(self, words: Sequence[Word]) -> bool:
        """Whether these words begin with its name, in either language or mixed."""
        names = [name.split() for name in (self.en, self.fr, self.also or self.fr)]
        return len(words) >= len(names[0]) and all(
            word.means({fold(part) for part in parts}) for word, *parts in zip(words, *names, strict=False)
        )


def show_help(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats help [COMMAND]"""
    if not asked:
        return help_view.overview(call.reader, call.root, entries(TYPED))
    if one := named(asked):
        return help_of(call, one, alone=len(asked) > 1)
    return unknown(call, asked, helps=True)


def help_of(call: Call, one: Subcommand, *, alone: bool = False) -> Answer:
    """How a command is written and, unless `alone`, all those that begin with its name, as `digest add` does with
    `digest`."""
    assert one.help is not None
    others = [] if alone or " " in one.en else group_of([Word(one.en)])
    if others:
        return help_view.of_group(call.reader, call.root, entries([one, *others]))
    return help_view.one(call.reader, call.root, one.help, one.admin)


SUBCOMMANDS = (
    Subcommand("report", "rapport", False, report.report, help_view.REPORT),
    Subcommand("statement", "relevé", False, statement.statement, help_view.STATEMENT),
    Subcommand("accounts", "comptes", False, accounts.listed, help_view.ACCOUNTS),
    Subcommand("users", "utilisateurs", False, users.listed, help_view.USERS),
    Subcommand("why", "pourquoi", False, why.why, help_view.WHY),
    Subcommand("faq", "question", False, faq.ask, help_view.FAQ),
    Subcommand("suggestions", "suggestions", False, suggestions.listed, help_view.SUGGESTIONS),
    Subcommand(WHAT_IF, "simuler", False, what_if.ask, help_view.WHAT_IF),
    Subcommand("deactivate", "désactiver", True, deactivate.deactivate, help_view.DEACTIVATE),
    Subcommand("activate", "activer", True, activate.activate, help_view.ACTIVATE),
    Subcommand("deny list", "exclure liste", False, deny.listed, help_view.DENY_LIST),
    Subcommand("deny add", "exclure ajouter", True, deny.add, help_view.DENY_ADD),
    Subcommand("deny remove", "exclure retirer", True, deny.remove, help_view.DENY_REMOVE),
    Subcommand("deny import", "exclure importer", True, deny.import_list, help_view.DENY_IMPORT),
    Subcommand("sync", "synchro", True, sync.sync, help_view.SYNC),
    Subcommand("account add", "compte ajouter", True, account.add, help_view.ACCOUNT_ADD),
    Subcommand("account trial", "compte essai", True, account.trial, help_view.ACCOUNT_TRIAL),
    Subcommand("account activate", "compte activer", True, account.activate, help_view.ACCOUNT_ACTIVATE),
    Subcommand("account close", "compte fermer", True, account.close, help_view.ACCOUNT_CLOSE),
    Subcommand("topics import", "sujets importer", True, topics.import_file, help_view.TOPICS_IMPORT),
    Subcommand("topics remove", "sujets retirer", True, topics.remove, help_view.TOPICS_REMOVE),
    Subcommand("topics unanswered", "sujets questions", True, topics.in_vain, help_view.TOPICS_UNANSWERED),
    Subcommand("topics", "sujets", False, topics.listed, help_view.TOPICS),
    Subcommand("reconcile", "rapprocher", True, reconcile.reconcile, help_view.RECONCILE),
    Subcommand("admins add", "admins ajouter", True, admins.add, help_view.ADMINS_ADD),
    Subcommand("admins remove", "admins retirer", True, admins.remove, help_view.ADMINS_REMOVE),
    Subcommand("admins", "admins", False, admins.show, help_view.ADMINS),
    Subcommand("digest add", "résumé ajouter", True, digest.add, help_view.DIGEST_ADD),
    Subcommand("digest remove", "résumé retirer", True, digest.remove, help_view.DIGEST_REMOVE),
    Subcommand("digest pause", "résumé pause", True, digest.pause, help_view.DIGEST_PAUSE),
    Subcommand("digest resume", "résumé reprendre", True, digest.resume, help_view.DIGEST_RESUME),
    Subcommand("digest run", "résumé envoyer", True, digest.run, help_view.DIGEST_RUN),
    Subcommand("digest", "résumé", False, digest.listed, help_view.DIGEST),
    Subcommand("warn add", "alerte ajouter", True, warn.add, help_view.WARN_ADD),
    Subcommand("warn remove", "alerte retirer", True, warn.remove, help_view.WARN_REMOVE),
    Subcommand("warn mute", "alerte silence", True, warn.mute, help_view.WARN_MUTE, "alerte muet"),
    Subcommand("warn", "alerte", False, warn.listed, help_view.WARN),
    Subcommand("undo", "annuler", True, undo.undo, help_view.UNDO),
    Subcommand("log", "journal", True, log_command.listed, help_view.LOG),
    Subcommand("help", "aide", False, show_help, help_view.HELP),
    Subcommand("faq topic", "", False, faq.show),
    Subcommand("faq none", "", False, faq.none),
    Subcommand("menu", "", False, menu.menu),
    Subcommand("change", "", False, undo.show),
    Subcommand("counted", "", False, report.people),
    Subcommand("repeated", "", False, report.repeated_people),
    Subcommand(warn.RAISED, "", False, warn.raised),
    Subcommand(warn.CHOSEN, "", True, warn.chosen),
    Subcommand(warn.ONE, "", True, warn.one),
    Subcommand(statement.REVISION, "", False, statement.revision),
    Subcommand(statement.PEOPLE, "", False, statement.people),
    Subcommand(what_if.CHOSEN, "", False, what_if.chosen),
    Subcommand(reconcile.SHOWN, "", True, reconcile.show),
    Subcommand(reconcile.CHOSEN, "", True, reconcile.chosen),
    Subcommand("deactivate deny", "", True, deactivate.deactivate_and_deny),
    Subcommand("deactivate chosen", "", True, deactivate.chosen),
    Subcommand("deactivate chosen deny", "", True, deactivate.chosen_and_deny),
    Subcommand("activate chosen", "", True, activate.chosen),
    Subcommand("topics save", "", True, topics.save),
    Subcommand("import accounts", "", True, imports.accounts),
    Subcommand("import users", "", True, imports.users),
    Subcommand("import retract", "", True, imports.retract),
    Subcommand("connect m365", "", True, connect.m365),
    Subcommand("connect google", "", True, connect.google),
    Subcommand("connect consent", "", True, connect.consent),
    Subcommand("disconnect", "", True, connect.disconnect),
    Subcommand("digest chosen", "", True, digest.chosen),
    Subcommand("settings", "", True, settings.save),
    Subcommand("prices", "", True, settings.prices),
    Subcommand("deny lift", "", True, deny.lift),
    Subcommand("deny file", "", True, deny.import_file),
    Subcommand(digest.ONE, "", True, digest.one),
    Subcommand("sync confirm", "", True, sync.confirm),
    Subcommand("sync reject", "", True, sync.reject),
    Subcommand(sync.PEOPLE, "", True, sync.people),
    Subcommand(sync.WAITING, "", False, sync.waiting),
)
TYPED = [one for one in SUBCOMMANDS if one.help]
BY_NAME = {one.en: one for one in SUBCOMMANDS}


def typed(call: Call, text: str) -> Answer:
    """Do what somebody's words say. Raises MembersOnly, AdminsOnly, UnclosedQuote and what the command itself
    refuses, but what is refused for a name that is like another one comes as an answer with a way on."""
    meant, words = understood(call, text)
    if meant is None:
        allowed(call, admin=False)
        return finished(call, unknown(call, words))
    return tried(call, meant)


def mentioned(call: Call, text: str) -> tuple[Answer, bool]:
    """As `typed`, for what was written beside a mention; says also whether the answer is for the whole channel, as that
    to a question is, unless it names somebody: guests may be there. Whoever gives a command reads its answer alone, as
    everywhere."""
    if not text:
        allowed(call, admin=False)
        return prompts.hint(call.reader, call.root), True
    meant, words = understood(call, text)
    if meant is None:
        allowed(call, admin=False)
        return finished(call, unknown(call, words)), False
    somebody = named_people.person(call.session, call.workspace, named_people.addresses(text))
    is_for_all = meant.name == FAQ and somebody is None
    answer = tried(call, meant)
    return more.seen_by_all(answer) if is_for_all else answer, is_for_all


def tried(call: Call, meant: Command) -> Answer:
    """As `run`; what is refused for a name that is like another one has a button that does it with that one."""
    try:
        return run(call, meant)
    except Refusal as refusal:
        right = slips.put_right(meant, refusal)
        if right is None:
            raise
        call = call.doing(meant)
        return finished(call, refusal_view.refused(call.reader, refusal, call.root, call.offer(right)))


def understood(call: Call, text: str) -> tuple[Command | None, Sequence[Word]]:
    """What somebody's words stand for, as `meaning`; the menu where there are none. Raises UnclosedQuote, where that
    matters: in a question nobody minds."""
    try:
        words = read(text)
    except UnclosedQuote:
        words = read(without_quotes(text))
        meant = meaning(words, call.is_account) if words else None
        if meant is None or meant.name != FAQ:
            raise
        return meant, words
    return meaning(words, call.is_account) if words else Command("menu"), words


def meaning(words: Sequence[Word], is_account: Callable[[str], bool] = is_none) -> Command | None:
    """What somebody's words stand for: the command that they begin with, or a question for the FAQ. None for a word or
    two that are neither, and for a command whose name was mistyped. Pure.

    A question ends in a question mark, or says more than the command that it begins with could mean.
    """
    one, behind = parted(words)
    if one and one.en == FAQ:
        return Command(FAQ, behind)
    if asks(words):
        one, behind = parted(stated(words))
        is_question = one is None or one.admin or not may_be_asked(one, behind, is_account)
    elif one is None:
        if (len(words) < FEWEST_WORDS and not is_spoken(words[0])) or is_slip(words, is_account):
            return None
        is_question = True
    else:
        is_question = is_beyond(one, behind, is_account)
    return Command(one.en, behind) if one and not is_question else Command(FAQ, tuple(words))


def parted(words: Sequence[Word]) -> tuple[Subcommand | None, tuple[Word, ...]]:
    """The command that these words begin with, and those behind its name."""
    one = named(words)
    return one, tuple(words[len(one.en.split()) :] if one else words)


def may_be_asked(one: Subcommand, behind: Sequence[Word], is_account: Callable[[str], bool]) -> bool:
    """Whether a command means the same with a question mark behind it."""
    if one.en == WHAT_IF:
        return not speaks(behind, is_account)
    return is_address(behind) if one.en == "why" else behind == ()


def is_address(words: Sequence[Word]) -> bool:
    return len(words) == 1 and "@" in words[0].text


def is_beyond(one: Subcommand, behind: Sequence[Word], is_account: Callable[[str], bool]) -> bool:
    """Whether these words are more than a command could mean."""
    if len(behind) < SEVERAL:
        return False
    if one.en == "why":  # whose name it is, is said in few words
        return len(behind) > LONGEST_PERSON or any("@" in word.text for word in behind) or speaks(behind, is_account)
    if one.en == "help":
        return named(behind) is None
    if one.en in ("deactivate", "activate"):
        people, _ = reason_of(behind)
        has_address = any("@" in word.text for word in people)
        return len(people) >= FEWEST_WORDS and (not has_address or speaks(people, is_account))
    return (not one.admin or one.en in ("log", "undo", "sync")) and speaks(behind, is_account)


def is_slip(words: Sequence[Word], is_account: Callable[[str], bool]) -> bool:
    """Whether these words are a mistyped command rather than a question: its name is almost right, and they are about
    an address, an account or a period, without the words of a sentence."""
    if not group_of(words) and nearest(words, TYPED, VERY_LIKE) is None:
        return False
    line, _ = reason_of(words)
    about, _ = with_period(line)
    is_about = any("@" in word.text for word in about) or len(unnamed(about, is_account)) < len(line)
    return is_about and not speaks(about, is_account)


def run(call: Call, command: Command) -> Answer:
    """Carry out a command. Raises as `typed`."""
    meant, call = BY_NAME[command.name], call.doing(command)
    allowed(call, admin=False)
    if meant.help and len(command.words) == 1 and command.words[0].means(HELP):
        return help_of(call, meant)
    if meant.admin:
        allowed(call, admin=True)
    try:
        return finished(call, meant.run(call, command.words))
    except Misused:
        assert meant.help is not None
        return help_view.misused(call.reader, call.root, meant.help, meant.admin)


def shown(call: Call, command: Command) -> Answer:
    """The answer to a command that only reads, without its buttons. Raises as `typed`."""
    meant, call = BY_NAME[command.name], call.doing(command)
    allowed(call, admin=meant.admin)
    return meant.run(call, command.words)


def allowed(call: Call, *, admin: bool) -> None:
    """Raises MembersOnly, AdminsOnly, OwnersOnly or RoleUnknown, and keeps in the log, once a request, what was asked
    for."""
    try:
        if admin:
            call.require_admin()
        else:
            call.require_member()
    except (AdminsOnly, MembersOnly, OwnersOnly, RoleUnknown) as refusal:
        asked = f"{call.command.name} {said(call.command.words)}"
        log.refused(call.session, call.workspace, call.actor, asked, refusal, call.clock, request=call.request)
        raise


def finished(call: Call, answer: Answer) -> Answer:
    """The answer with the buttons that every answer of its kind has; what they stand for is kept."""
    said = load(call.offered[call.here]) if call.here in call.offered else call.command
    itself = Command("change", (Word(str(answer.change)),)) if answer.change else said
    if answer.lasts:
        call.offered[call.here] = dump(itself)
        page = call.command.page
        answer = more.added(
            call.reader,
            answer,
            here=call.here,
            back=call.command.back,
            previous=call.offer(replace(said, page=page - 1)) if page > 1 else None,
            following=call.offer(replace(said, page=page + 1)) if page < answer.pages else None,
        )
    elif call.command.back:
        answer = more.leading_back(call.reader, answer, call.command.back)
    if call.offered:
        offers.keep(call.session, call.workspace, call.offered, actor=call.actor, now=call.clock())
    return answer


def named(words: Sequence[Word]) -> Subcommand | None:
    """The command that these words begin with."""
    return next((one for one in TYPED if one.begins(words)), None)


def entries(some: Sequence[Subcommand]) -> list[tuple[help_view.Entry, bool]]:
    return [(one.help, one.admin) for one in some if one.help]


def unknown(call: Call, words: Sequence[Word], *, helps: bool = False) -> Answer:
    """No command begins so; the nearest is suggested, by its name in the reader's language, with the words behind it
    and a button that does it or, where it `helps`, shows how it is written. Of a word that several commands begin with,
    those are listed; whoever greets is told what to ask."""
    if greets(words):
        return prompts.hint(call.reader, call.root)
    locale = call.reader.locale
    groups = group_of(words)
    near = nearest(words, groups or TYPED)
    if groups and near is None:
        asked = said(words[:2]) if len(words) > 1 and not words[1].means(HELP) else None
        return help_view.of_group(call.reader, call.root, entries(groups), asked)
    if near is None:
        return help_view.unknown(call.reader, call.root, words[0].text, "aide" if locale == "fr" else "help")
    asked, name = " ".join(word.text for word in words[: near.length]), near.name(locale)
    behind = () if helps else tuple(words[near.length :])
    meant = Command("help", tuple(map(Word, name.split()))) if helps else Command(near.command.en, behind)
    offer = call.offer(meant) if near.is_whole else None
    return help_view.meant(call.reader, asked, said([Word(call.root), Word(name), *behind]), offer)


def group_of(words: Sequence[Word]) -> list[Subcommand]:
    """The commands of two words that the first of these begins."""
    return [one for one in TYPED if " " in one.en and words[0].means({fold(first(one.en)), fold(first(one.fr))})]


class Near(NamedTuple):
    """The command that somebody's first words are most like, and how many words; of one of two words, the first may be
    all that there is."""

    command: Subcommand
    length: int

    @property
    def is_whole(self) -> bool:
        return self.length == len(self.command.en.split())

    def name(self, locale: str) -> str:
        """What of the command's name was meant."""
        return " ".join(self.command.name(locale).split()[: self.length])


def nearest(words: Sequence[Word], among: Sequence[Subcommand], least: float = LIKE) -> Near | None:
    """The command that was meant; its first word is enough, where the second is missing. Never the contrary of what was
    typed."""
    best, found = least, None
    for one in among:
        for name in (one.en, one.fr):
            parts = name.split()
            typed = words[: len(parts)]
            if len(typed) < len(parts) and words[0].means({fold(parts[0])}):
                continue
            ratio = min(alike(part, word.text) for part, word in zip(parts, typed, strict=False))
            if ratio > best:
                best, found = ratio, Near(one, len(typed))
    return found


def alike(name: str, typed: str) -> float:
    """How much what was typed is like a word of a command, from 0 to 1; its contrary is like nothing. Pure."""
    name, typed = fold(name), fold(typed)[:100]
    if name in ACTIVATING and not typed.startswith(("a", "re")):
        return 0
    if name in DEACTIVATING and not typed.startswith(AGAINST):
        return 0
    return difflib.SequenceMatcher(None, name, typed).ratio()


def first(name: str) -> str:
    """The first word of a command's name."""
    return name.split()[0]
