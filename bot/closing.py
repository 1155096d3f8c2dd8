"""The works `close`, which freezes periods that are over, and `statement`, which tells what a change has revised."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.commands import statement as statement_command
from bot.commands.command import dump
from bot.jobs import Again
from bot.services import closings, offers, posts, work, workspaces
from bot.services.billing import statements
from bot.services.posts import UNSURE, Post
from bot.services.work import Task
from bot.services.workspaces import LOCALES, Workspace
from bot.views.slack import statements as statement_view
from bot.views.texts import Texts
from db.session import begin_writing

NEWS = timedelta(days=1)
"""Revisions that are older are told to nobody any more, as where there was no Slack until now."""
TOLD = "statement"
"""What the keys of posts about revisions begin with."""


def close(engine: Engine, task: Task, clock: Clock) -> Again | None:
    """Close the periods of a workspace that are over, some at a time."""
    with Session(engine) as session:
        workspace = workspaces.by_id(session, task.workspace)
        return Again(clock()) if closings.close(session, workspace, clock) else None


def tell(engine: Engine, task: Task, clock: Clock) -> None:
    """Keep a message to each recipient about the revisions that a change brought, and end the work with it. A channel
    reads the workspace's language."""
    now = clock()
    if now - task.due_at > NEWS:
        return
    with Session(engine) as session:
        workspace = workspaces.by_id(session, task.workspace)
        revised = statements.by_change(session, workspace, int(task.subject), task.due_at)
        begin_writing(session)
        opens = [secrets.token_hex(16) for _ in revised[: statement_view.MOST_TOLD]]
        meant = {id_: dump(statement_command.leading_to(one)) for id_, one in zip(opens, revised, strict=False)}
        offers.put(session, workspace, meant, actor=offers.ANYBODY, now=now)
        told = {}
        for locale in LOCALES:
            answer = statement_view.revised(Texts(locale, workspace.calendar.zone), revised, opens)
            told[locale] = {"text": answer.text, "blocks": answer.blocks}
        for recipient in statements.recipients(session, workspace):
            is_channel = posts.CHANNEL.fullmatch(recipient)
            messages = {workspace.locale: told[workspace.locale]} if is_channel else told
            posts.keep(session, workspace, f"{TOLD} {task.id} {recipient}", recipient, messages, now)
        work.done(session, task, now)
        session.commit()


def posted(session: Session, workspace: Workspace, post: Post, trouble: str | None, now: datetime) -> None:
    """A post in a channel is over. Revisions that did not arrive are told to the admins instead, once however many
    channels they were meant for."""
    kind, _, rest = post.key.partition(" ")
    if kind == TOLD and post.messages and trouble not in (None, UNSURE):
        key = f"{TOLD} {rest.partition(' ')[0]} {posts.ADMINS}"
        posts.keep(session, workspace, key, posts.ADMINS, post.messages, now)
