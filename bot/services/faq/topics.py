"""Topics: what can be answered, in files of one language and one set each; the bot's own and those of an MSP are alike.

```yaml
language: en
topics:
  deny-list:
    question: How do I keep somebody out of the sync?
    answer: Put their address on the deny list…   # 1 to 5 sentences; {root} stands for the slash command
    sources: [https://help.usecure.io/en/articles/4248358]
    ask: distributor                               # or account-manager, or both; where the answer is not ours to give
    related: [leavers]
    phrasings:
      - how can I stop the sync from adding the boardroom mailbox
```
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from bot.services import errors
from bot.services.errors import BadTopics, Faults, Refusal
from bot.services.faq import OWN
from bot.services.names import printable
from bot.services.workspaces import LOCALES

SETS = ("billing", "users", "prices")
LONGEST_ID = 60
LONGEST_QUESTION = 75
"""A question stands on buttons, which take no more."""
LONGEST_ANSWER = 2000
LONGEST_PHRASING = 400
MOST_PHRASINGS = 200
MOST_TOPICS = 200
FIELDS = {"question", "answer", "sources", "ask", "related", "phrasings"}
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, which is ten times as fast, where PyYAML was built with it."""
FORBIDDEN: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE
"""Characters that no YAML may have; libyaml would not tell their line."""
BREAKS = re.compile(r"[ \t\r\n]+")


class Ask(StrEnum):
    """Whom to ask where an answer is not ours to give."""

    DISTRIBUTOR = "distributor"
    ACCOUNT_MANAGER = "account-manager"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is asked and answered, in one language."""

    id: str
    locale: str
    question: str
    answer: str
    sources: tuple[str, ...] = ()
    ask: Ask | None = None
    related: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()


@cache
def builtin() -> Mapping[tuple[str, str], Topic]:
    """The bot's own topics by id and language, in the order of the files."""
    return MappingProxyType(
        {
            (topic.id, topic.locale): topic
            for name in SETS
            for locale in LOCALES
            for topic in parse(text_of(f"{name}.{locale}.yaml"), f"{name}.{locale}.yaml", known=None)
        }
    )


@cache
def ids() -> tuple[str, ...]:
    """The ids of the bot's own topics, in the order of the files."""
    return tuple(dict.fromkeys(id_ for id_, _ in builtin()))


def off_topic(locale: str) -> list[str]:
    """Questions that no topic answers."""
    return text_of(f"off-topic.{locale}.txt").splitlines()


def example(locale: str) -> str:
    """A file of topics of one's own, to show how one is written."""
    return text_of(f"example.{locale}.yaml")


def text_of(name: str) -> str:
    """A data file of the topics."""
    return files("bot.services.faq").joinpath("data", name).read_text(encoding="utf-8")


def parse(text: str, path: str, known: tuple[str, ...] | None) -> list[Topic]:
    """The topics of a file. Of an MSP's file they are its own or override a `known` one.

    Raises Faults, one BadTopics with file and line for each fault.
    """
    if forbidden := FORBIDDEN.search(text):
        raise Faults([BadTopics(path, text.count("\n", 0, forbidden.start()) + 1, errors.Unprintable())])
    try:
        root = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line + 1, max(1, len(text.splitlines()))) if mark else 1  # an end is told as a line of its own
        raise Faults([BadTopics(path, line, errors.NoYaml(problem=error.problem or str(error)))]) from error
    except RecursionError:  # without libyaml, which counts the levels itself
        raise Faults([BadTopics(path, 1, errors.NoYaml(problem="exceeded maximum nesting depth"))]) from None
    reader = Reader(path, known)
    found = reader.file(root)
    if reader.faults:
        raise Faults(reader.faults)
    return found


