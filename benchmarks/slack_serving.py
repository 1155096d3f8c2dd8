"""What is needed around the slash commands that are measured: the local Slack, servers, and the clients, each of them a
process of its own but the local Slack."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.clock import system_clock
from bot.playground import payloads
from bot.playground.server import running
from bot.playground.slack import LocalSlack
from bot.playground.team import BILLING, NORTHWIND, PEOPLE

Json = dict[str, Any]
SEATBOT = Path(sys.executable).with_name("seatbot")
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of Slack's documentation
CLIENTS = 16
START_SECONDS = 60
OURS = (str(SEATBOT), "serve", "--http")
ADMIN = next(person for person in PEOPLE if person.is_admin and person.language == "en")
FOREIGN = ("SLACK_", "SEATBOT_", "DATABASE_URL")
"""Settings of whoever runs the benchmarks, which are kept out of what is measured."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers slash commands at a URL."""

    program: tuple[str, ...]
    process: "subprocess.Popen[bytes]"
    url: str

    def memory(self) -> int:
        """What the process holds now, in bytes."""
        command = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        shown = subprocess.run(command, check=True, capture_output=True)
        return int(shown.stdout) * 1024


@dataclass(frozen=True, slots=True)
class Stage:
    """The local Slack is there, and the clients wait."""

    folder: Path
    api: str
    clients: Sequence["subprocess.Popen[str]"]

    @contextmanager
    def serving(self, database: str, *program: str) -> Iterator[Server]:
        """Run a program that listens at the last of its words: HOST:PORT or a port."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | {
            "DATABASE_URL": database,
            "SLACK_API_URL": f"{self.api}/api/",
            "SLACK_BOT_TOKEN": NORTHWIND.bot_token,
            "SLACK_SIGNING_SECRET": SECRET,
            "LOG_FORMAT": "json",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path.cwd()), os.environ.get("PYTHONPATH")])),
        }
        port = free_port()
        words = [*program, f"127.0.0.1:{port}" if program == OURS else str(port)]
        with (self.folder / "serving.log").open("wb") as log:
            process = subprocess.Popen(words, env=environment, cwd=self.folder, stdout=log, stderr=log)
            try:
                wait_for(process, port, Path(log.name))
                yield Server(program, process, f"http://127.0.0.1:{port}")
            finally:
                process.terminate()
                process.wait()

    def at_full_speed(self, server: Server, text: str, seconds: float) -> float:
        """How many times a second all clients together get an answer to a command."""
        job = {"text": text, "seconds": seconds}
        found = self.all_do(server, [job] * len(self.clients))
        if server.program == OURS and any(one["resets"] for one in found):
            raise RuntimeError("connections were reset")
        answers: int = sum(one["answers"] for one in found)
        return answers / seconds

    def paced(self, server: Server, plans: Sequence[Sequence[Mapping[str, Any]]]) -> list[Json]:
        """What each client heard that sent its own commands at their times."""
        begin = time.time() + 2
        return self.all_do(server, [{"begin": begin, "commands": plan} for plan in plans])

    def all_do(self, server: Server, jobs: Sequence[Mapping[str, Any]]) -> list[Json]:
        payload = payloads.slash_command(NORTHWIND, ADMIN, BILLING, "", "", "")
        for number, (client, job) in enumerate(zip(self.clients, jobs, strict=True)):
            assert client.stdin is not None
            whole = {"url": server.url, "secret": SECRET, "payload": payload, "name": f"{number}", **job}
            client.stdin.write(json.dumps(whole) + "\n")
            client.stdin.flush()
        found = []
        for client in self.clients:
            assert client.stdout is not None
            found.append(json.loads(client.stdout.readline()))
        failed = [one["error"] for one in found if "error" in one]
        if failed:
            raise RuntimeError(f"{len(failed)} clients of {server.program} failed: {failed[0]}")
        return found


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    slack = LocalSlack(system_clock)
    with running(slack) as server, ExitStack() as stack:
        command = [sys.executable, "-m", "benchmarks.slack_client"]
        clients = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(CLIENTS)
        ]
        yield Stage(folder, server.url, clients)


def bolt(way: str) -> tuple[str, ...]:
    """The program that does the same work by one of Bolt's own servers."""
    return sys.executable, "-m", "benchmarks.slack_bolt", way


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Return once somebody listens at the port. Raises RuntimeError with the log where the program ends before."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nobody listens: {log.read_text()[-2000:]}")
