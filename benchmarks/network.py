"""A network with distance: passes bytes on, each after a while, in their order; and counts the requests among them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

REQUEST = re.compile(rb"(?:GET|POST|PATCH|DELETE) /")
"""How the first bytes of a request look."""


@dataclass(slots=True)
class Network:
    """The way to a server.

    Attributes:
        url: Where it begins.
        requests: How many requests have gone this way.
    """

    url: str
    requests: int = 0


@contextlib.contextmanager
def distance(upstream: str, milliseconds: float) -> Iterator[Network]:
    """Put a distance before a server, for as long as the context lasts.

    Args:
        upstream: The server's address.
        milliseconds: What it adds to each request: half of it on the way there, half on the way back.
    """
    address = urlsplit(upstream)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    network = Network("")

    async def serve() -> None:
        server = await asyncio.start_server(connect, "127.0.0.1", 0)
        network.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(address.hostname, address.port)
        await asyncio.gather(
            carry(reader, far_writer, count=True), carry(far_reader, writer, count=False), return_exceptions=True
        )

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, *, count: bool) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while True:
                due, data = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not data:
                    with contextlib.suppress(OSError):
                        target.close()
                    return
                target.write(data)
                await target.drain()

        arriving = asyncio.ensure_future(arrive())
        data = b"first"
        while data:
            try:
                data = await source.read(65_536)
            except OSError:
                data = b""
            network.requests += bool(count and REQUEST.match(data))
            under_way.put_nowait((loop.time() + milliseconds / 2000, data))
        await arriving

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop)
    ready.wait()
    try:
        yield network
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
