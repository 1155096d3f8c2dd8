"""The work `warnings`: a workspace is looked at, and what its warnings tell is kept to be sent, with what makes it up
and the end of the work in one transaction."""

import secrets
from datetime import datetime
from functools import partial
from itertools import groupby

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.commands import warn
from bot.commands.command import Command, command, dump
from bot.commands.words import Word
from bot.services import offers, posts, work, workspaces
from bot.services.billing import ledger
from bot.services.errors import UnknownWarning
from bot.services.posts import UNSURE, Post
from bot.services.warnings import lines, watch
from bot.services.warnings.watch import Jumped, Peaked, PeriodEnds, Reactivated, SyncsChanged, Warned
from bot.services.work import Task
from bot.services.workspaces import LOCALES, Workspace
from bot.views.slack import warnings as warning_view
from bot.views.slack.answer import USER_ID
from bot.views.slack.warnings import MOST_ACCOUNTS
from bot.views.texts import Texts


def warn_all(engine: Engine, task: Task, clock: Clock, *, root: str) -> None:
    """Look at the warnings of a workspace; `root` is the slash command's name."""
    with Session(engine, expire_on_commit=False) as session:
        workspace = workspaces.by_id(session, task.workspace)
        session.rollback()
        with ledger.locked(session, workspace) as last:
            now = clock()
            for told in watch.look(session, workspace, last, now):
                tell(session, workspace, told, root, now)
            work.done(session, task, now)


def tell(session: Session, workspace: Workspace, told: Warned, root: str, now: datetime) -> None:
    """Keep what a warning tells to be sent: to a channel in the workspace's language, to a person in theirs."""
    ids = {name: (secrets.token_hex(16), meant) for name, meant in commands_of(told).items()}
    if ids:
        offered = {id_: dump(meant) for id_, meant in ids.values()}
        offers.put(session, workspace, offered, actor=offers.ANYBODY, now=now)
    view = partial(warning_view.warned, root=root, told=told, offers={name: id_ for name, (id_, _) in ids.items()})
    to = told.warning.recipient
    messages = {}
    for locale in LOCALES if to.is_person else (workspace.locale,):
        answer = view(Texts(locale, workspace.calendar.zone))
        messages[locale] = {"text": answer.text, "blocks": answer.blocks}
    posts.keep(session, workspace, told.key, to.id, messages, now)


def posted(session: Session, workspace: Workspace, post: Post, trouble: str | None, now: datetime) -> None:
    """A post in a channel is over. Of a warning that did not arrive, whoever added it is told or, where that was nobody
    in Slack, the admins: once, until one of it has arrived."""
    kind, _, rest = post.key.partition(" ")
    if kind != "warning" or trouble in (None, UNSURE):
        return
    id_ = int(rest.partition(" ")[0])
    try:
        line = lines.standing(session, workspace, id_)
    except UnknownWarning:  # it was removed since
        return
    if posts.since_sent(session, workspace, f"warning {id_} ", f"undelivered warning {id_} "):
        return
    messages = {}
    for locale in LOCALES:
        answer = warning_view.undelivered(Texts(locale, workspace.calendar.zone), line, trouble)
        messages[locale] = {"text": answer.text, "blocks": answer.blocks}
    recipient = line.added_by if USER_ID.fullmatch(line.added_by) else posts.ADMINS
    posts.keep(session, workspace, f"undelivered {post.key}", recipient, messages, now)


def commands_of(told: Warned) -> dict[str, Command]:
    """What the buttons of a warning stand for, by the names that its view knows."""
    what = told.what
    if isinstance(what, Jumped | Peaked):
        rise = what.rise if isinstance(what, Jumped) else what.peak
        people = {"raised": warn.raising(rise.since, rise.at, what.accounts)} if what.raised.people else {}
        return people | {"report": report(told)}
    if isinstance(what, PeriodEnds):
        found = {"report": Command("report"), **({"suggestions": Command("suggestions")} if what.people else {})}
        groups = [(name, [one.email for one in some]) for name, some in groupby(what.people, lambda one: one.account)]
        for number, (name, emails) in enumerate(groups[:MOST_ACCOUNTS]):
            found[f"deactivate {number}"] = command("deactivate", *emails, Word("in"), name)
            found[f"deny {number}"] = command("deny add", *emails, Word("in"), name)
        return found
    if isinstance(what, SyncsChanged):
        bad = [state.account for state, trouble in what.states if trouble is not None][:MOST_ACCOUNTS]
        return {f"preview {number}": command("sync", name, Word("preview")) for number, name in enumerate(bad)}
    if isinstance(what, Reactivated):
        back = [(one.account, one.email) for one in what.people if one.email]
        by_account = [(name, [email for _, email in some]) for name, some in groupby(back, lambda one: one[0])]
        return {
            f"deny {number}": command("deny add", *emails, Word("in"), name)
            for number, (name, emails) in enumerate(by_account[:MOST_ACCOUNTS])
        }
    return {"report": report(told)}


def report(told: Warned) -> Command:
    """The report of the accounts that a warning is about, of one or of all."""
    return command("report", *told.warning.accounts) if len(told.warning.accounts) == 1 else Command("report")
