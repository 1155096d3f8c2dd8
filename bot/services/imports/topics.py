"""Import of an MSP's own topics of the FAQ: a YAML file of one language (bot/services/faq/topics.py)."""

from pathlib import Path

from sqlmodel import Session

from bot.clock import Clock
from bot.services import names
from bot.services.changes import Change
from bot.services.errors import MissingFile, TopicsNotText, TopicsTooLarge
from bot.services.faq import own, topics
from bot.services.workspaces import Workspace

MOST_BYTES = 1_000_000


def import_topics(
    session: Session, workspace: Workspace, path: Path, *, actor: str, clock: Clock, request: str | None = None
) -> Change:
    """Keep the topics of a file: all or none; others stay as they are.

    Raises Faults with every fault and its line, MissingFile, TopicsTooLarge, TopicsNotText, and what `own.save` raises.
    """
    name = names.printable(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise MissingFile(path=names.printable(str(path))) from None
    found = topics.parse(read(content, name), name, known=topics.ids())
    return own.save(session, workspace, found, actor=actor, clock=clock, request=request, source=name)


def read(content: bytes, name: str) -> str:
    """The text of a file, whose name is told where it has none. Raises TopicsTooLarge, TopicsNotText."""
    if len(content) > MOST_BYTES:
        raise TopicsTooLarge(path=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TopicsNotText(path=name) from None
