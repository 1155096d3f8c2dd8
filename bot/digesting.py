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
from bot.services import digest_content, digest_rows, digests, offers, posts, work, workspaces
from bot.services.digest_content import Content
from bot.services.digest_rows import Digest
from bot.services.posts import UNSURE, Post
from bot.services.work import Due, Task
from bot.services.workspaces import LOCALES, Workspace
from bot.surfaces.people import People
from bot.syncing import as_message
from bot.views.slack import digest as digest_view
from bot.views.slack.answer import USER_ID, Answer
from bot.views.slack.digest import Ways
from bot.views.texts import Texts
from db.models import PostState, from_micros, to_micros
from db.session import begin_writing


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
            present = digest_rows.by_id(session, workspace, digest.id)
            if present and (task.payload or not present.paused):  # or it was removed or paused meanwhile
                offers.put(session, workspace, offered, actor=offers.ANYBODY, now=now)
                told = {texts.locale: as_message(view)}
                posts.keep(session, workspace, key_of(digest, task), digest.channel.id, told, now)
                digest_rows.told(session, digest, now, found.change)
            work.done(session, task, now)
            session.commit()
        return None


def key_of(digest: Digest, task: Task) -> str:
    """The key of a digest's post: one for each time that it is due, or asked for. It ends with the instant and the
    change after which the digest tells what happened, which are known by it when the message is not any more."""
    return f"digest {digest.id} {task.due_at.isoformat()} {to_micros(digest.told_to)} {digest.told_change}"


def told_by(post: Post) -> tuple[int, datetime, int] | None:
    """The id of the digest that a post is of, if it is one, and the instant (UTC) and the change after which that tells
    what happened."""
    kind, *rest = post.key.split(" ")
    if kind != "digest":
        return None
    id_, _, to, change = rest
    return int(id_), from_micros(int(to)), int(change)


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
    told the first time. One that waited while a person named in it was forgotten is made anew."""
    told = told_by(post)
    digest = digest_rows.by_id(session, workspace, told[0]) if told else None
    if told is None or digest is None:
        return
    if not post.messages and post.state == PostState.WAITING:
        digest_rows.untold(session, digest, *told[1:])
        work.hand_over(session, digests.NAME, [Due(workspace.id, str(digest.id), now, digests.ASKED)], now)
        return
    is_news = digest_rows.troubled(session, digest.id, trouble)
    if trouble is None or trouble == UNSURE:
        return
    digest_rows.untold(session, digest, *told[1:])
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
