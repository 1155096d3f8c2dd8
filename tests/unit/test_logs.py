"""No secret and no person's address gets through the logs, whoever writes them."""

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Literal

import pytest
import structlog

from bot import logs

SECRETS = ("s3cret-signing", 'pass"word', "xoxb-1-abc")


@contextmanager
def logging_to(form: Literal["console", "json"] | None) -> Iterator[io.StringIO]:
    """What is logged meanwhile; afterwards the logging is that of the tests again."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers, root.level, (sys.excepthook, threading.excepthook)
    try:
        with redirect_stderr(io.StringIO()) as written:
            logs.configure(form, SECRETS)
            yield written
    finally:
        root.handlers, root.level = handlers, level
        sys.excepthook, threading.excepthook = hooks
        structlog.reset_defaults()


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("ann@acme.example left", "[address] left"),
        ("to <ann@acme.example>, bob.b+x@sub.acme.example", "to <[address]>, [address]"),
        ("“zoé@café.example”", "“[address]”"),
        ("Key (email)=(ann@acme.example) exists", "Key (email)=([address]) exists"),
        ("<mailto:ann@acme.example|ann@acme.example>", "<mailto:[address]|[address]>"),
        ("with s3cret-signing", "with [hidden]"),
        ('pass"word!', "[hidden]!"),
        ("Bearer xoxb-12-34-abc", "Bearer [hidden]"),
        ("xapp-1-A0-99-f00", "[hidden]"),
        ("https://hooks.slack.com/commands/T1/2/ab", "https://hooks.slack.com/commands/[hidden]"),
        ("http://127.0.0.1:80/response/actions/T1/ab", "http://127.0.0.1:80/response/actions/[hidden]"),
        ("wss://wss.slack.com/link/?ticket=ab-cd&app_id=1", "wss://wss.slack.com/link/?ticket=[hidden]&app_id=1"),
        ("postgresql+psycopg://me:pw@db/seatbot", "postgresql+psycopg://[hidden]@db/seatbot"),
        ("host=db password=pw user=me", "host=db password=[hidden] user=me"),
        ("<@U0GRACE001> in <#C1>", "<@U0GRACE001> in <#C1>"),
        ("    @app.use", "    @app.use"),
        ("https://slack.com/api/auth.test", "https://slack.com/api/auth.test"),
    ],
)
@pytest.mark.parametrize("by", ["structlog", "a library", "an exception", "a field", "a nested field"])
def test_what_must_not_be_read_is_struck_out(by: str, said: str, logged: str) -> None:
    ours, library = structlog.get_logger("bot"), logging.getLogger("slack_sdk.web")
    with logging_to("json") as written:
        if by == "structlog":
            ours.info(said)
        elif by == "a library":
            library.warning("%s", said)
        elif by == "an exception":
            try:
                raise ValueError(said)
            except ValueError:
                library.exception("failed")
        elif by == "a field":
            ours.info("x", about=ValueError(said))
        else:
            ours.info("x", about={"list": [said], said: 1})
    found = json.dumps(json.loads(written.getvalue()), ensure_ascii=False).replace('\\"', '"')
    assert logged in found
    assert said == logged or said not in found


def test_on_a_terminal_it_is_struck_out_too() -> None:
    with logging_to("console") as written:
        try:
            raise ValueError("ann@acme.example and s3cret-signing")
        except ValueError:
            logging.getLogger("uvicorn.error").exception("for ann@acme.example")
    assert "ann@" not in written.getvalue()
    assert "s3cret" not in written.getvalue()
    assert "[address] and [hidden]" in written.getvalue()


def test_entries_are_json_off_a_terminal_with_level_time_and_logger() -> None:
    with logging_to(None) as written:
        structlog.get_logger("bot.serve").info("stopped", seconds=1.5)
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
        logging.getLogger("slack_bolt.App").debug("not shown")
    ours, theirs = map(json.loads, written.getvalue().splitlines())
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {"event": "stopped", "seconds": 1.5, "level": "info", "logger": "bot.serve"}
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "Invalid HTTP request received.",
        "warning",
        "uvicorn.error",
    )


def test_bolts_warning_of_a_token_that_it_was_not_meant_to_read_is_left_out() -> None:
    with logging_to("json") as written:
        logging.getLogger("slack_bolt.App").warning("As you gave `client` as well, `token` will be unused.")
    assert written.getvalue() == ""


def test_what_nobody_caught_is_logged_like_all_else() -> None:
    def fail() -> None:
        raise ValueError("ann@acme.example")

    with logging_to("json") as written:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        try:
            fail()
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(entry["event"], entry["level"]) for entry in entries] == [("uncaught", "critical")] * 2
    assert all("ValueError: [address]" in entry["exception"] for entry in entries)
