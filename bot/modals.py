"""Forms and answers in modals: opened, read when they come back, carried out like typed commands, told in their place.

An answer in an acknowledgement is the one that cannot get lost: Slack shows that it failed, and asked again, it is the
same (docs/decisions/0016-forms-are-commands.md).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.asked import Asked
from bot.commands import registry
from bot.commands.call import Call
from bot.commands.command import Command
from bot.commands.forms.form import BadFields, Filled, Form
from bot.commands.forms.registry import BY_NAME
from bot.services import requests
from bot.services.errors import (
    N_,
    AdminsOnly,
    Faults,
    MembersOnly,
    NeedsCorrect,
    NoPrice,
    NothingToSet,
    OfferGone,
    OwnersOnly,
    Refusal,
    ResaleInOtherCurrency,
    RoleUnknown,
    TeamUnbound,
)
from bot.surfaces.messages import Sent
from bot.views.slack import modal
from bot.views.slack import refusal as refusal_view
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View
from bot.views.texts import Texts, shown

MOST_FAULTS = 5
"""So many bad lines of a file are told at its field."""
LONGEST_FAULT = 1000
OF_THE_PERSON = (AdminsOnly, MembersOnly, OwnersOnly, RoleUnknown, TeamUnbound, OfferGone)
"""What no other input would change."""
IN_FORMS: dict[type[Refusal], str] = refusal_view.IN_SLACK | {
    NeedsCorrect: N_(
        "Another billing day or time zone changes the figures of past periods too. If the old one was wrong, tick this "
        "to compute them anew."
    ),
    NothingToSet: N_("Say a price, or what a user brings you."),
    NoPrice: N_("There is no price yet. Say what a user costs you first."),
    ResaleInOtherCurrency: N_(
        "What users bring you is kept in {currency}. Take that away first, with “none”, also for single accounts."
    ),
}
"""What refusals say that would name options of the command line, in the words of a form."""

Acknowledgement = dict[str, Any]


def opened(call: Call, value: str, show: Callable[[View], Sent]) -> Answer | None:
    """Open the form that a button names, with what it is to be opened for behind the name; once a request. An answer
    where Slack did not open it. Raises OfferGone for a form that there is not, and as `registry.allowed`."""
    name, _, about = value.strip().partition(" ")
    form = BY_NAME.get(name)
    if form is None:
        raise OfferGone()
    registry.allowed(call.doing(Command(name)), admin=form.admin)
    if not requests.claim(call.session, call.workspace, f"form {call.request}", call.now()):
        return None
    return modal.too_late(call.reader) if show(form.show(call, about)) == Sent.REFUSED else None


def request_of(view: Mapping[str, Any]) -> str:
    """The key of a submission: the same for whoever presses twice, another one where something else was filled in."""
    filled = json.dumps(view["state"]["values"], sort_keys=True)
    return f"form {view['id']} {hashlib.sha256(filled.encode()).hexdigest()[:16]}"


def submitted(asked: Asked, view: Mapping[str, Any]) -> tuple[Acknowledgement, Answer | None]:
    """Carry out what was filled in: what Slack is answered, and the answer that it shows where it was done. A fault is
    shown at its field, and what was typed stays."""
    form, reader = BY_NAME[view["callback_id"]], asked.reader
    filled = Filled(view["state"]["values"], view.get("private_metadata") or "")
    fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    try:
        told = carried_out(asked, form, filled)
    except BadFields as bad:
        return errors({at: said(reader, asked.root, fault) for at, fault in bad.faults.items()}), None
    except OF_THE_PERSON as refusal:
        return update(modal.instead(reader, refusal_view.refused(reader, refusal, asked.root))), None
    except Refusal as refusal:
        at = form.place(refusal)
        return errors({at if at in fields else form.at: said(reader, asked.root, refusal)}), None
    return update(modal.of_answer(reader, told, view["title"]["text"])), told


def carried_out(asked: Asked, form: Form, filled: Filled) -> Answer:
    """What the command comes to that somebody filled in. Raises BadFields and as `registry.run`."""
    if asked.call is None:
        raise TeamUnbound(team=asked.team)
    call = replace(asked.call, native=modal.NATIVE)
    registry.allowed(call.doing(Command(form.name)), admin=form.admin)
    return registry.run(call, form.meant(call, filled))


def failed(view: Mapping[str, Any], answer: Answer) -> Acknowledgement:
    """What Slack is answered where nothing came of a form: it stands at its first field, and what was typed stays."""
    first = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
    return errors({first: answer.text})


def said(texts: Texts, root: str, refusal: Refusal) -> str:
    """A refusal as it stands under a field."""
    if not isinstance(refusal, Faults):
        return shown(texts.refusal(refusal, IN_FORMS, root=root), LONGEST_FAULT)
    lines = [texts.refusal(fault, IN_FORMS, root=root) for fault in refusal.faults[:MOST_FAULTS]]
    if (more := len(refusal.faults) - len(lines)) > 0:
        lines.append(texts.plural("and {n} more", "and {n} more", more))
    return shown("\n".join(lines), LONGEST_FAULT)


def errors(told: Mapping[str, str]) -> Acknowledgement:
    return {"response_action": "errors", "errors": dict(told)}


def update(view: View) -> Acknowledgement:
    return {"response_action": "update", "view": view}
