"""Client accounts: added, put on trial, activated, closed; at once or from a day on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.commands import words
from bot.commands.call import Call
from bot.commands.words import Misused, Word
from bot.services import account_status, names
from bot.services.billing.periods import midnight
from bot.services.changes import Unconfirmed
from bot.services.errors import AmbiguousDate, BadDate
from bot.services.names import fold
from bot.views.slack import change as change_view
from bot.views.slack.answer import Answer
from db.models import Status

TRIAL = {"trial", "essai"}
UNTIL = re.compile(r"until|jusqu'? ?(au|a|en)?")
FROM = re.compile(r"from|des|a partir (du|de)|depuis")
LONGEST_MARKER = 3
"""So many words: « à partir du »."""
BEFORE_DATE = {"le", "au", "the", "du"}
"""Small words that may stand before a date."""
FIRST_YEAR, LAST_YEAR = 1970, 9000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which account is meant, whether it is on trial, until which day, and from which day on."""

    name: str
    trial: bool
    until: date | None
    since: date | None


def add(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats account add NAME [trial [until DATE]] [from DATE]"""
    wanted = read(asked, may_be_trial=True, day_first=is_day_first(call))
    if wanted.until and not wanted.trial:
        raise Misused()
    change = account_status.add(
        call.session,
        call.workspace,
        wanted.name,
        Status.TRIAL if wanted.trial else Status.ACTIVE,
        until=instant(call, wanted.until),
        at=start(call, wanted.since),
        actor=call.actor,
        clock=call.clock,
        request=call.request,
    )
    return change_view.made(call.reader, change)


def trial(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats account trial NAME [until DATE]"""
    return set_status(call, asked, Status.TRIAL)


def activate(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats account activate NAME [from DATE]"""
    return set_status(call, asked, Status.ACTIVE)


def close(call: Call, asked: Sequence[Word]) -> Answer:
    """/seats account close NAME [from DATE]"""
    return set_status(call, asked, Status.CLOSED)


def set_status(call: Call, asked: Sequence[Word], status: Status) -> Answer:
    """Set the status of an account that there is. Raises Misused."""
    wanted = read(asked, day_first=is_day_first(call))
    if wanted.until and status != Status.TRIAL:
        raise Misused()
    try:
        change = account_status.set_status(
            call.session,
            call.workspace,
            call.account(wanted.name),
            status,
            until=instant(call, wanted.until),
            at=start(call, wanted.since),
            actor=call.actor,
            clock=call.clock,
            request=call.request,
            unasked=call.unasked,
        )
    except Unconfirmed as question:
        return change_view.preview(call.reader, question.change, call.confirmable())
    return change_view.made(call.reader, change)


def start(call: Call, day: date | None) -> datetime | None:
    """The instant from which a status holds: None, which is at once, also for today, whose midnight is past."""
    return None if day == call.workspace.calendar.day_of(call.now()) else instant(call, day)


def instant(call: Call, day: date | None) -> datetime | None:
    """The midnight with which a day begins in the workspace's time zone."""
    return None if day is None else midnight(day, call.workspace.calendar.zone)


def is_day_first(call: Call) -> bool:
    """Whether 12/01 is the twelfth of January, as it is in French; in English nobody knows."""
    return call.reader.locale == "fr"


def read(asked: Sequence[Word], *, may_be_trial: bool = False, day_first: bool = False) -> Asked:
    """NAME [trial] [until DATE] [from DATE], the last two in either order. Raises Misused and as `day`. Pure."""
    rest, days = list(asked), dict[re.Pattern[str], date]()
    while found := clause(rest, day_first=day_first):
        rest, marker, at = found
        if marker in days:
            raise Misused()
        days[marker] = at
    is_trial = may_be_trial and len(rest) > 1 and rest[-1].means(TRIAL)
    name = words.joined(rest[:-1] if is_trial else rest)
    if name is None:
        raise Misused()
    return Asked(name, is_trial, days.get(UNTIL), days.get(FROM))


def clause(asked: Sequence[Word], *, day_first: bool = False) -> tuple[list[Word], re.Pattern[str], date] | None:
    """The words before the last marker, which of the two it is, and the date behind it; None where there is no marker.

    One of which no date follows is part of a name. Raises Misused where nothing follows it, and BadDate where what
    follows it looks like a date and is none.
    """
    for at in range(len(asked) - 1, 0, -1):
        for marker in (UNTIL, FROM):
            length = marker_length(asked[at:], marker)
            tail = asked[at + length :]
            if not length:
                continue
            if tail and tail[0].means(BEFORE_DATE):
                tail = tail[1:]
            if not tail:
                raise Misused()
            is_plain = asked[at].text.casefold() == "des"  # in names, Clinique des 4 Vents; the marker has an accent
            if not any(not word.quoted and word.text[:1].isdigit() for word in tail) or (is_plain and len(tail) > 1):
                continue
            if len(tail) > 1:
                raise BadDate(value=names.printable(words.joined(tail) or ""))
            return list(asked[:at]), marker, day(tail[0], day_first=day_first)
    return None


def marker_length(some: Sequence[Word], marker: re.Pattern[str]) -> int:
    """How many words a marker has that they begin with; 0 where they begin with none."""
    for length in range(min(LONGEST_MARKER, len(some)), 0, -1):
        said = " ".join(fold(word.text) for word in some[:length]).replace("’", "'")
        if not any(word.quoted for word in some[:length]) and marker.fullmatch(said):
            return length
    return 0


def day(word: Word, *, day_first: bool = False) -> date:
    """The day that a word names, such as 2026-12-31 or 31/12/2026. Raises BadDate, and AmbiguousDate where the word may
    name two, of which `day_first` means the one with the day before the month."""
    text = word.text.rstrip(".,;")
    try:
        if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
            first, second, year = map(int, found.groups())
            if not day_first and first <= 12 and second <= 12 and first != second:
                wanted = date(year, second, first)
                raise AmbiguousDate(value=text, first=wanted, second=date(year, first, second), iso=str(wanted))
            wanted = date(year, second, first) if second <= 12 else date(year, first, second)
        else:
            wanted = date.fromisoformat(text)
    except ValueError:
        raise BadDate(value=names.printable(word.text)) from None
    if not FIRST_YEAR <= wanted.year <= LAST_YEAR:
        raise BadDate(value=names.printable(word.text))
    return wanted
