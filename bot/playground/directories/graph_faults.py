"""What goes wrong at the local Microsoft 365 on demand (sync.md)."""

from dataclasses import dataclass
from enum import Enum, auto

ALWAYS = 1_000_000


class What(Enum):
    """A kind of fault."""

    STATUS = auto()
    """An error with `status`, and with `retry_after` in its header if given."""
    HTML = auto()
    """A page of a proxy, with `status`."""
    REDIRECT = auto()
    """To `link`."""
    SILENCE = auto()
    """No answer while the client waits."""
    CUT = auto()
    """The connection ends without an answer."""
    CUT_HALFWAY = auto()
    """The connection ends within the answer."""
    HALF_JSON = auto()
    """An answer that ends too early and says that it is whole."""
    NO_LIST = auto()
    """An answer without `value`."""
    EMPTY = auto()
    """Nobody, and no next page."""
    EMPTY_PAGE = auto()
    """Nobody, and everybody of this page on the next one."""
    EXPIRED = auto()
    """`Directory_ExpiredPageToken`."""
    LINK = auto()
    """A next page at `link`."""
    LOOP = auto()
    """The page itself as the next one."""
    COUNT = auto()
    """One more in `@odata.count` than there are."""
    STUBS = auto()
    """People of whom only the ids are told."""
    MISSING = auto()
    """People without the property `missing`."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong `times` times at a page (the first is 1), at whichever page where none is named."""

    what: What
    page: int | None = None
    times: int = 1
    status: int = 500
    retry_after: str | None = None
    link: str = "https://graph.example.com/v1.0/users?$skiptoken=elsewhere"
    missing: str = "accountEnabled"


class Faults:
    """What is ordered for the lists of Graph, and for the endpoints that let the application in."""

    def __init__(self) -> None:
        self.lists: list[Fault] = []
        self.sign_in: list[Fault] = []

    def order(self, what: What, page: int | None = None, times: int = 1, **facts: int | str | None) -> None:
        """Let it happen to the next answers with people in them. `facts` are fields of Fault."""
        self.lists.append(Fault(what, page, times, **facts))  # type: ignore[arg-type]

    def order_at_sign_in(self, what: What, times: int = 1, **facts: int | str | None) -> None:
        """Let it happen to the next questions for a token or for where to ask for one."""
        self.sign_in.append(Fault(what, None, times, **facts))  # type: ignore[arg-type]

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self.lists.clear()
        self.sign_in.clear()


def take(ordered: list[Fault], page: int | None = None) -> Fault | None:
    """What happens at this page."""
    for fault in ordered:
        if fault.page in (None, page):
            fault.times -= 1
            if fault.times <= 0:
                ordered.remove(fault)
            return fault
    return None
