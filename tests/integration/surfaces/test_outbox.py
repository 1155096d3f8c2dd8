"""The outbox: each post arrives once, however often its sender is cut off or Slack's answer lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import select
from sqlmodel import Session

from bot.jobs import Again
from bot.playground.team import CAMILLE, GRACE
from bot.services import posts
from bot.services.posts import Message
from bot.services.work import Task
from bot.services.workspaces import Workspace
from bot.surfaces import messages
from bot.surfaces.messages import Sent
from bot.surfaces.outbox import Outbox
from bot.surfaces.people import People
from bot.surfaces.web import web_client
from db.models import POST, WORK, PostState
from db.session import begin_writing
from tests.conftest import NOW, DrivenClock, Store
from tests.slack_requests import Desk, desk

SAID: dict[str, Message] = {
    locale: {"text": text, "blocks": [{"type": "section", "text": {"type": "plain_text", "text": text}}]}
    for locale, text in {"en": "News", "fr": "Nouvelles"}.items()
}


@pytest.fixture
def at(store: Store, session: Session, workspace: Workspace, clock: DrivenClock, tmp_path: Path) -> Iterator[Desk]:
    with desk(store, session, workspace, clock, tmp_path) as made:
        yield made


@pytest.fixture
def client(at: Desk) -> WebClient:
    assert at.settings.slack_bot_token is not None
    return web_client(at.settings, at.settings.slack_bot_token.get_secret_value())


@pytest.fixture
def send(at: Desk, client: WebClient) -> Callable[[int], Again | None]:
    outbox = Outbox(client, People(client, at.clock), (GRACE.id,), None)

    def send(id_: int) -> Again | None:
        return outbox.send(at.store.engine, Task(0, posts.NAME, at.workspace.id, str(id_), {}, NOW, 1), at.clock)

    return send


def keep(at: Desk, recipient: str = GRACE.id, key: str = "k") -> int:
    with Session(at.store.engine) as session:
        begin_writing(session)
        posts.keep(session, at.workspace, key, recipient, SAID, at.clock())
        session.commit()
        return int(session.execute(select(POST.c.id).where(POST.c.key == key)).scalar_one())


def state(at: Desk) -> list[PostState]:
    with at.store.engine.connect() as connection:
        return list(connection.execute(select(POST.c.state).order_by(POST.c.id)).scalars())


def seen(at: Desk) -> list[str]:
    return [message.text for message in at.slack.messages_seen_by(GRACE.id, at.direct_message())]


def test_a_post_is_kept_and_sent_once_in_the_language_of_its_reader(at: Desk, send: Callable[[int], object]) -> None:
    english, french = keep(at), keep(at, CAMILLE.id, "other")
    assert keep(at) == english
    for id_ in (english, english, french):
        assert send(id_) is None
    assert seen(at) == ["News"]
    assert [one.text for one in at.slack.messages_seen_by(CAMILLE.id, at.direct_message(CAMILLE))] == ["Nouvelles"]
    assert state(at) == [PostState.SENT, PostState.SENT]


@pytest.mark.parametrize("arrived", [True, False], ids=["arrived", "lost"])
def test_a_post_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(
    at: Desk, send: Callable[[int], Again | None], monkeypatch: pytest.MonkeyPatch, *, arrived: bool
) -> None:
    post = messages.post

    def lost(*args: str, **options: str) -> Sent:
        if arrived:
            post(*args, **options)  # type: ignore[arg-type]
        return Sent.UNKNOWN

    id_ = keep(at)
    monkeypatch.setattr(messages, "post", lost)
    assert send(id_) == Again(NOW + timedelta(minutes=1))
    assert state(at) == [PostState.SENDING]
    monkeypatch.setattr(messages, "post", post)
    assert send(id_) is None
    assert seen(at) == ["News"]
    assert state(at) == [PostState.SENT]


def test_a_post_is_found_again_however_many_came_after_it(
    at: Desk, client: WebClient, send: Callable[[int], Again | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = keep(at)
    with monkeypatch.context() as patched:
        post = messages.post
        patched.setattr(messages, "post", lambda *args: (post(*args), Sent.UNKNOWN)[1])
        send(id_)
    for number in range(messages.LOOKED_THROUGH + 1):
        client.chat_postMessage(channel=GRACE.id, text=str(number))
    assert send(id_) is None
    assert seen(at).count("News") == 1
    assert state(at) == [PostState.SENT]


def test_where_slack_does_not_tell_whether_it_is_there_it_is_not_sent_again(
    at: Desk, send: Callable[[int], Again | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = keep(at)
    monkeypatch.setattr(messages, "post", lambda *args: Sent.UNKNOWN)
    send(id_)
    monkeypatch.undo()
    monkeypatch.setattr(messages, "whether_there", lambda *args, **options: None)
    assert send(id_) == Again(NOW + timedelta(minutes=1))
    at.clock.advance(days=1, seconds=1)
    assert send(id_) is None
    assert (seen(at), state(at)) == ([], [PostState.MAYBE])


def test_what_slack_does_not_take_now_is_sent_later(
    at: Desk, send: Callable[[int], Again | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = keep(at)
    with monkeypatch.context() as patched:
        patched.setattr(messages, "post", lambda *args: Sent.LATER)
        assert send(id_) == Again(NOW + timedelta(minutes=1))
    assert state(at) == [PostState.WAITING]
    assert send(id_) is None
    assert seen(at) == ["News"]


def test_what_is_for_the_admins_becomes_a_post_for_each(at: Desk, send: Callable[[int], Again | None]) -> None:
    id_ = keep(at, posts.ADMINS)
    assert send(id_) is None
    assert send(id_) is None
    assert state(at) == [PostState.SENT, PostState.WAITING]
    with at.store.engine.connect() as connection:
        subjects = list(connection.execute(select(WORK.c.subject).order_by(WORK.c.id)).scalars())
    assert len(subjects) == 2
    assert send(int(subjects[1])) is None
    assert seen(at) == ["News"]
