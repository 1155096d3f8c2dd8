"""Is a list of blocks one that Slack takes in a message? By its schema, then by its lengths and counts.

`blocks.schema.json` holds the shapes; blocks_limits.py the lengths, which a schema of types cannot know.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from bot.playground.blocks_limits import Fault, faults_of_message
from bot.playground.wire import Json, SlackError

MOST_CHARACTERS = 13_000


def check_blocks(blocks: object) -> list[Json]:
    """The blocks, if Slack would take them in a message.

    Raises SlackError: `invalid_blocks_format`, `invalid_blocks` with every fault and its JSON pointer, or
    `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    faults = [fault for index, block in enumerate(blocks) for fault in _faults_of_shape(index, block)]
    faults = faults or list(faults_of_message(blocks))
    if faults:
        raise SlackError("invalid_blocks", [str(fault) for fault in faults])
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blocks


def _faults_of_shape(index: int, block: Json) -> Iterator[Fault]:
    """Each block is held against the definition of its own type: quicker, and the faults are the ones that matter."""
    validators = _validators()
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in validators:
        yield Fault(f"/blocks/{index}/type", f"unsupported type: {kind}")
        return
    for error in validators[kind].iter_errors(block):
        cause = _cause(error)
        pointer = "".join(f"/{part}" for part in ["blocks", index, *cause.absolute_path])
        reason = cause.message
        if cause.validator == "anyOf" and isinstance(cause.instance, dict):
            reason = f"unsupported type: {cause.instance.get('type')}"
        yield Fault(pointer, reason[:200])


def _cause(error: ValidationError) -> ValidationError:
    """The fault within the alternative that was meant, which is the one whose `type` fits."""
    while error.context:
        alternatives: dict[Any, list[ValidationError]] = {}
        for nested in error.context:
            alternatives.setdefault(nested.schema_path[0], []).append(nested)
        meant = [found for found in alternatives.values() if not any(_is_of_another_type(one) for one in found)]
        if not meant:
            return error
        error = meant[0][0]
    return error


def _is_of_another_type(error: ValidationError) -> bool:
    at_type = list(error.relative_path) == ["type"] and error.validator in ("const", "enum")
    return at_type or (error.validator == "anyOf" and all(_is_of_another_type(one) for one in error.context or []))


@cache
def _validators() -> dict[str, Draft7Validator]:
    """One validator for each type of block."""
    schema: Json = json.loads(files("bot.playground").joinpath("blocks.schema.json").read_text(encoding="utf-8"))
    definitions = schema["definitions"]
    validators: dict[str, Draft7Validator] = {}
    for reference in definitions["KnownBlock"]["anyOf"]:
        name = reference["$ref"].rpartition("/")[2]
        definition = definitions[name]
        kind = definition.get("anyOf", [definition])[0]["properties"]["type"]["const"]
        validators[kind] = Draft7Validator({**schema, "$ref": reference["$ref"]})
    return validators
