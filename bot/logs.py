"""Structured logs on standard error: readable lines on a terminal, JSON elsewhere (LOG_FORMAT).

No secret and no person's address is written by us; what a library or an error message would tell is struck out here.
"""

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import structlog

HIDDEN = "[hidden]"
SHORTEST_SECRET = 6
"""What is shorter would strike out half of every line; a database's password is still struck out of its address."""
SHAPES = (
    (re.compile(r"\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[\w-]+"), HIDDEN),
    (
        re.compile(r"(https?://[^\s/\"'<>]+/(?:\w+/)?(?:commands|actions|services|app|workflows)/)[^\s\"'<>]+"),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\b(ticket=)[^\s&\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(://)[^\s/@\"']*:[^\s/\"']*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"\b(password=)\S+"), rf"\1{HIDDEN}"),
    (re.compile(r"[^\s@<>\"'“”(),:;\[\]\\|=/]+@[^\s@<>\"'“”(),:;\[\]\\|=/]+"), "[address]"),
)


def configure(
    log_format: Literal["console", "json"] | None, secrets: Iterable[str] = (), level: int = logging.INFO
) -> None:
    """Send structlog's and the libraries' records to standard error, in one form. Once a process, by whoever serves.

    The values of `secrets` are struck out wherever they come up, as is all that looks like a secret or an address.
    """
    as_json = log_format == "json" or (log_format is None and not sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        # The default shows local variables in a traceback, and with them tokens.
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                censor(secrets),
                renderer,
            ],
        )
    )
    handler.addFilter(is_worth_telling)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # or it would tell every second that a second has passed
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    sys.excepthook = lambda kind, error, trace: uncaught(error)
    threading.excepthook = lambda thread: uncaught(thread.exc_value)


@contextmanager
def silenced() -> Iterator[None]:
    """Log nothing while the block runs: what goes wrong in a terminal is told in the answer."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def uncaught(error: BaseException | None) -> None:
    """What nobody caught is logged as everything else, and not written as it is."""
    structlog.get_logger(__name__).critical("uncaught", exc_info=error)


def is_worth_telling(record: logging.LogRecord) -> bool:
    """Bolt looks into the environment by itself, and warns of the token there, which we have given it another way."""
    return not record.getMessage().startswith("As you gave `")


def censor(secrets: Iterable[str]) -> structlog.types.Processor:
    """A processor that strikes these values, and what looks like a secret or a person's address, out of an entry."""
    known = sorted((secret for secret in secrets if len(secret) >= SHORTEST_SECRET), key=len, reverse=True)

    def text(value: str) -> str:
        for secret in known:
            value = value.replace(secret, HIDDEN)
        for shape, instead in SHAPES:
            value = shape.sub(instead, value)
        return value

    def process(_: Any, __: str, entry: structlog.types.EventDict) -> structlog.types.EventDict:
        return {key: censored(value, text) for key, value in entry.items()}

    return process


def censored(value: Any, text: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {censored(key, text): censored(item, text) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [censored(item, text) for item in value]
    return text(repr(value))
