"""A proxy between the job and the local Supabase that breaks chosen requests on purpose."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from tests.support.patience import PATIENCE

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host"}


class Seen(NamedTuple):
    """A request that came through: method, table or function, query."""

    method: str
    target: str
    query: str


class Exchange:
    """One request, and what can be done with it."""

    def __init__(self, handler: BaseHTTPRequestHandler, proxy: FaultProxy, number: int, body: bytes) -> None:
        self.handler, self.proxy, self.number, self.body = handler, proxy, number, body

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows that the job sends."""
        sent: Any = json.loads(self.body)
        written: list[dict[str, Any]] = sent.get("records", []) if isinstance(sent, dict) else sent
        return written

    def forward(self) -> httpx.Response:
        """Let the request reach the server, and return its answer, which the job has not seen yet."""
        handler = self.handler
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP_BY_HOP}
        return self.proxy.upstream.request(
            handler.command, handler.path, content=self.body, headers=headers | {"Accept-Encoding": "identity"}
        )

    def answer(self, status: int, content: bytes, headers: dict[str, str], *, cut: int = 0) -> None:
        """Answer the job; `cut` keeps back the last bytes of what is announced, and ends the connection."""
        self.handler.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in HOP_BY_HOP:
                self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(content)))
        self.handler.end_headers()
        self.handler.wfile.write(content[: len(content) - cut])
        if cut:
            self.reset()

    def relay(self) -> None:
        """Pass the request on and the answer back."""
        response = self.forward()
        self.answer(response.status_code, response.content, dict(response.headers))

    def reset(self) -> None:
        """Break the connection off: what the job gets is a reset, not an orderly end."""
        self.handler.wfile.flush()
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.close_connection = True
        connection.close()

    def hang(self) -> None:
        """Answer nothing until the job has gone, or rather its test."""
        self.proxy.hang()
        self.handler.close_connection = True


Fault = Callable[[Exchange], None]
"""What happens to a request instead of being passed on."""


class FaultProxy:
    """Numbers the requests from 1 and lets a fault have those it is planned for.

    Attributes:
        url: Its address.
        seen: The requests so far.
        faults: Request number -> fault.
        since: A number and a fault: from this request on, every one has that fault.
        errors: What faults have raised.
    """

    def __init__(self, upstream: httpx.Client, port: int) -> None:
        self.upstream = upstream
        self.url = f"http://127.0.0.1:{port}"
        self.seen: list[Seen] = []
        self.faults: dict[int, Fault] = {}
        self.since: tuple[int, Fault] | None = None
        self.errors: list[BaseException] = []
        self._changed = threading.Condition()
        self._busy = 0
        self._plans = 0

    def plan(self, faults: dict[int, Fault] | None = None, since: tuple[int, Fault] | None = None) -> None:
        """Begin anew with other faults, when all requests that came under the old ones are over.

        Raises:
            ExceptionGroup: Faults of the old plan have failed.
        """
        with self._changed:
            self._plans += 1
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: not self._busy, PATIENCE)
            self.seen.clear()
            self.faults, self.since = faults or {}, since
            errors, self.errors = self.errors, []
        if errors:
            raise BaseExceptionGroup("faults failed", errors)

    def fault(self, number: int) -> Fault | None:
        """Return what is to happen to a request instead of being passed on."""
        late = self.since[1] if self.since and number >= self.since[0] else None
        return self.faults.get(number, late)

    def hang(self) -> None:
        """Wait until there is another plan."""
        with self._changed:
            plan = self._plans
            self._changed.wait_for(lambda: self._plans != plan)

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Take one request."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        address = urlsplit(handler.path)
        with self._changed:
            self.seen.append(Seen(handler.command, address.path.rsplit("/", 1)[-1], address.query))
            number = len(self.seen)
            fault = self.fault(number) or Exchange.relay
            self._busy += 1
        try:
            fault(Exchange(handler, self, number, body))
        except ConnectionError:  # the job has gone
            raise
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        with suppress(ConnectionError):  # the job has gone
            self.server.proxy.handle(self)

    def do_POST(self) -> None:
        self.do_GET()

    def handle_one_request(self) -> None:
        with suppress(ConnectionError, ValueError, OSError):  # a fault has closed the connection
            super().handle_one_request()
            return
        self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name that the base class gives it
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: FaultProxy


@contextmanager
def fault_proxy(upstream_url: str) -> Iterator[FaultProxy]:
    """Run a proxy for as long as the context lasts."""
    with (
        httpx.Client(base_url=upstream_url, timeout=PATIENCE, trust_env=False) as upstream,
        _Server(("127.0.0.1", 0), _Handler) as server,
    ):
        server.proxy = FaultProxy(upstream, server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.proxy
        finally:
            server.shutdown()
            server.proxy.plan()
            thread.join()


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    """Answer with a status instead of asking the server."""
    kind = "text/html" if body.startswith(b"<") else "application/json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.answer(code, body, {"Content-Type": kind, **named})


def sql_error(code: int, sqlstate: str, message: str) -> Fault:
    """Answer as PostgREST does when PostgreSQL refuses."""
    body = {"code": sqlstate, "message": message, "details": None, "hint": None}
    return status(code, json.dumps(body).encode())


def refused(exchange: Exchange) -> None:
    """Break the connection off before the request reaches the server."""
    exchange.reset()


def lost(exchange: Exchange) -> None:
    """Let the server do its work; its answer is broken off before the job has seen any of it."""
    exchange.forward()
    exchange.reset()


def broken_off(exchange: Exchange) -> None:
    """Let the server do its work; its answer breaks off half-way."""
    response = exchange.forward()
    half = max(1, len(response.content) // 2)
    exchange.answer(response.status_code, response.content, dict(response.headers), cut=half)


def truncated(exchange: Exchange) -> None:
    """Let the server do its work; half of its JSON comes as if it were all."""
    response = exchange.forward()
    half = response.content[: max(1, len(response.content) // 2)]
    exchange.answer(response.status_code, half, dict(response.headers))


def html(exchange: Exchange) -> None:
    """Let the server do its work; a page comes with status 200 instead of its answer."""
    exchange.forward()
    exchange.answer(200, b"<html><body>Please log in</body></html>", {"Content-Type": "text/html"})


def hangs(exchange: Exchange) -> None:
    """Never answer, and never ask the server."""
    exchange.hang()


def lost_and_hangs(exchange: Exchange) -> None:
    """Let the server do its work, and never answer."""
    exchange.forward()
    exchange.hang()


def gateway_after(code: int) -> Fault:
    """Let the server do its work; the gateway gives up before its answer comes."""

    def fault(exchange: Exchange) -> None:
        exchange.forward()
        exchange.answer(code, b"<html>upstream</html>", {"Content-Type": "text/html"})

    return fault
