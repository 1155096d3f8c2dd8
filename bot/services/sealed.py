"""Secrets at rest: what the store keeps of them can be read only with the keys of SEATBOT_ENCRYPTION_KEYS.

The newest key seals and any of them unseals, so that a key is replaced by one before it, and later left out.
"""

from typing import TYPE_CHECKING

from bot.services.errors import BadEncryptionKey, NoEncryptionKey, SealedOtherwise

if TYPE_CHECKING:  # it takes a while, and few commands need it
    from cryptography.fernet import MultiFernet


def seal(keys: str | None, text: str) -> str:
    """The text, sealed with the newest key: ASCII, each time another. `keys` are those of the settings: the newest
    first, separated by commas or spaces. Raises NoEncryptionKey, BadEncryptionKey."""
    return opener(keys).encrypt(text.encode()).decode("ascii")


def unseal(keys: str | None, text: str) -> str:
    """The text that was sealed with one of the keys. Raises NoEncryptionKey, BadEncryptionKey, and SealedOtherwise
    where none of them fits or the text was altered."""
    from cryptography.fernet import InvalidToken

    try:
        return opener(keys).decrypt(text.encode()).decode()
    except InvalidToken:
        raise SealedOtherwise() from None


def opener(keys: str | None) -> "MultiFernet":
    """All keys in one. Raises NoEncryptionKey, BadEncryptionKey."""
    from cryptography.fernet import Fernet, MultiFernet

    given = (keys or "").replace(",", " ").split()
    if not given:
        raise NoEncryptionKey()
    found = []
    for number, key in enumerate(given, 1):
        try:
            found.append(Fernet(key))
        except ValueError:  # without its context, which may tell of the key
            raise BadEncryptionKey(number=number) from None
    return MultiFernet(found)
