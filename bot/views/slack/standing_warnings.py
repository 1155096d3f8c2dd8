"""The warnings that stand, in Slack: the list of them, and one with what can be done with it."""

from collections.abc import Collection, Mapping, Sequence

from slackblocks import Block

from bot.services.warnings.lines import WarningLine
from bot.services.workspaces import Workspace
from bot.views import warnings
from bot.views.slack import answer, warning_form
from bot.views.slack.answer import Answer
from bot.views.slack.lists import listing, on_page
from bot.views.texts import Texts
from bot.views.words import WARNINGS


def listed(
    texts: Texts,
    workspace: Workspace,
    lines: Sequence[WarningLine],
    *,
    native: Collection[str],
    page: int,
    here: str,
    admin: bool,
) -> Answer:
    """The warnings that stand; where there are none, which there could be. `here` stands for the answer itself, from
    which an admin opens each, and adds one."""
    title = texts.plural("{n} warning", "{n} warnings", len(lines))
    said = (
        []
        if lines
        else [texts.say("Nobody is warned of anything yet. There are these warnings:"), *warnings.explained(texts)]
    )
    more = answer.zone_note(texts, workspace.calendar.zone) if any(line.muted_until for line in lines) else []
    if admin:
        choices = [
            (f"{line.id} · {texts.say(WARNINGS[line.kind])} → {line.recipient.name}", line.id)
            for line in on_page(lines, page)
        ]
        add = answer.button("form_warning", texts.say("Add a warning"), warning_form.NAME)
        menu = answer.menu("choose_warning", texts.say("Open a warning"), here, choices)
        more.append(answer.buttons("warnings", [add, *menu]))
    return listing(texts, title, said, warnings.table(texts, lines), more, native=native, page=page)


def one(texts: Texts, workspace: Workspace, line: WarningLine, *, mute: Mapping[int, str], remove: str) -> Answer:
    """A warning, with what can be done with it. `mute` holds what its buttons stand for by the days."""
    title = texts.say("Warning {id}", id=str(line.id))
    said = warnings.details(texts, line)
    buttons = [
        answer.button(f"pick_mute_{days}", texts.plural("Mute for {n} day", "Mute for {n} days", days), offer)
        for days, offer in mute.items()
    ]
    buttons.append(answer.button("pick_remove", texts.say("Remove"), remove, "danger"))
    note = answer.zone_note(texts, workspace.calendar.zone) if line.muted_until else []
    blocks: list[Block] = [
        answer.header("title", title),
        answer.section("warning", said),
        *note,
        answer.buttons("next", buttons),
    ]
    return answer.answer([title, *said], blocks)
