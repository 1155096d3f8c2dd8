"""Timing: medians, with both sides of a ratio in turn, so that a busy machine slows both."""

import time
from collections.abc import Callable
from statistics import median

Job = Callable[[], object]


def seconds(job: Job) -> float:
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def typical(job: Job, runs: int = 9) -> float:
    """The median time of a job after a warm-up, in seconds."""
    (found,) = in_turn(runs, job)
    return found


def in_turn(runs: int, *jobs: Job) -> list[float]:
    """The median time of each job after a warm-up, in seconds; the jobs take turns."""
    for job in jobs:
        job()
    rounds = [[seconds(job) for job in jobs] for _ in range(runs)]
    return [median(times) for times in zip(*rounds, strict=True)]
