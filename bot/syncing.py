"""The work `sync`: an account's users are brought up to date with its directory, by the schedule or because somebody
asked; who is told what of it is kept in the transaction of what it came to."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import Session

from bot.clock import Clock
from bot.commands import sync as sync_command
from bot.commands.command import command, dump
from bot.jobs import Again
from bot.services import (
    accounts,
    connections,
    offers,
    posts,
    sealed,
    sync,
    sync_requests,
    sync_schedule,
    work,
    workspaces,
)
from bot.services.accounts import Account
from bot.services.billing import ledger
from bot.services.connections import Connection
from bot.services.directories.base import Directory, Pool, Progress
from bot.services.directories.failures import DirectoryFailure
from bot.services.errors import AccountClosed, NotConnected, Refusal, SyncUnderWay
from bot.services.one_at_a_time import alone
from bot.services.sync import SCHEDULED, Synced
from bot.services.sync_requests import Wish
from bot.services.work import Task
from bot.services.workspaces import LOCALES, Workspace
from bot.surfaces.progress import Progressing
from bot.views.slack import refusal as refusal_view
from bot.views.slack import syncs as sync_view
from bot.views.slack.answer import Answer
from bot.views.texts import Texts

PAUSE = timedelta(minutes=1)

Directories = Callable[[Connection], Directory]
"""Opens the directory of a connection. Raises DirectoryFailure."""


class Unopened:
    """A directory that could not even be opened."""

    def __init__(self, failure: DirectoryFailure) -> None:
        self._failure = failure

    def read(self, progress: Progress) -> Pool:
        raise self._failure


class Syncing:
    """Does the work. `client` is Slack's, `root` the slash command's name, `keys` those that seal secrets."""

    def __init__(self, directories: Directories, client: WebClient, root: str, keys: str | None) -> None:
        self._directories, self._client, self._root, self._keys = directories, client, root, keys

    def do(self, engine: Engine, task: Task, clock: Clock) -> Again | None:
        """The work `sync`; what has a payload was asked for."""
        with Session(engine, expire_on_commit=False) as session:
            workspace = workspaces.by_id(session, task.workspace)
            account = accounts.by_id(session, workspace, int(task.subject))
            session.rollback()
            try:
                with alone(engine, account.id):
                    if task.payload:
                        self._asked(session, workspace, account, task, clock)
                        return None
                    return self._scheduled(session, workspace, account, task, clock)
            except SyncUnderWay:
                return Again(clock() + PAUSE)

    def given_up(self, session: Session, task: Task, id_: str, now: datetime) -> None:
        """Whoever asked for a sync that Seatbot itself cannot do is told that it failed; the admins, of the first
        scheduled one. The log has it under the id."""
        workspace = workspaces.by_id(session, task.workspace)
        account = accounts.by_id(session, workspace, int(task.subject))
        key = f"sync {task.id}"
        if task.payload:
            wish = Wish(**task.payload)
            if wish.confirms is not None:
                sync_requests.reopen(session, workspace, wish.confirms)
            texts = Texts(wish.locale, ZoneInfo(wish.zone))
            told = {wish.locale: as_message(sync_view.given_up(texts, account.name, id_))}
            posts.keep(session, workspace, key, wish.actor, told, now, url=wish.url)
            return
        with suppress(NotConnected):  # since it was due
            failures = connections.find(session, workspace, account).failures
            connections.reschedule(session, account, sync_schedule.failed(account.id, failures, now))
            if not failures:
                zone = workspace.calendar.zone
                told = {
                    locale: as_message(sync_view.given_up(Texts(locale, zone), account.name, id_, failing=True))
                    for locale in LOCALES
                }
                posts.keep(session, workspace, key, posts.ADMINS, told, now)

    def _scheduled(
        self, session: Session, workspace: Workspace, account: Account, task: Task, clock: Clock
    ) -> Again | None:
        again: Again | None = None

        def ended(session: Session, synced: Synced) -> None:
            nonlocal again
            now = clock()
            again = parked(synced, task, now)
            connection = connections.of_account(session, workspace, account)
            if connection is None or isinstance(synced.refusal, AccountClosed):  # since it was begun
                again = None
                work.done(session, task, now)
            elif again is None:
                self._settle(session, workspace, synced, task, connection.failures, now)

        try:
            directory = self._opened(session, workspace, account)
            sync.sync(
                session, workspace, account, directory, actor=SCHEDULED, clock=clock, progress=unseen, ended=ended
            )
        except (NotConnected, AccountClosed):  # since it was due
            return None
        return again

    def _settle(
        self, session: Session, workspace: Workspace, synced: Synced, task: Task, failures: int, now: datetime
    ) -> None:
        """What follows from a scheduled sync, before which so many had failed: when the next one is due, and what the
        admins are told."""
        account = synced.account
        is_failed = synced.outcome == "failed"
        standing = (
            sync_schedule.failed(account.id, failures, now) if is_failed else sync_schedule.succeeded(account.id, now)
        )
        connections.reschedule(session, account, standing)
        is_recovered = bool(failures) and not is_failed
        is_new = {"failed": not failures, "held": not synced.waits, "applied": True}.get(synced.outcome, False)
        if is_new or is_recovered:
            view = self._viewed(session, workspace, synced, offers.ANYBODY, now)
            zone = workspace.calendar.zone
            told = {
                locale: as_message(view(Texts(locale, zone), failing=is_failed, recovered=is_recovered))
                for locale in LOCALES
            }
            posts.keep(session, workspace, f"sync {task.id}", posts.ADMINS, told, now)
        work.done(session, task, now)

    def _asked(self, session: Session, workspace: Workspace, account: Account, task: Task, clock: Clock) -> None:
        wish = Wish(**task.payload)
        texts = Texts(wish.locale, ZoneInfo(wish.zone))

        def tell(session: Session, answer: Answer | None) -> None:
            now = clock()
            if answer is not None:
                told = {wish.locale: as_message(answer)}
                posts.keep(session, workspace, f"sync {task.id}", wish.actor, told, now, url=wish.url)
            work.done(session, task, now)

        def ended(session: Session, synced: Synced) -> None:
            is_nothing = not synced.turned and synced.outcome in ("unchanged", "preview")
            if wish.quiet and is_nothing:
                return tell(session, None)
            return tell(session, self._viewed(session, workspace, synced, wish.actor, clock())(texts))

        try:
            if wish.confirms is not None:
                sync.confirm(session, workspace, wish.confirms, actor=wish.actor, clock=clock, ended=ended)
                return
            progress = unseen if wish.quiet else self._progress(wish, texts, account, clock)
            sync.sync(
                session,
                workspace,
                account,
                self._opened(session, workspace, account),
                actor=wish.actor,
                clock=clock,
                preview=wish.preview,
                progress=progress,
                ended=ended,
            )
        except Refusal as refusal:
            is_quiet = wish.quiet and isinstance(refusal, (AccountClosed, NotConnected))
            with ledger.locked(session, workspace):
                if wish.confirms is not None:
                    sync_requests.reopen(session, workspace, wish.confirms)
                tell(session, None if is_quiet else refusal_view.refused(texts, refusal, self._root))

    def _opened(self, session: Session, workspace: Workspace, account: Account) -> Directory:
        """The directory of an account. Raises NotConnected."""
        connection = connections.find(session, workspace, account)
        try:
            return self._directories(connection)
        except DirectoryFailure as failure:
            return Unopened(failure)

    def _progress(self, wish: Wish, texts: Texts, account: Account, clock: Clock) -> Progress:
        try:
            url = sealed.unseal(self._keys, wish.url) if wish.url else None
        except Refusal:  # the keys have changed
            url = None
        return Progressing(self._client, wish.actor, url, partial(sync_view.progress, texts, account.name), clock)

    def _viewed(
        self, session: Session, workspace: Workspace, synced: Synced, actor: str, now: datetime
    ) -> Callable[..., Answer]:
        """The view of what a sync came to; what its buttons stand for is kept for that person, or for anybody."""
        offered: dict[str, str] = {}
        people = after = None
        if synced.turned:
            people = secrets.token_hex(16)
            offered[people] = dump(sync_command.listing(synced))
        if synced.outcome == "preview" and synced.turned:
            after = secrets.token_hex(16)
            offered[after] = dump(command("sync", synced.account.name))
        if offered:
            offers.put(session, workspace, offered, actor=actor, now=now)
        return partial(sync_view.result, synced=synced, native=workspace.native, people=people, after=after)


def unseen(pages: int, users: int) -> None:
    """Nobody waits for it."""


def parked(synced: Synced, task: Task, now: datetime) -> Again | None:
    """When a sync goes on whose directory wants to be left alone for a while."""
    failure = synced.refusal
    if not isinstance(failure, DirectoryFailure) or failure.retry_after is None:
        return None
    until = sync_schedule.parked_until(task.due_at, now, failure.retry_after)
    return None if until is None else Again(until)


def as_message(answer: Answer) -> posts.Message:
    return {"text": answer.text, "blocks": answer.blocks}
