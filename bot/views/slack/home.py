"""Home: the running bill at a glance, what needs a decision, accounts and people to look for, and the admins' tools.

https://docs.slack.dev/surfaces/app-home
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter

from slackblocks import Block, Button, DividerBlock, HomeTabView, PlainText

from bot.services.attention import Attention, EndingTrial
from bot.services.billing.peaks import Report
from bot.services.first_steps import Steps
from bot.services.workspaces import Workspace
from bot.views import reports
from bot.views.slack import answer, fields, syncs, topic_form
from bot.views.slack.answer import Answer
from bot.views.slack.modal import View
from bot.views.slack.report import chart
from bot.views.texts import Texts, shown

Forms = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Groups of forms: the message on each, then the names of its forms with the messages on what opens them."""
NAME = "home"
MOST_OF_A_KIND = 5
"""So many held syncs, trials and stale syncs are told of one by one."""
LARGEST = 5
PICKERS = "search"
DONE, OPEN = "✓", "○"


def home(
    texts: Texts,
    report: Report,
    found: Attention,
    now: datetime,
    forms: Forms,
    *,
    native: Collection[str],
    pickers: str,
    admin: bool,
    syncs: bool,
) -> View:
    """Home of somebody of the team; `pickers` is the id of the block in which accounts and people are looked for,
    `admin` says that they may decide and change, `syncs` that there is something to sync."""
    blocks = [
        answer.header("title", shown(report.workspace.name)),
        answer.section("figures", figures(texts, report, now)),
    ]
    if "data_visualization" in native and report.daily:
        blocks.append(chart(texts, report, None))
    blocks += [
        answer.header("decide", texts.say("What needs a decision")),
        *decisions(texts, found, report.workspace, admin=admin),
        answer.header("look", texts.say("Accounts and people")),
        answer.buttons(pickers, [fields.account_picker(texts), fields.person_picker(texts)]),
        answer.section("largest", largest(texts, report)),
        answer.buttons("menu", tools(texts, admin=admin, syncs=syncs)),
        *changing(texts, forms),
    ]
    return view(blocks)


def figures(texts: Texts, report: Report, now: datetime) -> list[str]:
    """The peak, what is counted now, and how long the period goes on."""
    calendar, period = report.workspace.calendar, report.period
    at = report.peak_at and reports.moment(texts, report.workspace, report.peak_at)
    reached = (
        texts.say("Peak so far: {peak}, first reached on {at}.", peak=report.peak, at=at)
        if at
        else texts.plural("Peak so far: {n} user.", "Peak so far: {n} users.", report.peak)
    )
    return [
        reached,
        texts.plural("Now {n} user is counted.", "Now {n} users are counted.", report.current),
        texts.plural(
            "Billing period {first} to {last} ({zone}): {n} day left, today included.",
            "Billing period {first} to {last} ({zone}): {n} days left, today included.",
            (period.end_day - calendar.day_of(now)).days,
            first=period.first_day,
            last=period.last_day,
            zone=calendar.zone.key,
        ),
    ]


def decisions(texts: Texts, found: Attention, workspace: Workspace, *, admin: bool) -> list[Block]:
    """What waits for somebody, the most urgent first. What the bill depends on is told in its time zone."""
    blocks: list[Block] = []
    for held in found.held[:MOST_OF_A_KIND]:
        blocks += syncs.held(texts, held, admin=admin)
    for number, trial in enumerate(found.trials[:MOST_OF_A_KIND]):
        change = answer.button("form_status", texts.say("Change its status"), f"status {trial.id}") if admin else None
        blocks.append(answer.section(f"trial_{number}", [ending(texts, trial, workspace)], change))
    for number, late in enumerate(found.stale[:MOST_OF_A_KIND]):
        sync = answer.button("sync_account", texts.say("Sync now"), str(late.id)) if admin else None
        blocks.append(answer.section(f"stale_{number}", [syncs.stale(texts, late)], sync))
    more = sum(max(0, len(some) - MOST_OF_A_KIND) for some in (found.held, found.trials, found.stale))
    if more:
        blocks.append(answer.section("attention", [texts.plural("and {n} more", "and {n} more", more)]))
    if found.repeated:
        told = texts.plural(
            "{n} person is counted in more than one account.",
            "{n} people are counted in more than one account.",
            len(found.repeated),
        )
        blocks.append(answer.section("repeated", [told], plain_button("menu_repeated", texts.say("Look at them"))))
    if found.suggestions:
        told = texts.plural(
            "{n} person may be counted by mistake.", "{n} people may be counted by mistake.", len(found.suggestions)
        )
        look = plain_button("menu_suggestions", texts.say("Look at them"))
        blocks.append(answer.section("suggestions", [told], look))
    return blocks or [answer.section("attention", [texts.say("Nothing waits for you.")])]


def ending(texts: Texts, trial: EndingTrial, workspace: Workspace) -> str:
    """A trial that converts, or ends, soon."""
    account, at = shown(trial.account), reports.moment(texts, workspace, trial.at)
    if trial.planned:
        return texts.plural(
            "{account} is billed from {at} on: {n} user will be counted.",
            "{account} is billed from {at} on: {n} users will be counted.",
            trial.active,
            account=account,
            at=at,
        )
    return texts.plural(
        "The trial of {account} ends on {at}: {n} active user.",
        "The trial of {account} ends on {at}: {n} active users.",
        trial.active,
        account=account,
        at=at,
    )


