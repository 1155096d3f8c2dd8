"""The work `digest`: what a digest tells is kept to be posted, in the transaction in which it is told.
Whoever added a digest is told, once, that it does not arrive."""

import secrets
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.commands.command import command, dump
from bot.commands.words import Word
from bot.jobs import Again
from bot.services import digest_content, digest_rows, offers, posts, work, workspaces
from bot.services.digest_content import Content
from bot.services.digest_rows import Digest
from bot.services.posts import Post
from bot.services.work import Task
from bot.services.workspaces import LOCALES, Workspace
from bot.surfaces.channel_outbox import UNSURE
from bot.surfaces.people import People
from bot.syncing import as_message
from bot.views.slack import digest as digest_view
from bot.views.slack.answer import USER_ID, Answer
from bot.views.slack.digest import Ways
from bot.views.texts import Texts
from db.models import from_micros, to_micros
from db.session import begin_writing

SINCE = "since"
"""Beside a kept digest: the instant and the change after which it tells what happened."""


class Digesting:
    """Does the work. `people` names those who changed something."""

    def __init__(self, people: People) -> None:
        self._people = people

    def do(self, engine: Engine, task: Task, clock: Clock) -> Again | None:
        """The work `digest`; what has a payload was asked for, and is posted while the digest is paused too."""
        with Session(engine, expire_on_commit=False) as session:
            workspace = workspaces.by_id(session, task.workspace)
            digest = digest_rows.by_id(session, workspace, int(task.subject))
            now = clock()
            if digest is None or (digest.paused and not task.payload):
                return None
            found = digest_content.content(session, workspace, digest, now)
            session.rollback()
            offered, ways = behind(found)
            texts = texts_of(digest, digest.locale or workspace.locale)
            who = self._people.for_one_request().names(workspace.slack_team or "")
            view = digest_view.posted(texts, found, ways, native=workspace.native, who=who)
            begin_writing(session)
            if digest_rows.by_id(session, workspace, digest.id):  # or it was removed meanwhile
                offers.put(session, workspace, offered, actor=offers.ANYBODY, now=now)
                told = {**as_message(view), SINCE: [to_micros(digest.told_to), digest.told_change]}
                posts.keep(session, workspace, key_of(digest, task), digest.channel.id, {texts.locale: told}, now)
                digest_rows.told(session, digest, now, found.change)
            work.done(session, task, now)
            session.commit()
        return None


def key_of(digest: Digest, task: Task) -> str:
    """The key of a digest's post: one for each time that it is due, or asked for."""
    return f"digest {digest.id} {task.due_at.isoformat()}"


def digest_of(post: Post) -> int | None:
    """The id of the digest that a post is of, if it is one."""
    kind, _, rest = post.key.partition(" ")
    return int(rest.partition(" ")[0]) if kind == "digest" else None


def behind(found: Content) -> tuple[dict[str, str], Ways]:
    """What the buttons of a digest stand for, by the ids that they have."""
    offered: dict[str, str] = {}

    def offer(name: str, *words: str | Word) -> str:
        id_ = secrets.token_hex(16)
        offered[id_] = dump(command(name, *words))
        return id_

    account, attention = found.report.account, found.attention
    period = Word(found.report.period.first_day.isoformat() if found.report.closed else "current")
    return offered, Ways(
        report=offer("report", *([account.name] if account else []), period),
        suggestions=offer("suggestions", *([account.name] if account else [])) if attention.suggestions else None,
        repeated=offer("repeated", found.at.isoformat()) if attention.repeated else None,
        syncs=offer("sync waiting", *(one.name for one in found.digest.accounts or ()))
        if attention.held or attention.stale
        else None,
    )


def posted(session: Session, workspace: Workspace, post: Post, trouble: str | None, now: datetime) -> None:
    """A post of a digest is over. Of one that did not arrive, the next one tells all; and whoever added the digest is
    told the first time."""
    id_ = digest_of(post)
    digest = digest_rows.by_id(session, workspace, id_) if id_ is not None else None
    if digest is None:
        return
    is_news = digest_rows.troubled(session, digest.id, trouble)
    if trouble is None or trouble == UNSURE:
        return
    for message in post.messages.values():
        told_to, told_change = message[SINCE]
        digest_rows.untold(session, digest, from_micros(told_to), told_change)
    if is_news:
        views = {locale: digest_view.undelivered(texts_of(digest, locale), digest, trouble) for locale in LOCALES}
        tell(session, workspace, digest, f"undelivered {post.key}", views, now)


def given_up(session: Session, task: Task, id_: str, now: datetime) -> None:
    """A digest could not be made. The log has why under the id."""
    workspace = workspaces.by_id(session, task.workspace)
    digest = digest_rows.by_id(session, workspace, int(task.subject))
    if digest is not None:
        views = {locale: digest_view.given_up(texts_of(digest, locale), digest, id_) for locale in LOCALES}
        tell(session, workspace, digest, f"undone {key_of(digest, task)}", views, now)


def texts_of(digest: Digest, locale: str) -> Texts:
    return Texts(locale, digest.rhythm.zone)


def tell(
    session: Session, workspace: Workspace, digest: Digest, key: str, views: dict[str, Answer], now: datetime
) -> None:
    """Keep a message for whoever added a digest or, where that was nobody in Slack, for the admins."""
    recipient = digest.creator if USER_ID.fullmatch(digest.creator) else posts.ADMINS
    told = {locale: as_message(view) for locale, view in views.items()}
    posts.keep(session, workspace, key, recipient, told, now)
