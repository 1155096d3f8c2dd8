"""Is a list of blocks, or a view, one that Slack takes? By its schema, then by its lengths, counts and surface.

`blocks.schema.json` holds the shapes; blocks_limits.py the lengths and surfaces, which a schema of types cannot know.
"""

import json
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files

from jsonschema_rs import Draft7Validator, ValidationError, ValidationErrorKind

from bot.playground.blocks_rules import Fault, faults_of_blocks, faults_of_options, faults_of_view
from bot.playground.wire import Json, SlackError

MOST_CHARACTERS = 13_000
MOST_BYTES_OF_VIEW = 250_000


def check_blocks(blocks: object, unknown: Collection[str] = ()) -> list[Json]:
    """The blocks, if Slack would take them in a message. `unknown` are types that the workspace does not have yet.

    Raises SlackError: `invalid_blocks_format`, `invalid_blocks` with every fault and its JSON pointer, or
    `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if faults := blocks_faults(blocks, unknown=unknown):
        details = [str(fault) for fault in faults]
        raise SlackError("invalid_blocks", details, errors=[detail.removeprefix("[ERROR] ") for detail in details])
    if len(json.dumps(blocks, ensure_ascii=False)) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blocks


def check_view(view: object, kind: str, unknown: Collection[str] = ()) -> Json:
    """The view, if Slack would take it as that kind (`modal`, `home`).

    Raises SlackError: `invalid_arguments` with every fault and its JSON pointer, or `view_too_large`.
    """
    faults = view_faults(view, unknown)
    if not faults and isinstance(view, dict) and view["type"] != kind:
        faults = [Fault("/view/type", f"must be {kind}, not {view['type']}")]
    if faults or not isinstance(view, dict):
        raise SlackError("invalid_arguments", [str(fault) for fault in faults])
    if len(json.dumps(view).encode()) > MOST_BYTES_OF_VIEW:
        raise SlackError("view_too_large")
    return view


def check_options(answer: Json) -> list[Json]:
    """The options, or groups of options, that an app offers for an external menu; raises `invalid_options`."""
    faults = list(faults_of_options(answer))
    if faults:
        raise SlackError("invalid_options", [str(fault) for fault in faults])
    groups = answer.get("option_groups") or []
    return answer.get("options") or [option for group in groups for option in group["options"]]


def blocks_faults(
    blocks: list[Json], surface: str = "message", base: str = "/blocks", unknown: Collection[str] = ()
) -> list[Fault]:
    """All that is wrong with blocks on a surface (`message`, `modal`, `home`): the shapes, else lengths and counts."""
    faults = [
        fault for index, block in enumerate(blocks) for fault in _faults_of_shape(f"{base}/{index}", block, unknown)
    ]
    return faults or list(faults_of_blocks(blocks, surface, base))


def view_faults(view: object, unknown: Collection[str] = ()) -> list[Fault]:
    """All that is wrong with a view."""
    if not isinstance(view, dict):
        return [Fault("/view", "must be an object")]
    kind = view.get("type")
    if kind not in VIEWS:
        return [Fault("/view/type", f"unsupported type: {kind}")] if kind else [Fault("/view", MISSING.format("type"))]
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        missing = "blocks" not in view
        return [
            Fault("/view" if missing else "/view/blocks", MISSING.format("blocks") if missing else "must be a list")
        ]
    faults = [_fault("/view", error) for error in _view_validator(kind).iter_errors({**view, "blocks": []})]
    return [*faults, *([] if faults else faults_of_view(view)), *blocks_faults(blocks, kind, "/view/blocks", unknown)]


VIEWS = {"modal": "ModalView", "home": "HomeView"}
MISSING = "missing required field: {}"


def _faults_of_shape(pointer: str, block: Json, unknown: Collection[str]) -> Iterator[Fault]:
    """Each block is held against the definition of its own type: quicker, and the faults are the ones that matter."""
    validators = _validators()
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in validators or kind in unknown:
        yield Fault(f"{pointer}/type", f"unsupported type: {kind}")
        return
    for error in validators[kind].iter_errors(block):
        yield _fault(pointer, error)


def _fault(base: str, error: ValidationError) -> Fault:
    cause = _cause(error)
    pointer = base + "".join(f"/{part}" for part in cause.instance_path)
    match cause.kind:
        case ValidationErrorKind.AnyOf() if isinstance(cause.instance, dict):
            reason = f"unsupported type: {cause.instance.get('type')}"
        case ValidationErrorKind.Required(name):  # one error for each field that is missing
            reason = MISSING.format(name)
        case ValidationErrorKind.AdditionalProperties([extra, *_]):
            reason = f"invalid additional property: {extra}"
        case _:
            reason = cause.message
    return Fault(pointer, reason[:200])


def _cause(error: ValidationError) -> ValidationError:
    """The fault within the alternative that was meant, which is the one whose `type` fits."""
    while isinstance(error.kind, ValidationErrorKind.AnyOf):
        place = error.instance_path
        meant = [faults for faults in error.kind.context if not any(_is_of_another_type(one, place) for one in faults)]
        if not meant:
            break
        error = meant[0][0]
    return error


def _is_of_another_type(error: ValidationError, place: list[str | int]) -> bool:
    """Whether a fault is that what stands at a place is of another type than this alternative."""
    if isinstance(error.kind, ValidationErrorKind.AnyOf):
        return all(any(_is_of_another_type(one, place) for one in faults) for faults in error.kind.context)
    is_choice = isinstance(error.kind, (ValidationErrorKind.Constant, ValidationErrorKind.Enum))
    return is_choice and error.instance_path == [*place, "type"]


@cache
def _schema() -> Json:
    schema: Json = json.loads(files("bot.playground").joinpath("blocks.schema.json").read_text(encoding="utf-8"))
    return schema


@cache
def _view_validator(kind: str) -> Draft7Validator:
    return Draft7Validator({**_schema(), "$ref": f"#/definitions/{VIEWS[kind]}"})


@cache
def _validators() -> dict[str, Draft7Validator]:
    """One validator for each type of block."""
    schema = _schema()
    definitions = schema["definitions"]
    validators: dict[str, Draft7Validator] = {}
    for reference in definitions["KnownBlock"]["anyOf"]:
        name = reference["$ref"].rpartition("/")[2]
        definition = definitions[name]
        kind = definition.get("anyOf", [definition])[0]["properties"]["type"]["const"]
        validators[kind] = Draft7Validator({**schema, "$ref": reference["$ref"]})
    return validators
