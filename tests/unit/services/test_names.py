"""How addresses and names are compared and checked."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services import names
from bot.services.errors import BadEmail, BadName, BadPattern

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", " ACME\u00a0"),
        ("Évian", "e\u0301VIAN"),
        ("STRASSE", "straße"),
        ("ﬁrm", "FIRM"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ångström", "A\u030angstro\u0308m"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert names.key(one) == names.key(other)


@pytest.mark.parametrize(("one", "other"), [("Acme", "Acme2"), ("é", "e"), ("a b", "ab"), ("a.b@x.test", "ab@x.test")])
def test_names_that_only_look_alike(one: str, other: str) -> None:
    assert names.key(one) != names.key(other)


@given(texts)
def test_a_key_is_its_own_key_and_that_of_every_spelling(text: str) -> None:
    key = names.key(text)
    assert names.key(key) == key or names.key(key.strip()) == names.key(key)
    assert names.key(unicodedata.normalize("NFD", text)) == names.key(unicodedata.normalize("NFC", text))


def test_a_key_can_always_be_stored() -> None:
    assert names.key("caf\udce9") == "caf?"
    names.key("\ud800x").encode()


@pytest.mark.parametrize(
    "email", ["a@b", "a@b.test", "A.B+c@sub.b.test", "üñí@exämple.test", "o'neil@b.test", "a" * 310 + "@b.test"]
)
def test_addresses(email: str) -> None:
    assert names.check_email(f"  {email}\t") == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        " ",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b c",
        "<a@b>",
        "a@b,c@d",
        "a@b;c",
        '"a"@b',
        "a\x00@b",
        "a@b\u2028c",
        "a\ud800@b",
        "a" * 320 + "@b",
    ],
)
def test_no_addresses(email: str) -> None:
    with pytest.raises(BadEmail) as refused:
        names.check_email(email)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("pattern", ["*@b.test", " *@B.test ", "a@b.test"])
def test_patterns(pattern: str) -> None:
    assert names.check_pattern(pattern) == pattern.strip()


@pytest.mark.parametrize("pattern", ["*", "*@*", "a*@b.test", "**@b.test", "@b.test", "b.test", "", "*@"])
def test_no_patterns(pattern: str) -> None:
    with pytest.raises(BadPattern):
        names.check_pattern(pattern)


def test_a_pattern_means_an_address_or_a_whole_domain() -> None:
    patterns = {"a@b.test", "*@c.test"}
    assert names.matches(patterns, "a@b.test")
    assert names.matches(patterns, "x@c.test")
    assert not names.matches(patterns, "x@b.test")
    assert not names.matches(patterns, "x@sub.c.test")
    assert not names.matches(patterns, "x@xc.test")


@pytest.mark.parametrize("name", ["Ann", " Ann ", "👩‍👩‍👧", "\u202eAnn", "x" * 500, "<!channel>", "=1+1"])
def test_names_are_kept_as_they_are(name: str) -> None:
    assert names.check_name(name) == name.strip()


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\tb", "\x1b[31m", "a\x7f", "a\x85b", "a\u2028b", "a\0", "\udcff"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(BadName):
        names.check_name(name)


@given(st.text(max_size=200))
def test_what_is_shown_is_one_short_line_that_turns_nothing(text: str) -> None:
    shown = names.printable(text)
    assert len(shown) <= 80
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\x1b\0")
    shown.encode()
