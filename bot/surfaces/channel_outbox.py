"""The outbox for channels: sends what is kept for one in order, about one a second, each once.

One piece of work at a time is at a channel. It goes on as long as something is kept for it, and another one ends at
once where an older one waits, so that many posts make no more work than they are. A post whose answer was lost is
looked for; where Slack does not let Seatbot look, it is posted once more and says that it may be there twice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.jobs import Again
from bot.services import posts, workspaces
from bot.services.posts import SILENT, UNSURE, Post
from bot.services.work import Task
from bot.services.workspaces import Workspace
from bot.surfaces import messages, native
from bot.surfaces.messages import Delivery, Sent
from bot.surfaces.outbox import CLOCKS, PATIENCE, as_answer, mark
from bot.views.slack import more
from bot.views.slack.answer import Answer
from bot.views.texts import Texts
from db.models import PostState
from db.session import begin_writing

BETWEEN = timedelta(seconds=1)
"""Slack takes about one message a second for each channel (slack/limits.md)."""
PAUSE = timedelta(seconds=5)
"""After an answer that was lost, or that says nothing of when to come back."""

Ended = Callable[[Session, Workspace, Post, str | None, datetime], None]
"""Told of a post that is over, within the transaction in which that is kept, and why it did not arrive, if so."""

log = structlog.get_logger(__name__)


def nobody_waits(session: Session, workspace: Workspace, post: Post, trouble: str | None, now: datetime) -> None:
    """Nobody has to be told."""


class ChannelOutbox:
    """Sends posts in channels; `ended` is told what became of each."""

    def __init__(self, client: WebClient, ended: Ended = nobody_waits) -> None:
        self._client, self._ended = client, ended

    def send(self, engine: Engine, task: Task, clock: Clock) -> Again | None:
        """The work `channel`."""
        with Session(engine) as session:
            workspace = workspaces.by_id(session, task.workspace)
            post = None if posts.is_waited_for(session, task) else posts.next_in(session, workspace, task.subject)
            session.rollback()
            if post is None:
                return None
            return Again(clock() + self._send(session, workspace, post, clock))

    def _send(self, session: Session, workspace: Workspace, post: Post, clock: Clock) -> timedelta:
        """Send a post, or find out whether it arrived; gives how long the channel is left alone then."""
        if not post.messages:  # somebody named in it was forgotten
            return self._over(session, workspace, post, UNSURE, clock)
        if clock() - post.at > PATIENCE:
            log.error("a post is given up", post=post.id)
            return self._over(session, workspace, post, SILENT, clock)
        may_repeat = False
        if post.state == PostState.SENDING:
            since = str((post.at - CLOCKS).timestamp())
            try:
                is_there = messages.look(self._client, post.recipient, post.key, since=since)
            except SlackApiError as error:
                if messages.passes(error):
                    return max(timedelta(seconds=messages.wait_of(error)), PAUSE)
                is_there, may_repeat = False, True  # Slack will not tell: rather twice, and said so, than not at all
            except (SlackClientError, OSError):
                return PAUSE
            if is_there:
                return self._over(session, workspace, post, None, clock)
        else:
            mark(session, post, PostState.SENDING)
        [(locale, message)] = post.messages.items()
        answer = as_answer(message)
        if may_repeat:
            answer = more.may_repeat(Texts(locale, workspace.calendar.zone), answer)
        done = self._deliver(post, answer)
        if done.sent == Sent.UNKNOWN:
            return self._over(session, workspace, post, UNSURE, clock) if may_repeat else PAUSE
        if done.sent == Sent.LATER:
            if not may_repeat:
                mark(session, post, PostState.WAITING)
            return max(done.wait, BETWEEN) if done.wait else PAUSE
        return self._over(session, workspace, post, done.error, clock)

    def _deliver(self, post: Post, answer: Answer) -> Delivery:
        """Post it; without the newer blocks, where Slack takes those no more: all figures are in the others."""
        done = messages.deliver(self._client, post.recipient, answer, post.key)
        if done.error != "invalid_blocks":
            return done
        older: list[dict[str, Any]] = [block for block in answer.blocks if block["type"] not in native.SAMPLES]
        if len(older) == len(answer.blocks):
            return done
        return messages.deliver(self._client, post.recipient, replace(answer, blocks=older), post.key)

    def _over(self, session: Session, workspace: Workspace, post: Post, trouble: str | None, clock: Clock) -> timedelta:
        begin_writing(session)
        posts.mark(session, post, PostState.MAYBE if trouble else PostState.SENT)
        self._ended(session, workspace, post, trouble, clock())
        session.commit()
        return BETWEEN
