"""Partial answers, as Google gives them: `fields=nextPageToken,users(id,name/fullName)` leaves everything else out."""

import re
from typing import Any

Mask = dict[str, "Mask | None"]
"""What is asked of each field; None is all of it."""
_PATH = re.compile(r"[\w*]+(?:/[\w*]+)*")


def mask_of(fields: str) -> Mask:
    """What the words ask for. Raises ValueError."""
    mask, rest = _listed(fields)
    if rest:
        raise ValueError(fields)
    return mask


def masked(value: Any, mask: Mask | None) -> Any:
    """What is left of an answer."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [masked(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        return {name: masked(one, mask["*"]) for name, one in value.items()}
    return {name: masked(one, mask[name]) for name, one in value.items() if name in mask}


def _listed(fields: str) -> tuple[Mask, str]:
    mask: Mask = {}
    while True:
        path = _PATH.match(fields)
        if path is None:
            raise ValueError(fields)
        fields, inner = fields[path.end() :], None
        if fields.startswith("("):
            inner, fields = _listed(fields[1:])
            if not fields.startswith(")"):
                raise ValueError(fields)
            fields = fields[1:]
        _put(mask, path[0].split("/"), inner)
        if not fields.startswith(","):
            return mask, fields
        fields = fields[1:]


def _put(mask: Mask, path: list[str], inner: Mask | None) -> None:
    *outer, last = path
    for name in outer:
        found = mask.setdefault(name, {})
        if found is None:  # all of it is asked for already
            return
        mask = found
    mask[last] = inner
