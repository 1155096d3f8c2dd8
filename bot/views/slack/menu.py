"""The menu: the running bill at a glance, and a button for what is asked most."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import Block, PlainText, StaticSelectMenu

from bot.services.billing.peaks import Bill
from bot.services.workspaces import Workspace
from bot.views.slack import answer, fields
from bot.views.slack.answer import Answer
from bot.views.texts import Texts, shown


def menu(
    texts: Texts,
    workspace: Workspace,
    bill: Bill,
    now: datetime,
    *,
    root: str,
    here: str,
    admin: bool,
    syncs: bool,
    forms: Sequence[tuple[str, str]] = (),
) -> Answer:
    """The menu. `here` stands for it, so that what its buttons open leads back to it; `admin` says that its reader sees
    the log, `syncs` that there is something to sync, and its reader may. `forms` are the names of forms with the
    messages on what opens them."""
    calendar = workspace.calendar
    period = calendar.holding(now)
    said = [
        texts.plural("Peak so far: {n} user.", "Peak so far: {n} users.", bill.peak),
        texts.plural("Now {n} user is counted.", "Now {n} users are counted.", bill.current),
        texts.plural(
            "Billing period {first} to {last} ({zone}): {n} day left, today included.",
            "Billing period {first} to {last} ({zone}): {n} days left, today included.",
            (period.end_day - calendar.day_of(now)).days,
            first=period.first_day,
            last=period.last_day,
            zone=calendar.zone.key,
        ),
    ]
    elements = [
        answer.button("menu_report", texts.say("Report"), here, "primary"),
        answer.button("menu_statement", texts.say("Statement"), here),
        answer.button("menu_accounts", texts.say("Accounts"), here),
        answer.button("menu_deny_lists", texts.say("Deny lists"), here),
    ]
    elements.append(answer.button("menu_digests", texts.say("Digests"), here))
    elements.append(answer.button("menu_warnings", texts.say("Warnings"), here))
    if syncs:
        elements.append(answer.button("menu_sync", texts.say("Sync"), here))
    if admin:
        elements.append(answer.button("menu_log", texts.say("Log"), here))
    elements.append(answer.button("menu_help", texts.say("Help"), here))
    title = shown(workspace.name)
    hint = texts.say("Or type it: {root} help shows how.", root=root)
    blocks: list[Block] = [
        answer.header("title", title),
        answer.section("figures", said),
        answer.buttons("menu", elements),
    ]
    if forms:
        options = [fields.option(name, texts.say(label)) for name, label in forms]
        choose = StaticSelectMenu("form_menu", options, placeholder=PlainText(texts.say("Open a form")))
        blocks.append(answer.buttons("forms", [choose]))
    blocks.append(answer.context("hint", hint))
    return answer.answer([title, *said, hint], blocks)
