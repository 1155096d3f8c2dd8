"""Buttons: each stands for a command, which runs as if its words had been typed."""

from dataclasses import replace

from bot.commands import digest, faq, registry, warn, words
from bot.commands import statement as statement_command
from bot.commands.call import Call
from bot.commands.command import Command, command, load, said
from bot.commands.words import Word
from bot.services import accounts, offers, people, requests
from bot.services.errors import OfferGone
from bot.services.faq import answers
from bot.views.slack import change as change_view
from bot.views.slack import faq as faq_view
from bot.views.slack.answer import Answer
from bot.views.slack.fields import FIND_ACCOUNT, FIND_PERSON

MENU = {
    "menu_report": Command("report"),
    "menu_statement": Command("statement"),
    "menu_accounts": Command("accounts"),
    "menu_deny_lists": Command("deny list"),
    "menu_sync": Command("sync"),
    "menu_log": Command("log"),
    "menu_admins": Command("admins"),
    "menu_help": Command("help"),
    "menu_suggestions": Command("suggestions"),
    "menu_repeated": Command("repeated"),
    "menu_topics": Command("topics"),
    "menu_digests": Command("digest"),
    "menu_warnings": Command("warn"),
}
"""Buttons that stand for the same command wherever they are, and hold the way back."""
DENYING = ("deactivate", "deactivate chosen")
"""What can put people on the deny list in the same step: the command of that name with `deny` behind it."""
HOLDS = {"hold_confirm": "sync confirm", "hold_reject": "sync reject"}
"""Buttons of a held sync, which any admin may press as long as it waits; each names it."""
ASIDE = ("also_",)
"""The answer to one of these is a message of its own; every other takes the place of the message with the button."""


def press(call: Call, action: str, value: str) -> tuple[Answer, bool]:
    """Do what a button stands for; says also whether the answer takes the place of the message with the button.

    Raises OfferGone, and what the command refuses.
    """
    if action == "undo" and value:
        return registry.run(call, Command("undo", (Word(value),))), True
    if action in HOLDS:
        return registry.run(call, Command(HOLDS[action], (Word(value),))), True
    if action == "feedback":
        return feedback(call, value), False
    if action in MENU:
        return registry.run(call, replace(MENU[action], back=value or None)), True
    if action in FOUND:
        return registry.run(call, FOUND[action](call, int(value) if value.isdecimal() else 0)), True
    if action in CHOICES:
        return registry.run(call, chosen(call, action, value)), True
    # However often somebody presses a button, the request of its command is the same, so that it changes things once.
    request, in_place = call.pressing(value), not action.startswith(ASIDE)
    try:
        meant = waiting(call, value)
    except OfferGone:
        change = requests.made_by(call.session, call.workspace, request, call.actor)
        if change is None:
            raise
        return registry.run(call, Command("change", (Word(str(change)),))), in_place
    if action == "confirm_deny" and meant.name in DENYING:  # one question, one request: whichever comes first
        meant = replace(meant, name=f"{meant.name} deny")
    # Confirmed a moment before, it cannot be cancelled any more: then what was done is told.
    if action == "cancel" and requests.cancel(call.session, call.workspace, request, call.now()):
        return change_view.cancelled(call.reader), True
    return registry.run(replace(call, request=request), meant), in_place


def feedback(call: Call, value: str) -> Answer:
    """Somebody, perhaps not who asked, says whether an answer helped: where it did not, its question is kept for the
    admins, once. Raises MembersOnly, OfferGone."""
    registry.allowed(call, admin=False)
    offer, _, opinion = value.partition(" ")
    question = load(offers.find(call.session, call.workspace, offer, actor=None, now=call.now()))
    if opinion == faq_view.UNHELPFUL:
        faq.unhelpful(call, question, key=f"feedback {offer}")
    return faq_view.thanks(call.reader, helpful=opinion == faq_view.HELPFUL)


def chosen(call: Call, action: str, value: str) -> Command:
    """What was chosen in the menu of an answer, with the way back to it. Raises as `waiting`, and where it is gone."""
    here, _, number = value.partition(" ")
    whole = waiting(call, here)
    return replace(CHOICES[action](call, whole, int(number) if number.isdigit() else 0), back=here)


def report_of(call: Call, whole: Command, account: int) -> Command:
    """The report of an account; in the report of a period, of the same period."""
    found = accounts.by_id(call.session, call.workspace, account)
    period = [Word(words.report(whole.words).period)] if whole.name == "report" else []
    return command("report", found.name, *period)


def deny_list_of(call: Call, whole: Command, account: int) -> Command:
    """The deny list of an account."""
    return command("deny list", accounts.by_id(call.session, call.workspace, account).name)


def story_of(call: Call, whole: Command, user: int) -> Command:
    """The story of a person."""
    return command("why", people.by_id(call.session, call.workspace, user).email or "")


def denial_of(call: Call, whole: Command, user: int) -> Command:
    """That a person goes on the deny list of their account."""
    person = people.by_id(call.session, call.workspace, user)
    return command("deny add", person.email or "", Word("in"), person.account)


def digest_of(call: Call, whole: Command, id_: int) -> Command:
    """A digest, with what can be done with it."""
    return command(digest.ONE, str(id_))


def warning_of(call: Call, whole: Command, id_: int) -> Command:
    """A warning, with what can be done with it."""
    return command(warn.ONE, str(id_))


def account_found(call: Call, account: int) -> Command:
    """The report of an account that somebody picked."""
    return command("report", accounts.by_id(call.session, call.workspace, account).name)


def person_found(call: Call, user: int) -> Command:
    """The story of a person whom somebody picked."""
    return command("why", people.by_id(call.session, call.workspace, user).email or "")


def account_synced(call: Call, account: int) -> Command:
    """That an account is synced with its directory."""
    return command("sync", accounts.by_id(call.session, call.workspace, account).name)


FOUND = {FIND_ACCOUNT: account_found, FIND_PERSON: person_found, "sync_account": account_synced}
"""What the pickers of Home open, and what is done from it with an account."""


def billed_at(call: Call, whole: Command, account: int) -> Command:
    """Who was billed at an account, by the statement that is shown."""
    return statement_command.billed_at(call, whole, accounts.by_id(call.session, call.workspace, account).name)


CHOICES = {
    "choose_digest": digest_of,
    "choose_warning": warning_of,
    "choose_billed": billed_at,
    "choose_account": report_of,
    "choose_person": story_of,
    "choose_deny_list": deny_list_of,
    "choose_denied": denial_of,
}
"""What the menus of answers open, by their action: the command for what has the id that was chosen."""


def waiting(call: Call, offer: str) -> Command:
    """The command that an offer of this person holds. Raises MembersOnly, OfferGone."""
    registry.allowed(call, admin=False)
    return load(offers.find(call.session, call.workspace, offer, actor=call.actor, now=call.now()))


def asked(call: Call, meant: Command) -> str:
    """How a command is typed; of a topic, which only buttons open, the question that it answers."""
    if meant.name == faq.TOPIC:
        topic, locale = (word.text for word in meant.words)
        return answers.find(answers.topics(call.session, call.workspace), topic, locale).question
    return f"{call.root} {said([*map(Word, meant.name.split()), *meant.words])}"


def whole(call: Call, offer: str) -> tuple[Command, Answer]:
    """The answer that an offer stands for, anew and without buttons, to be shared or made a file."""
    meant = waiting(call, offer)
    return meant, registry.shown(call, meant)
