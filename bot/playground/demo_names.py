"""Addresses that people of the demo get by their names. Pure."""

import unicodedata


def address(name: str, domain: str) -> str:
    """The address of somebody of that name."""
    return f"{local_part(name)}@{domain}"


def local_part(name: str) -> str:
    """First name, dot, family name, in plain letters: Anaïs Le Gall is anais.legall."""
    given, _, family = name.casefold().replace("'", "").partition(" ")
    plain = unicodedata.normalize("NFKD", f"{given}.{family.replace(' ', '')}" if family else given)
    return plain.encode("ascii", "ignore").decode()