def largest(texts: Texts, report: Report) -> list[str]:
    """The accounts with the highest peaks."""
    order = sorted(report.accounts, key=attrgetter("peak", "active"), reverse=True)
    lines = [
        texts.say("{account}: {current}, peak {peak}", account=shown(one.name), current=one.current, peak=one.peak)
        for one in order[:LARGEST]
    ]
    if (more := len(order) - len(lines)) > 0:
        lines.append(texts.plural("and {n} more", "and {n} more", more))
    return lines or [reports.nothing(texts, report)]


def tools(texts: Texts, *, admin: bool, syncs: bool) -> list[Button]:
    """What everybody may look at; syncs and the log are the admins'."""
    buttons = [
        plain_button("menu_report", texts.say("Report"), primary=True),
        plain_button("menu_statement", texts.say("Statement")),
        plain_button("menu_accounts", texts.say("Accounts")),
        plain_button("menu_deny_lists", texts.say("Deny lists")),
        plain_button("menu_topics", texts.say("FAQ topics")),
        plain_button("menu_digests", texts.say("Digests")),
        plain_button("menu_warnings", texts.say("Warnings")),
    ]
    if admin and syncs:
        buttons.append(plain_button("menu_sync", texts.say("Sync")))
    if admin:
        buttons.append(plain_button("menu_log", texts.say("Log")))
    return [*buttons, plain_button("menu_help", texts.say("Help"))]


def changing(texts: Texts, forms: Forms) -> list[Block]:
    """The forms, a button each in a row for each group, which is named where there are several."""
    if not forms:
        return []
    blocks: list[Block] = [DividerBlock(block_id="line"), answer.header("change", texts.say("Tools"))]
    for number, (title, group) in enumerate(forms):
        if len(forms) > 1:
            blocks.append(answer.marked(f"group_{number}", f"*{texts.say(title)}*"))
        buttons = [answer.button(f"form_{name}", texts.say(label), name) for name, label in group]
        blocks.append(answer.buttons(f"forms_{number}", buttons))
    return blocks


def fresh(texts: Texts, workspace: Workspace, steps: Steps, forms: Forms, *, admin: bool) -> View:
    """Home as long as there is nothing to count: an admin is led, step by step; beside that is what needs no count."""
    name = shown(workspace.name)
    if not admin:
        told = texts.say("There is nothing to count yet. An admin sets Seatbot up; then the bill is here.")
        return view([answer.header("title", name), answer.section("told", [told])])
    labels = dict(form for _, group in forms for form in group)
    blocks: list[Block] = [
        answer.header("title", texts.say("Set up {name}", name=name)),
        answer.section("told", [texts.say("Four steps, and you know what usecure will bill you.")]),
    ]
    for number, (is_done, told, names) in enumerate(led(texts, steps), 1):
        mark = DONE if is_done else OPEN
        blocks.append(answer.section(f"step_{number}", [f"{mark} {number}. {told}"]))
        if buttons := [answer.button(f"form_{name}", texts.say(labels[name]), name) for name in names]:
            blocks.append(answer.buttons(f"do_{number}", buttons))
    rest = [
        answer.button(topic_form.NEW, texts.say(labels[topic_form.NAME]), topic_form.NAME),
        plain_button("menu_admins", texts.say("Admins of Seatbot")),
        plain_button("menu_help", texts.say("Help")),
    ]
    return view([*blocks, DividerBlock(block_id="line"), answer.buttons("menu", rest)])


def led(texts: Texts, steps: Steps) -> list[tuple[bool, str, tuple[str, ...]]]:
    """Each step: whether it is done, what it says, and the forms that it is done with."""
    terms = steps.terms
    settled = texts.say(
        "Name, billing day, time zone: {name}, day {day} of the month, {zone}.",
        name=shown(terms.name),
        day=terms.billing_day,
        zone=terms.timezone,
    )
    right = "" if steps.settled else texts.say("Are they right?")
    accounts = (
        texts.plural("Your clients: {n} account.", "Your clients: {n} accounts.", steps.accounts)
        if steps.accounts
        else texts.say("Your clients: add them, or import a CSV file.")
    )
    people = texts.say("Their people: import a CSV file, or connect a client’s directory.")
    connected = texts.say("A directory is connected: its first sync brings them.") if steps.connected else ""
    return [
        (steps.settled, f"{settled} {right}".strip(), ("settings",)),
        (steps.accounts > 0, accounts, ("account", "import-accounts")),
        (
            steps.people,
            f"{people} {connected}".strip(),
            ("import-users", "connect-m365", "connect-google") if steps.accounts else (),
        ),
        (False, texts.say("The first report: it is here as soon as there are clients and people."), ()),
    ]


def refused(told: Answer) -> View:
    """Home of somebody who is told nothing."""
    return {"type": "home", "callback_id": NAME, "blocks": told.blocks}


def plain_button(action: str, label: str, *, primary: bool = False) -> Button:
    """A button that says by its action alone what it opens."""
    return Button(PlainText(label), action_id=action, style="primary" if primary else None)


def view(blocks: Sequence[Block]) -> View:
    """Home of these blocks."""
    return dict(HomeTabView(list(blocks), callback_id=NAME)._resolve())
