"""The clients' directories on the page: who is in them, and what somebody lets happen there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, Route

from bot.playground.directories.clients import Answering, ClientDirectory, Entry, Standing
from bot.playground.page_acts import act_route, strings
from bot.playground.render import Renderer
from bot.playground.slack import LocalSlack
from bot.playground.wire import Json
from bot.services import names

ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Listing:
    """What is shown of a directory: a page (the first is 1) of those in whom the words of a search are found."""

    query: str
    page: int
    entries: list[Entry]
    first: int
    last: int
    total: int


class DirectoryPanel:
    """The dialog with the directories."""

    def __init__(self, slack: LocalSlack, directories: Sequence[ClientDirectory]) -> None:
        self._slack = slack
        self._directories = {directory.client: directory for directory in directories}

    @property
    def has_any(self) -> bool:
        return bool(self._directories)

    def routes(self) -> list[BaseRoute]:
        """One route, where there are directories."""
        return [Route("/directories", act_route(self.act), methods=["POST"])] if self.has_any else []

    def act(self, body: Json) -> Json:
        """What the dialog shows, as HTML, after what was asked for, if anything was:
        `{"client"?, "query"?, "page"?, "act"?, "id"?, "name"?, "answering"?}`."""
        [user_id] = strings(body, "as")
        renderer = Renderer(self._slack, self._slack.person(user_id))
        directory = self._directories[body["client"]] if "client" in body else next(iter(self._directories.values()))
        entry = done(directory, body) if "act" in body else None
        values: dict[str, Any] = {
            "directories": list(self._directories.values()),
            "here": directory,
            "answerings": [one for one in Answering if one is not Answering.USUAL],
            "listing": listed(directory, str(body.get("query", "")), int(body.get("page", 1))),
            "done": entry,
            "act": body.get("act"),
        }
        return {"html": renderer.directories(**values)}


def done(directory: ClientDirectory, body: Json) -> Entry | None:
    """Do what was asked for; gives the person to whom it happened. Raises ImpossibleError."""
    match body["act"]:
        case "answer":
            directory.answer(Answering(*strings(body, "answering")))
            return None
        case "join":
            [name] = strings(body, "name")
            return directory.join(" ".join(name.split()))
        case "rename":
            id_, name = strings(body, "id", "name")
            return directory.rename(id_, " ".join(name.split()))
        case act:
            standing = {"leave": Standing.GONE, "disable": Standing.DISABLED, "return": Standing.ACTIVE}[act]
            [id_] = strings(body, "id")
            return directory.let(id_, standing)


def listed(directory: ClientDirectory, query: str, page: int) -> Listing:
    """A page of those who are found, in the order of name; the nearest page where there is none of that number."""
    words = names.key(query).split()
    found = [one for one in directory.people() if all(word in names.key(f"{one.name} {one.email}") for word in words)]
    found.sort(key=lambda one: (names.sorting(one.name), one.id))
    page = max(1, min(page, -(-len(found) // ON_A_PAGE)))
    first = (page - 1) * ON_A_PAGE
    entries = found[first : first + ON_A_PAGE]
    return Listing(query, page, entries, first + 1, first + len(entries), len(found))
