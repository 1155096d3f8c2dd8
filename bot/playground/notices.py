"""What Slackbot says of a failure, in the language of whom it concerns."""

import json
from functools import cache
from importlib.resources import files

DEFAULT_LANGUAGE = "en"


def notice(language: str, name: str, **values: str) -> str:
    """The text of that name in a language (`en`, `fr`); English where there is none in it."""
    texts = _texts()
    return texts.get(language, texts[DEFAULT_LANGUAGE])[name].format(**values)


@cache
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        files("bot.playground").joinpath("notices.json").read_text(encoding="utf-8")
    )
    return found
