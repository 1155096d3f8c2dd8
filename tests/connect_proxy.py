"""A proxy on loopback that leads to servers on loopback, by whatever name they are asked for."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread


@dataclass
class ConnectProxy:
    """Its port, whom it was asked to `CONNECT` with, and the credentials that came along. It refuses if `refuses`."""

    port: int
    asked: list[str] = field(default_factory=list)
    credentials: list[str | None] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def connect_proxy() -> Iterator[ConnectProxy]:
    """Serve while the block runs."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            words = self.rfile.readline().decode().split()
            heads = dict(line.decode().strip().split(": ", 1) for line in iter(self.rfile.readline, b"\r\n") if line)
            assert words[0] == "CONNECT"
            proxy.asked.append(words[1])
            proxy.credentials.append(heads.get("Proxy-Authorization"))
            if proxy.refuses:
                self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            with closing(socket.create_connection(("127.0.0.1", int(words[1].rpartition(":")[2])))) as there:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = Thread(target=pass_on, args=(there, self.connection))
                back.start()
                pass_on(self.connection, there)
                back.join()

    class Server(ThreadingTCPServer):
        daemon_threads = False  # each is waited for

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy = ConnectProxy(server.server_address[1])
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            serving.join()


def pass_on(here: socket.socket, there: socket.socket) -> None:
    """All that comes, until one of them ends it."""
    with suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    with suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)
