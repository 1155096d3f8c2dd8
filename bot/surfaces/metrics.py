"""What is counted of Slack's requests, for Prometheus."""

import platform
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
"""Seconds; Slack gives up after 3."""


class Metrics:
    """The figures of one process. For use by many threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Info("seatbot_build", "The program that runs.", registry=self.registry).info(
            {"version": version("seatbot"), "python": platform.python_version()}
        )
        self._requests = Counter(
            "seatbot_requests",
            "Requests of Slack, by the way they came, their kind and their outcome.",
            ["way", "kind", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "seatbot_request_seconds",
            "How long Slack waited for the app, by the kind of request.",
            ["kind"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._connected = Gauge(
            "seatbot_socket_mode_connected", "Whether Socket Mode is connected.", registry=self.registry
        )

    def answered(self, way: str, kind: str, outcome: str, seconds: float) -> None:
        """A request was dealt with."""
        self._requests.labels(way, kind, outcome).inc()
        self._seconds.labels(kind).observe(seconds)

    def turned_away(self, outcome: str) -> None:
        """A request by HTTP did not reach the app."""
        self._requests.labels("http", "unknown", outcome).inc()

    def connected(self, connected: bool) -> None:
        """Socket Mode came or went."""
        self._connected.set(connected)

    def exposition(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)
