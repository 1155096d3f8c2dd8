"""Matching a question, against encoding its sentence alone."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.table import MEGABYTE, Line, memory, plain, slower
from benchmarks.timing import in_turn, seconds
from bot.services.faq import matching, question

SHORT = "We deactivated twelve people at Acme last week, so why is the bill as high as before?"
LONG = " ".join([SHORT] * 10)
ROUNDS = 50
MOST_TIMES = 1.5
MOST_BYTES = 320 * MEGABYTE
RESIDENT = """
from bot.app import create_app
from bot.services.faq import matching
matching.matcher()
for line in open("/proc/self/status"):
    if line.startswith("VmRSS"):
        print(int(line.split()[1]) * 1024)
"""
"""All that `seatbot serve` imports, with the matcher loaded; prints the memory of the process in bytes."""


def lines() -> Iterator[Line]:
    """The lines of the table."""
    yield plain("load the matcher", seconds(lambda: matching.Loader()()))
    known = matching.matcher()
    for name, text in (("a question", SHORT), ("a question of 4,000 characters", (LONG * 5)[:4000])):
        read = question.read(text)
        time, bare = in_turn(
            ROUNDS, lambda text=text: known.match(text, "en"), lambda read=read: known.encoder.encode([read])
        )
        yield slower(f"match {name}", time, bare, "the sentence encoder alone", MOST_TIMES)
    if sys.platform == "linux":
        done = subprocess.run([sys.executable, "-c", RESIDENT], capture_output=True, check=True, text=True)
        yield memory("memory with the matcher loaded", int(done.stdout), MOST_BYTES)
