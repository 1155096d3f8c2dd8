"""The part of Markdown that bots write in `markdown` blocks, as HTML; everything else is text, escaped."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from bot.playground.mrkdwn import link

INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)|\*\*(?P<strong>.+?)\*\*|~~(?P<s>.+?)~~"
    r"|(?<![\w*])\*(?P<star>[^*\s][^*]*?)\*(?![\w*])|(?<![\w_])_(?P<em>[^_\s][^_]*?)_(?![\w_])"
)
HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"\s*(?:[-*+]|(\d+)[.)])\s+(.*)")
RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*$")
TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")


def markdown(text: str) -> Markup:
    """Headings, lists, quotes, tables, code, rules and paragraphs."""
    html: list[Markup] = []
    lines = text.split("\n")
    while lines:
        html.append(_block(lines))
    return Markup("").join(html)


def inline(text: str) -> Markup:
    """Emphasis, code and links within a line."""
    html, end = Markup(""), 0
    for found in INLINE.finditer(text):
        html += escape(text[end : found.start()]) + _span(found)
        end = found.end()
    return html + escape(text[end:])


def _span(found: re.Match[str]) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["url"]:
        return link(found["url"], found["label"])
    for group, tag in (("strong", "strong"), ("s", "s"), ("star", "em"), ("em", "em")):
        if found[group]:
            return Markup("<{tag}>{inner}</{tag}>").format(tag=tag, inner=inline(found[group]))
    return escape(found[0])


def _block(lines: list[str]) -> Markup:
    """Take the lines of one block from the front and give its HTML."""
    first = lines[0]
    if not first.strip():
        lines.pop(0)
        return Markup("")
    if first.startswith("```"):
        return _fence(lines)
    if heading := HEADING.match(first):
        lines.pop(0)
        return Markup("<p class='heading level-{}'>{}</p>").format(len(heading[1]), inline(heading[2]))
    if RULE.match(first):
        lines.pop(0)
        return Markup("<hr>")
    if first.startswith(">"):
        quoted = _take(lines, lambda line: line.startswith(">"))
        return Markup("<blockquote>{}</blockquote>").format(markdown("\n".join(line[1:].lstrip() for line in quoted)))
    if ITEM.match(first):
        return _list(lines)
    if "|" in first and len(lines) > 1 and TABLE_RULE.match(lines[1]):
        return _table(_take(lines, lambda line: "|" in line))
    text = [lines.pop(0), *_take(lines, _is_text)]
    return Markup("<p>{}</p>").format(Markup("<br>").join(map(inline, text)))


def _is_text(line: str) -> bool:
    special = line.startswith(("```", ">")) or HEADING.match(line) or ITEM.match(line) or RULE.match(line)
    return bool(line.strip()) and not special


def _take(lines: list[str], wanted: Callable[[str], bool]) -> list[str]:
    taken: list[str] = []
    while lines and wanted(lines[0]):
        taken.append(lines.pop(0))
    return taken


def _fence(lines: list[str]) -> Markup:
    lines.pop(0)
    code = _take(lines, lambda line: not line.startswith("```"))
    if lines:
        lines.pop(0)
    return Markup("<pre>{}</pre>").format("\n".join(code))


def _list(lines: list[str]) -> Markup:
    items = [found for line in _take(lines, lambda line: bool(ITEM.match(line))) if (found := ITEM.match(line))]
    tag = "ol" if items[0][1] else "ul"
    entries = Markup("").join(Markup("<li>{}</li>").format(inline(item[2])) for item in items)
    return Markup("<{tag}>{entries}</{tag}>").format(tag=tag, entries=entries)


def _table(lines: list[str]) -> Markup:
    def row(line: str, tag: str) -> Markup:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        html = Markup("").join(Markup("<{tag}>{cell}</{tag}>").format(tag=tag, cell=inline(cell)) for cell in cells)
        return Markup("<tr>{}</tr>").format(html)

    body = Markup("").join(row(line, "td") for line in lines[2:])
    return Markup("<div class='table'><table><thead>{}</thead><tbody>{}</tbody></table></div>").format(
        row(lines[0], "th"), body
    )
