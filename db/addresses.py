"""What SQL reads out of `account_user.email_key`, in words that both engines know; indexes are built of these.

Neither engine uses such an index for an expression with parameters, so they are texts.
"""

SEPARATORS = "-_.+@0123456789"
"""What stands between the words of an address."""
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
UNREAD = "*"
"""Instead of a first word: the address has letters that SQL does not fold."""


def without(text: str, characters: str) -> str:
    """The text without these characters, wherever they are."""
    for character in characters:
        text = f"replace({text}, '{character}', '')"
    return text


LOCAL = f"rtrim(email_key, {without('email_key', '@')})"
"""What stands before the last @, with it."""
DOMAIN = f"substr(email_key, length({LOCAL}) + 1)"
LETTERS = without(LOCAL, SEPARATORS)
"""What stands before the @, without all that separates words."""
WORDS = f"ltrim(email_key, '{SEPARATORS}')"
FIRST = f"substr({WORDS}, 1, length({WORDS}) - length(ltrim({WORDS}, '{ALPHABET}')))"
REST = f"length(ltrim({LOCAL}, '{ALPHABET}{SEPARATORS}'))"
FIRST_WORD = f"substr('{UNREAD}', 1, {REST}) || substr({FIRST}, 1 + 1000 * {REST})"
"""The first letters of an address in a row, or UNREAD."""
