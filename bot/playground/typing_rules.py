"""What Slack's composer makes of what a person types, before an app sees it."""

import re

ADDRESS = re.compile(r"(?<![\w@:|<.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w@>|-])")


def escaped(text: str) -> str:
    """Text that is no markup: the three characters that could begin some are written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str) -> str:
    """The text as an app receives it: escaped, and addresses made into links."""
    return ADDRESS.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", escaped(text))
