"""Drafts of an MSP's own topics, as admins fill them in: checked, and saved as topics."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot.clock import Clock
from bot.services import errors, names
from bot.services.changes import Change
from bot.services.errors import Refusal
from bot.services.faq import OWN, own, topics
from bot.services.faq.own import Seen
from bot.services.faq.topics import LONGEST_ID, LONGEST_PHRASING, MOST_PHRASINGS, Topic
from bot.services.workspaces import LOCALES, Workspace

LONGEST_FIELD = 3000
"""A field of a form takes so many characters; the phrasings that are beyond stay as they are."""
NO_LETTER = re.compile("[^a-z0-9]+")
SPARE = 4
"""So many characters of an id are left for a number that tells it from another."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was filled in; `id` is empty for a new topic, and nothing is checked yet."""

    id: str
    locale: str
    question: str
    answer: str
    phrasings: tuple[str, ...]


def known(session: Session, workspace: Workspace, id_: str, locale: str) -> Topic | None:
    """The topic of that id and language: the MSP's, else the bot's without its phrasings, which stay its own."""
    mine = next((one for one in own.standing(session, workspace) if (one.id, one.locale) == (id_, locale)), None)
    found = mine or topics.builtin().get((id_, locale))
    return replace(found, phrasings=()) if found and not mine else found


def fit(phrasings: Sequence[str]) -> list[str]:
    """As many of the first ones as a field takes, a line each."""
    fitting, length = [], 0
    for phrasing in phrasings:
        length += len(phrasing) + 1
        if length > LONGEST_FIELD:
            break
        fitting.append(phrasing)
    return fitting


def faults(draft: Draft) -> dict[str, Refusal]:
    """What is wrong, by the name of the field. Pure."""
    found = {
        "locale": None if draft.locale in LOCALES else errors.UnknownLanguage(asked=names.printable(draft.locale)),
        "question": fault(draft.question, topics.LONGEST_QUESTION),
        "answer": fault(draft.answer, topics.LONGEST_ANSWER),
        "phrasings": next(filter(None, (fault(line, LONGEST_PHRASING) for line in draft.phrasings)), None),
    }
    if len(draft.phrasings) > MOST_PHRASINGS:
        found["phrasings"] = errors.TooManyPhrasings(most=MOST_PHRASINGS)
    return {field: refusal for field, refusal in found.items() if refusal}


def fault(text: str, longest: int) -> Refusal | None:
    if not text:
        return errors.EmptyText()
    if len(text) > longest:
        return errors.TextTooLong(most=longest, length=len(text))
    plain = text.replace("\n", " ")
    return None if names.printable(plain, len(plain)) == plain else errors.Unprintable()


def save(
    session: Session,
    workspace: Workspace,
    draft: Draft,
    *,
    seen: Seen | None = None,
    actor: str,
    clock: Clock,
    request: str,
) -> tuple[Topic, Change]:
    """Save what was filled in; what the form does not show of a topic stays. Raises TooManyOwnTopics, and FormOutdated
    where the topic is no longer as it was `seen`."""
    taken = {topic.id for topic in own.standing(session, workspace)}
    before = known(session, workspace, draft.id, draft.locale)
    kept = before.phrasings[len(fit(before.phrasings)) :] if before else ()
    phrasings = tuple(dict.fromkeys((*draft.phrasings, *kept)))[:MOST_PHRASINGS] or (draft.question,)
    blank = before or Topic(draft.id or new_id(draft.question, taken), draft.locale, "", "")
    topic = replace(blank, question=draft.question, answer=draft.answer, phrasings=phrasings)
    return topic, own.save(session, workspace, [topic], actor=actor, clock=clock, request=request, seen=seen)


def new_id(question: str, taken: Collection[str]) -> str:
    """An id that says what is asked and is not taken. Pure."""
    words = NO_LETTER.sub("-", names.fold(question)).strip("-") or "topic"
    id_ = f"{OWN}{words}"[: LONGEST_ID - SPARE].rstrip("-")
    numbered = (f"{id_}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (id_, *numbered) if one not in taken)
