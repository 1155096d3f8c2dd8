"""Secrets at rest."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.errors import BadEncryptionKey, NoEncryptionKey, SealedOtherwise
from bot.services.sealed import seal, unseal

OLD, NEW, OTHER = (urlsafe_b64encode(bytes([n] * 32)).decode() for n in range(3))


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = seal(NEW, text)
    assert sealed.isascii()
    assert len(text) < 8 or text not in sealed
    assert unseal(NEW, sealed) == text


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert seal(NEW, "xoxb-1") != seal(NEW, "xoxb-1")


@pytest.mark.parametrize("between", [",", " ", ", ", "\n", ",,"])
def test_a_new_key_seals_and_the_old_one_still_unseals(between: str) -> None:
    keys = f"{NEW}{between}{OLD}"
    assert unseal(keys, seal(OLD, "hush")) == "hush"
    assert unseal(NEW, seal(keys, "hush")) == "hush"
    with pytest.raises(SealedOtherwise):
        unseal(OLD, seal(keys, "hush"))


@pytest.mark.parametrize("keys", [None, "", " , "])
def test_without_a_key_nothing_is_sealed_and_one_reads_how_to_make_one(keys: str | None) -> None:
    for asked in (seal, unseal):
        with pytest.raises(NoEncryptionKey, match=r"SEATBOT_ENCRYPTION_KEYS is not set.*openssl rand -base64 32"):
            asked(keys, "hush")


def test_no_key_fits() -> None:
    with pytest.raises(SealedOtherwise) as refused:
        unseal(f"{OTHER} {OLD}", seal(NEW, "hush"))
    assert refused.value.__cause__ is None
    for key in (OTHER, OLD, NEW):
        assert key not in str(refused.value)


@pytest.mark.parametrize("text", ["", "hush", "gAAAAA", "é", "\0"])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealedOtherwise):
        unseal(NEW, text)


@pytest.mark.parametrize("at", [0, 5, 30, 60])
def test_what_was_altered_is_refused(at: int) -> None:
    sealed = seal(NEW, "hush")
    with pytest.raises(SealedOtherwise):
        unseal(NEW, sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :])


@pytest.mark.parametrize("bad", ["hush", NEW[:-4], "é" * 44, "AAAA" + NEW])
def test_a_key_that_is_none_is_named_by_its_number_only(bad: str) -> None:
    with pytest.raises(BadEncryptionKey, match="Key 2 of SEATBOT_ENCRYPTION_KEYS") as refused:
        seal(f"{NEW},{bad}", "hush")
    assert bad not in str(refused.value)
