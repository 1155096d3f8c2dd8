"""Slack's mrkdwn as HTML. Whatever is no markup of Slack's is escaped: data can forge nothing.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from markupsafe import Markup, escape

from bot.playground.names import Reader, emoji, safe_url

PROTECTED = re.compile(
    r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<entity>[^<>\n]+)>|:(?P<emoji>[a-z0-9_+-]+):", re.DOTALL
)
MARKS = "\ue000\ue001"  # stand around the number of something set aside; taken out of all text before
SET_ASIDE = re.compile("\ue000(\\d+)\ue001")
STYLE = re.compile(r"(?<!\w)(?P<mark>[*_~])(?!(?P=mark)|\s)(?P<inner>(?:(?!(?P=mark))[^\n])+?)(?<!\s)(?P=mark)(?!\w)")
STYLES = {"*": "strong", "_": "em", "~": "s"}
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
BROADCASTS = ("channel", "here", "everyone")
BULLETS = ("• ", "- ", "◦ ")


class Mrkdwn:
    """Turns mrkdwn into HTML for one reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._aside: list[Markup] = []

    def html(self, text: str) -> Markup:
        """The text with its markup; line breaks are kept."""
        self._aside = []
        text = PROTECTED.sub(self._set_aside, text.translate(dict.fromkeys(map(ord, MARKS))))
        parts = [self._group(kind, list(lines)) for kind, lines in groupby(text.split("\n"), _kind_of_line)]
        return self._put_back(Markup("").join(parts))

    def plain(self, text: str) -> Markup:
        """Plain text: only emoji are shown as such."""
        return escape(re.sub(r":([a-z0-9_+-]+):", lambda found: emoji().get(found[1], found[0]), text))

    def _group(self, kind: str, lines: list[str]) -> Markup:
        if kind == "quote":
            quoted = [line.removeprefix("&gt;").removeprefix(">").removeprefix(" ") for line in lines]
            return Markup("<blockquote>{}</blockquote>").format(_lines(map(self._inline, quoted)))
        if kind == "list":
            items = [Markup("<li>{}</li>").format(self._inline(line.lstrip()[2:])) for line in lines]
            return Markup("<ul>{}</ul>").format(Markup("").join(items))
        return _lines(map(self._inline, lines))

    def _inline(self, text: str) -> Markup:
        """Bold, italic and struck text, one within another."""
        html, end = Markup(""), 0
        for found in STYLE.finditer(text):
            styled = Markup("<{tag}>{inner}</{tag}>").format(
                tag=STYLES[found["mark"]], inner=self._inline(found["inner"])
            )
            html += _escaped(text[end : found.start()]) + styled
            end = found.end()
        return html + _escaped(text[end:])

    def _set_aside(self, found: re.Match[str]) -> str:
        """Keep code, links and mentions out of the way of the styles."""
        if found["pre"] is not None:
            html = Markup("<pre>{}</pre>").format(_escaped(found["pre"].strip("\n")))
        elif found["code"] is not None:
            html = Markup("<code>{}</code>").format(_escaped(found["code"]))
        elif found["entity"] is not None:
            html = self._entity(found["entity"])
        elif found["emoji"] in emoji():
            html = Markup('<span class="emoji">{}</span>').format(emoji()[found["emoji"]])
        else:
            return found[0]
        self._aside.append(html)
        return f"{MARKS[0]}{len(self._aside) - 1}{MARKS[1]}"

    def _put_back(self, html: Markup) -> Markup:
        whole = SET_ASIDE.sub(lambda found: self._aside[int(found[1])], html)
        return Markup(whole)  # noqa: S704 - both parts are escaped

    def _entity(self, entity: str) -> Markup:
        """What stands between angle brackets."""
        body, _, label = entity.partition("|")
        render: Callable[[str, str], Markup] = {"@": self._user, "#": self._channel, "!": self._special}.get(
            body[:1], self._link
        )
        return render(body, _plain(label))

    def _user(self, body: str, label: str) -> Markup:
        return _mention(self._reader.user(body[1:]))

    def _channel(self, body: str, label: str) -> Markup:
        return _mention(self._reader.channel(body[1:]))

    def _special(self, body: str, label: str) -> Markup:
        name, *rest = body[1:].split("^")
        if name in BROADCASTS:
            return _mention(f"@{name}", "mention broadcast")
        if name == "date" and len(rest) >= 2:
            return self._date(rest[0], _plain(rest[1]), label)
        return _mention(label or f"@{name}")

    def _date(self, seconds: str, template: str, fallback: str) -> Markup:
        words = self._reader.safe_date(int(seconds), template) if seconds.isdecimal() else None
        return Markup("<time>{}</time>").format(words or fallback)

    def _link(self, body: str, label: str) -> Markup:
        url = _plain(body)
        return link(url, label) if safe_url(url) else escape(f"<{url}>")


def link(url: str, label: str = "") -> Markup:
    """A link that opens apart; only its words where the address is not one of the web or of mail."""
    words = label or url.removeprefix("mailto:")
    if safe_url(url) is None:
        return escape(words)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, words)


def _mention(words: str, css: str = "mention") -> Markup:
    return Markup('<span class="{}">{}</span>').format(css, words)


def _kind_of_line(line: str) -> str:
    if line.startswith(("&gt;", ">")):
        return "quote"
    return "list" if line.lstrip().startswith(BULLETS) else "text"


def _lines(lines: Iterable[Markup]) -> Markup:
    return Markup("<br>").join(lines)


def _plain(text: str) -> str:
    for entity, character in reversed(ENTITIES.items()):
        text = text.replace(entity, character)
    return text


def _escaped(text: str) -> Markup:
    return escape(_plain(text))
