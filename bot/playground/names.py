"""What texts refer to by id or code, and what a reader sees instead: people, channels, emoji, dates."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

DATE_TOKEN = re.compile(r"\{(\w+)\}")
DATE_STYLES = {
    "date": "long",
    "date_num": "short",
    "date_slash": "short",
    "date_short": "medium",
    "date_long": "full",
    "date_pretty": "long",
    "date_short_pretty": "medium",
    "date_long_pretty": "full",
}
TIME_STYLES = {"time": "short", "time_secs": "medium"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: names by id, and in which language and time zone dates are written."""

    users: Mapping[str, str]
    channels: Mapping[str, str]
    locale: Locale
    tz: ZoneInfo

    def user(self, user_id: str) -> str:
        """`@Name` of a person or the app; the id where nobody has it."""
        return f"@{self.users.get(user_id, user_id)}"

    def channel(self, channel_id: str) -> str:
        """`#name` of a channel; the id where there is none."""
        return f"#{self.channels.get(channel_id, channel_id)}"

    def date(self, seconds: float, template: str) -> str:
        """An instant as `{date_short} {time}` and the like say; raises ValueError where that is impossible."""
        try:
            instant = self._local(seconds)
        except (OverflowError, OSError) as error:
            raise ValueError("no such instant") from error

        def token(found: re.Match[str]) -> str:
            name = found[1]
            if name in DATE_STYLES:
                return format_date(instant, DATE_STYLES[name], locale=self.locale)
            if name in TIME_STYLES:
                return format_time(instant, TIME_STYLES[name], locale=self.locale)
            raise ValueError(f"unknown token {name}")

        return DATE_TOKEN.sub(token, template)

    def safe_date(self, seconds: float, template: str) -> str | None:
        """The same, or None where that is impossible."""
        try:
            return self.date(seconds, template)
        except ValueError:
            return None

    def day(self, seconds: float) -> int:
        """The number of the day of an instant: the next day's is one more."""
        return self._local(seconds).toordinal()

    def day_name(self, seconds: float, pattern: str) -> str:
        """The day of an instant as a pattern of CLDR, such as `EEEE d MMMM`, writes it."""
        return format_date(self._local(seconds), pattern, locale=self.locale)

    def time(self, ts: str) -> str:
        """The time of a message."""
        return self.date(float(ts), "{time}")

    def day_and_time(self, ts: str) -> str:
        """The day and time of a message."""
        return self.date(float(ts), "{date_long}, {time_secs}")

    def _local(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(self.tz)


@cache
def emoji() -> Mapping[str, str]:
    """Characters by the names that Slack has for them: the few that bots of this kind use."""
    found: dict[str, str] = json.loads(files("bot.playground").joinpath("emoji.json").read_text(encoding="utf-8"))
    return found


def safe_url(url: str) -> str | None:
    """The address, if a click on it can do no harm."""
    return url if urlsplit(url).scheme.lower() in ("http", "https", "mailto") else None
