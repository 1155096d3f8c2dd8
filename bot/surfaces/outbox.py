"""The outbox: sends the messages that were kept with what they tell of, each once.

A post whose answer was lost, or whose sender was cut off, is looked for in Slack before it is sent again; where Slack
does not tell, it is not.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from slack_bolt import Respond
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.jobs import Again
from bot.services import access, posts, sealed, work, workspaces
from bot.services.errors import Refusal
from bot.services.posts import ADMINS, Message, Post
from bot.services.work import Task
from bot.services.workspaces import Workspace
from bot.surfaces import messages
from bot.surfaces.messages import Sent
from bot.surfaces.people import People, TeamRoles
from bot.views.slack.answer import Answer
from db.models import PostState
from db.session import begin_writing

PAUSE = timedelta(minutes=1)
PATIENCE = timedelta(days=1)
"""So long it is tried; news of the day before are none."""
CLOCKS = timedelta(minutes=10)
"""Slack's clock and ours differ by less."""

log = structlog.get_logger(__name__)


class Outbox:
    """Sends posts. `listed` are the admins of the settings, `keys` those that seal secrets."""

    def __init__(self, client: WebClient, people: People, listed: Sequence[str], keys: str | None) -> None:
        self._client, self._people, self._listed, self._keys = client, people, listed, keys

    def send(self, engine: Engine, task: Task, clock: Clock) -> Again | None:
        """The work `post`."""
        with Session(engine) as session:
            post = posts.find(session, int(task.subject))
            workspace = workspaces.by_id(session, task.workspace)
            session.rollback()
            if post is None or not post.messages:
                return None
            if clock() - post.at > PATIENCE:
                log.error("a post is given up", post=post.id)
                mark(session, post, PostState.MAYBE)
                return None
            if post.recipient == ADMINS:
                return self._fan_out(session, workspace, post, task, clock)
            sent = self._answer(workspace, post)
            if sent == Sent.TAKEN:
                mark(session, post, PostState.SENT)
                return None
            if sent != Sent.REFUSED:
                return Again(clock() + PAUSE)
            return self._post(session, workspace, post, clock)

    def _fan_out(self, session: Session, workspace: Workspace, post: Post, task: Task, clock: Clock) -> Again | None:
        """Each admin gets a post of their own."""
        team = workspace.slack_team or ""
        admins = access.admins(session, workspace, self._listed) or TeamRoles(self._people, team).owners()
        if not admins:
            return Again(clock() + PAUSE)
        chosen = {person: self._message(workspace, post, person) for person in admins}
        begin_writing(session)
        for person, (locale, message) in chosen.items():
            key = f"{post.key} {person}"
            posts.keep(session, workspace, key, person, {locale: message}, clock())
        posts.mark(session, post, PostState.SENT)
        work.done(session, task, clock())
        session.commit()
        return None

    def _answer(self, workspace: Workspace, post: Post) -> Sent:
        """Answer in the place of the message that was asked from, which may be done twice."""
        if post.url is None:
            return Sent.REFUSED
        try:
            url = sealed.unseal(self._keys, post.url)
        except Refusal:  # the keys have changed
            return Sent.REFUSED
        _, message = self._message(workspace, post, post.recipient)
        return messages.respond_with(Respond(response_url=url), as_answer(message), in_place=True)

    def _post(self, session: Session, workspace: Workspace, post: Post, clock: Clock) -> Again | None:
        """Post to the recipient's direct message with the app."""
        if post.state == PostState.SENDING:
            channel = messages.direct(self._client, post.recipient)
            # Among all since then: many may have come within a minute, as when every sync is told.
            since = str((post.at - CLOCKS).timestamp())
            is_there = messages.whether_there(self._client, channel, post.key, since=since) if channel else None
            if is_there:
                mark(session, post, PostState.SENT)
                return None
            if is_there is None:
                return Again(clock() + PAUSE)  # until nobody waits for it any more
        else:
            mark(session, post, PostState.SENDING)
        _, message = self._message(workspace, post, post.recipient)
        sent = messages.post(self._client, post.recipient, as_answer(message), post.key)
        if sent == Sent.UNKNOWN:
            return Again(clock() + PAUSE)
        if sent == Sent.LATER:
            mark(session, post, PostState.WAITING)
            return Again(clock() + PAUSE)
        mark(session, post, PostState.SENT if sent == Sent.TAKEN else PostState.MAYBE)
        return None

    def _message(self, workspace: Workspace, post: Post, person: str) -> tuple[str, Message]:
        """The message in somebody's language, which is told too."""
        if len(post.messages) == 1:
            return next(iter(post.messages.items()))
        locale = self._people.texts(workspace, workspace.slack_team or "", person).locale
        return locale, post.messages[locale]


def mark(session: Session, post: Post, state: PostState) -> None:
    """The post is so far now."""
    begin_writing(session)
    posts.mark(session, post, state)
    session.commit()


def as_answer(message: Message) -> Answer:
    return Answer(message["text"], message["blocks"])
