"""Serves a local directory on loopback with TLS, by a certificate authority of its own."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import trustme
from starlette.types import ASGIApp

from bot.playground.serving import HOST, listen, serving


@dataclass(frozen=True, slots=True)
class Served:
    """A local directory that runs: its address, and the file of the authority that a client must trust."""

    url: str
    ca: str


@contextmanager
def serving_tls(app: ASGIApp, name: str, port: int = 0, authority: trustme.CA | None = None) -> Iterator[Served]:
    """Serve on loopback in a thread while the block runs; port 0 takes a free one. `name` is the thread's, and with
    `.test` one of the server's own; `authority` who vouches for the server, if several have one in common. Raises
    PortInUseError."""
    authority = authority or trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost", f"{name}.test").configure_cert(tls)
    with authority.cert_pem.tempfile() as ca:
        listener = listen(port)
        url = f"https://{HOST}:{listener.getsockname()[1]}"
        with serving(app, listener, name, tls):
            yield Served(url, ca)
