"""The page's own words, in the language of whoever looks at it; what the bot says is the bot's."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT_LANGUAGE = "en"


@cache
def page_texts(language: str) -> dict[str, Any]:
    """All texts in a language (`en`, `fr`); English where there are none in it."""
    everything: dict[str, dict[str, Any]] = json.loads(
        files("bot.playground").joinpath("page_texts.json").read_text(encoding="utf-8")
    )
    return everything.get(language, everything[DEFAULT_LANGUAGE])