class Reader:
    """Reads the nodes of one file, and collects what is wrong with them."""

    def __init__(self, path: str, known: tuple[str, ...] | None) -> None:
        self.path, self.known = path, known
        self.faults: list[Refusal] = []

    def file(self, root: Any) -> list[Topic]:
        if not isinstance(root, yaml.MappingNode):
            self.fault(root, errors.NoTopics())
            return []
        fields = self.fields(root, {"language", "topics"})
        locale = self.word(fields.get("language"))
        if locale not in LOCALES:
            self.fault(fields.get("language") or root, errors.UnknownLanguage(asked=printable(locale)))
            return []
        topics = fields.get("topics")
        if not isinstance(topics, yaml.MappingNode) or not topics.value:
            self.fault(topics or root, errors.NoTopics())
            return []
        if len(topics.value) > MOST_TOPICS:
            self.fault(topics, errors.TooManyTopics(most=MOST_TOPICS))
            return []
        found: dict[str, Topic] = {}
        for key, node in topics.value:
            id_ = self.word(key)
            if self.is_id(key, id_) and (topic := self.topic(key, id_, locale, node)):
                if id_ in found:
                    self.fault(key, errors.TopicTwice(topic=id_))
                found[id_] = topic
        return list(found.values())

    def is_id(self, node: Any, id_: str) -> bool:
        letters = id_.replace("-", "")
        well_formed = letters.isascii() and letters.isalnum() and letters == letters.lower() and len(id_) <= LONGEST_ID
        if self.known is None or (well_formed and (id_ in self.known or (id_.startswith(OWN) and id_ != OWN))):
            return True
        self.fault(node, errors.BadTopicId(topic=printable(id_)))
        return False

    def topic(self, key: Any, id_: str, locale: str, node: Any) -> Topic | None:
        if not isinstance(node, yaml.MappingNode):
            self.fault(key, errors.TopicWithout(topic=id_, field="question"))
            return None
        fields = self.fields(node, FIELDS)
        before = len(self.faults)
        texts = {}
        for name, read, longest in (("question", self.line, LONGEST_QUESTION), ("answer", self.text, LONGEST_ANSWER)):
            if name in fields:
                texts[name] = read(fields[name], longest)
            else:
                self.fault(key, errors.TopicWithout(topic=id_, field=name))
        if "phrasings" not in fields and self.known is not None and id_ not in self.known:
            self.fault(key, errors.TopicWithout(topic=id_, field="phrasings"))
        phrasings = self.listed(fields.get("phrasings"), LONGEST_PHRASING, self.line)
        if len(phrasings) > MOST_PHRASINGS and self.known is not None:
            self.fault(fields["phrasings"], errors.TooManyPhrasings(most=MOST_PHRASINGS))
        sources = self.listed(fields.get("sources"), LONGEST_PHRASING, self.page)
        ask = self.word(fields.get("ask"))
        if "ask" in fields and ask not in set(Ask):
            self.fault(fields["ask"], errors.UnknownAsk(asked=printable(ask), known=list(Ask)))
        related = self.listed(fields.get("related"), LONGEST_ID, self.line)
        if len(self.faults) > before:
            return None
        asked = Ask(ask) if ask else None
        return Topic(id_, locale, texts["question"], texts["answer"], sources, asked, related, phrasings)

    def fields(self, node: yaml.MappingNode, known: set[str]) -> dict[str, Any]:
        """The fields of a mapping by name, those that are not known or stand there twice being faults."""
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = self.word(key)
            if name not in known:
                self.fault(key, errors.UnknownField(field=printable(name), known=sorted(known)))
            elif name in found:
                self.fault(key, errors.FieldTwice(field=name))
            else:
                found[name] = value
        return found

    def listed(self, node: Any, longest: int, read: Callable[[Any, int], str]) -> tuple[str, ...]:
        """The texts of a list; a single text is one of its own."""
        if node is None:
            return ()
        return tuple(read(one, longest) for one in (node.value if isinstance(node, yaml.SequenceNode) else [node]))

    def page(self, node: Any, longest: int) -> str:
        """The address of a page."""
        text = self.line(node, longest)
        if text and (not text.startswith("https://") or any(one in text for one in " <>|")):
            self.fault(node, errors.NoAddressOfAPage(asked=printable(text)))
        return text

    def line(self, node: Any, longest: int) -> str:
        """A text of one line, however it is broken in the file."""
        return BREAKS.sub(" ", self.text(node, longest))

    def text(self, node: Any, longest: int) -> str:
        """A text of one line or several, neither too long nor empty."""
        text = self.word(node).replace("\t", " ")
        if not text:
            self.fault(node, errors.EmptyText())
        elif len(text) > longest:
            self.fault(node, errors.TextTooLong(most=longest, length=len(text)))
        elif printable(plain := text.replace("\n", " "), len(plain)) != plain:
            self.fault(node, errors.Unprintable())
        return text

    def word(self, node: Any) -> str:
        return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""

    def fault(self, node: Any, fault: Refusal) -> None:
        line = node.start_mark.line + 1 if node is not None else 1
        self.faults.append(BadTopics(self.path, line, fault))
