"""The words of `digest add`, in English and French: where, how often, at what time, about whom. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.commands.words import NUMBERS, Misused, Word
from bot.services import names
from bot.services.errors import BadRhythm, BadTimeOfDay, NoSingleDate, NoSuchDate
from bot.services.names import fold
from bot.services.rhythm import EVERY, MOST_BEFORE

DAY_WORDS = {"day", "daily", "days", "jour", "jours", "quotidien", "quotidiennement", "everyday"}
WEEKDAY_WORDS = {
    "weekday",
    "weekdays",
    "workday",
    "workdays",
    "ouvre",
    "ouvres",
    "ouvrable",
    "ouvrables",
    "semaine",
}
WEEK = {
    name: day
    for day, names_ in {
        "mon": "monday mondays mon lundi lundis",
        "tue": "tuesday tuesdays tue mardi mardis",
        "wed": "wednesday wednesdays wed mercredi mercredis",
        "thu": "thursday thursdays thu jeudi jeudis",
        "fri": "friday fridays fri vendredi vendredis",
        "sat": "saturday saturdays sat samedi samedis",
        "sun": "sunday sundays sun dimanche dimanches",
    }.items()
    for name in names_.split()
}
RAW = EVERY
AT = {"at", "a", "vers"}
IN = {"in", "en", "dans", "zone", "timezone", "fuseau"}
FOR = {"for", "pour"}
LANGUAGES = {
    "english": "en",
    "anglais": "en",
    "french": "fr",
    "francais": "fr",
}
FILLERS = {"every", "each", "chaque", "on", "le", "les", "tous", "toutes", "du", "de", "the", "week", "par"}
END = re.compile(r"(?:the )?(?:day )?(?:after|apres|au lendemain de|le lendemain de) .*(?:end|period|periode|fin)\w*")
BEFORE = re.compile(r"(\d{1,2}) (?:days?|jours?) (?:before|avant) .*(?:end|period|periode|fin)\w*")
CLOCK = re.compile(r"(\d{1,2})(?:(?::|h)(\d{2})?)?(am|pm)?")
HOURS = {"h", "am", "pm", "heures", "heure", "o'clock"}
LONGEST_DAYS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(slots=True)
class Asked:
    """A digest in the terms of the command line; what was not said is None."""

    channel: str
    every: str
    at: str | None = None
    timezone: str | None = None
    locale: str | None = None
    accounts: list[str] = field(default_factory=list)


def read(words: Sequence[Word]) -> Asked:
    """CHANNEL every RHYTHM [at TIME] [in ZONE] [in LANGUAGE] [for ACCOUNT, …]. Raises Misused, BadRhythm, BadTimeOfDay,
    NoSingleDate, NoSuchDate."""
    if len(words) < 2:
        raise Misused()
    head, behind = before_first(list(words[1:]), FOR)
    asked = Asked(words[0].text, "")
    rest = without_zone(head, asked)
    rest = without_time(rest, asked)
    asked.every = rhythm_of(rest)
    if behind is not None:
        asked.accounts = accounts_of(without_end(behind, asked))
    return asked


def before_first(words: list[Word], markers: set[str]) -> tuple[list[Word], list[Word] | None]:
    """The words before the first of some markers, and those behind it; None without one."""
    for number, word in enumerate(words):
        if word.means(markers):
            return words[:number], words[number + 1 :]
    return words, None


def without_zone(words: list[Word], asked: Asked) -> list[Word]:
    """The words without the time zone and the language, which are kept. Other words behind `in` stay."""
    rest: list[Word] = []
    for number, word in enumerate(words):
        is_marked = number > 0 and words[number - 1].means(IN)
        if (locale := LANGUAGES.get(fold(word.text))) and is_marked:
            asked.locale = locale
        elif "/" in word.text or word.text.upper() in ("UTC", "GMT"):
            asked.timezone = word.text.rstrip(",.;")
        elif is_marked and word.means({*WEEKDAY_WORDS, "fuseau"}):
            rest.append(word)
            continue
        elif is_marked and rest and not word.means(IN):
            asked.timezone = word.text.rstrip(",.;")  # whatever it is, it is refused as one
        else:
            rest.append(word)
            continue
        while rest and rest[-1].means(IN):
            rest.pop()
    return rest


def without_end(words: list[Word], asked: Asked) -> list[Word]:
    """The words without a language, a time zone and a time that stand behind the accounts, which are kept."""
    while len(words) > 2:
        marker, last = words[-2:]
        if marker.means(IN) and (locale := LANGUAGES.get(fold(last.text))):
            asked.locale = locale
        elif marker.means(IN) and "/" in last.text:
            asked.timezone = last.text
        elif marker.means(AT) and last.text[0].isdigit():
            asked.at = clock_of(last.text)
        else:
            break
        words = words[:-2]
    return words


def without_time(words: list[Word], asked: Asked) -> list[Word]:
    """The words without the time of day, which is kept. Raises BadTimeOfDay."""
    for number, word in enumerate(words):
        is_marked = number > 0 and words[number - 1].means(AT)
        if not is_marked and not re.fullmatch(r"\d{1,2}(:\d{2}|h\d{0,2}|am|pm)", fold(word.text)):
            continue
        unit = words[number + 1] if number + 1 < len(words) and words[number + 1].means(HOURS) else None
        minutes = words[number + 2 : number + 3] if unit and unit.means({"h"}) else []
        minutes = minutes if minutes and minutes[0].text.isdigit() else []
        said = "".join(one.text for one in (word, unit, *minutes) if one)
        asked.at = clock_of(said)
        before = words[: number - 1] if is_marked else words[:number]
        return [*before, *words[number + 1 + (unit is not None) + len(minutes) :]]
    return words


def clock_of(said: str) -> str:
    """A time as the command line takes it: 8h, 8:00, 8 am and 8 heures are 08:00. Raises BadTimeOfDay."""
    text = fold(said).replace("heures", "h").replace("heure", "h").replace("o'clock", "")
    found = CLOCK.fullmatch(text)
    hour = int(found[1]) if found else 24
    if found and found[3]:
        hour = hour % 12 + 12 * (found[3] == "pm") if 1 <= hour <= 12 else 24
    minute = int(found[2] or 0) if found else 0
    if hour > 23 or minute > 59:
        raise BadTimeOfDay(asked=names.printable(said))
    return f"{hour:02}:{minute:02}"


def rhythm_of(words: Sequence[Word]) -> str:
    """A rhythm as the command line takes it. Raises BadRhythm, NoSingleDate, NoSuchDate, and Misused without one."""
    text = fold(" ".join(word.text for word in words)).strip(" ,.")
    if not text:
        raise Misused()
    if found := BEFORE.search(text):
        return f"before-end:{int(found[1])}"
    if END.search(text):
        return "period-end"
    kept = [word for word in text.split() if word not in FILLERS or word == "semaine"]
    if len(kept) == 1 and RAW.fullmatch(kept[0]):
        return kept[0]
    check_date(kept, " ".join(word.text for word in words if fold(word.text) not in FILLERS))
    for known, rhythm in ((DAY_WORDS, "day"), (WEEKDAY_WORDS, "weekday")):
        if len(kept) == 1 and kept[0] in known:
            return rhythm
    if any(word in WEEKDAY_WORDS for word in kept) and all(word in WEEKDAY_WORDS | DAY_WORDS | {"en"} for word in kept):
        return "weekday"
    if len(kept) == 1 and kept[0] in WEEK:
        return f"week:{WEEK[kept[0]]}"
    raise BadRhythm(asked=names.printable(" ".join(word.text for word in words)), most=MOST_BEFORE)


def check_date(words: Sequence[str], said: str) -> None:
    """Raises NoSuchDate for a day and a month that no year has, NoSingleDate for other dates; `said` is how somebody
    wrote it."""
    numbers = [
        int(word.removesuffix("er").removesuffix("st")) for word in words if re.fullmatch(r"\d{1,2}(er|st)?", word)
    ]
    months = [NUMBERS[word.rstrip(".,")] for word in words if word.rstrip(".,") in NUMBERS and word != "mar"]
    if not (numbers and months):
        if any(re.fullmatch(r"\d{4}-\d\d-\d\d", word) for word in words):
            raise NoSingleDate(asked=names.printable(said))
        return
    if not 1 <= numbers[0] <= LONGEST_DAYS.get(months[0], 31):
        raise NoSuchDate(asked=names.printable(said))
    raise NoSingleDate(asked=names.printable(said))


def accounts_of(words: Sequence[Word]) -> list[str]:
    """The names behind `for`, between commas or each in quotes. Raises Misused."""
    found: list[str] = []
    run: list[str] = []
    for word in words:
        if word.quoted:
            found += [" ".join(run), word.text]
            run = []
            continue
        first, *others = word.text.split(",")
        run.append(first)
        for other in others:
            found.append(" ".join(run))
            run = [other]
    found.append(" ".join(run))
    named = [name.strip() for name in found if name.strip()]
    if not named:
        raise Misused()
    return named


def each_known(asked: Sequence[str], is_account: Callable[[str], bool]) -> list[str]:
    """The names, those between which an `and` stands apart, unless it belongs to a name."""
    found: list[str] = []
    for name in asked:
        if not is_account(name):
            parts = re.split(r"\s+(?:and|et)\s+", name)
            found += parts
        else:
            found.append(name)
    return found
