"""The page's words: the same in each language, with the same braces, and none that nothing shows."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from bot.playground.page_texts import page_texts

BRACES = re.compile(r"\{\w+\}")
ROOT = files("bot.playground")
FOR_SCRIPT = dict.fromkeys(("connected", "not_connected", "refused", "remove"))  # given to the script as well


def leaves(texts: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in texts.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from leaves(value, here)
        else:
            yield here, value


def test_english_and_french_say_the_same_things() -> None:
    en, fr = dict(leaves(page_texts("en"))), dict(leaves(page_texts("fr")))
    assert en.keys() == fr.keys()
    for name in en:
        assert sorted(BRACES.findall(en[name])) == sorted(BRACES.findall(fr[name])), name


def test_french_puts_its_spaces_and_its_own_signs() -> None:
    for name, text in leaves(page_texts("fr")):
        assert not re.search(r"\S[:;!?»]( |$)", BRACES.sub("x", text).replace("https://", "")), name
        assert not re.search(r" [:;!?»]|« ", text), name  # these spaces do not break
        assert "'" not in text, name
        assert '"' not in text, name


def test_every_text_is_shown_somewhere() -> None:
    sources = [*walk("templates"), *walk("static"), *ROOT.iterdir()]
    source = "\n".join(
        file.read_text(encoding="utf-8") for file in sources if file.name.endswith((".html", ".js", ".py"))
    )
    for name, text in page_texts("en").items():
        names = text if name == "script" else [name]
        for one in names:
            assert re.search(rf"texts\.{one}\b|texts\[\"{one}\"\]|\"{one}\"", source), one


def test_no_text_is_missing() -> None:
    texts = page_texts("en")
    for folder, known in (("templates", texts), ("static", texts["script"] | FOR_SCRIPT)):
        for file in walk(folder):
            for name in re.findall(r"\btexts\.(\w+)", file.read_text(encoding="utf-8")):
                assert name in known or name == "js", (file.name, name)


def test_every_refusal_and_fault_of_the_page_has_words() -> None:
    names = ("page_acts.py", "fault_panel.py", "submissions.py", "directories/clients.py")
    source = "\n".join(ROOT.joinpath(name).read_text(encoding="utf-8") for name in names)
    script = page_texts("en")["script"]
    for code in re.findall(r'_refused\("(\w+)"|(?:Slack|Impossible)Error\("(\w+)"', source):
        assert "".join(code) in script["refusals"] or "".join(code) in ("forbidden", "gone")
    for code in script["invalid"]:
        assert f'"{code}"' in source


def walk(folder: str) -> Iterator[Any]:
    waiting = [ROOT.joinpath(folder)]
    while waiting:
        for entry in waiting.pop().iterdir():
            if entry.is_dir():
                waiting.append(entry)
            else:
                yield entry
