"""A server in a process of its own, so that its work is not counted as the client's.

It speaks just enough HTTP/1.1 to answer fixed bytes: nothing is routed that a prefix cannot tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection

__all__ = ["serving"]

_BLANK = b"\r\n\r\n"
_LENGTH = b"content-length:"


@contextlib.contextmanager
def serving(answers: Mapping[str, bytes]) -> Iterator[str]:
    """The address of a server that answers JSON by the beginning of the request line.

    Args:
        answers: bodies by ``METHOD /path-prefix``; the first that fits is taken.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_main, args=(there, dict(answers)), daemon=True)
    process.start()
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        here.close()
        process.join(5)
        if process.is_alive():
            process.terminate()
            process.join()


def _main(pipe: Connection, answers: Mapping[str, bytes]) -> None:
    asyncio.run(_serve(pipe, answers))


async def _serve(pipe: Connection, answers: Mapping[str, bytes]) -> None:
    table = [
        (
            start.encode(),
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        )
        for start, body in answers.items()
    ]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Peer(table), "127.0.0.1", 0, backlog=1024)
    pipe.send(server.sockets[0].getsockname()[1])
    over = asyncio.Event()
    loop.add_reader(pipe.fileno(), over.set)  # the parent has closed its end
    await over.wait()
    server.close()


class _Peer(asyncio.Protocol):
    def __init__(self, table: list[tuple[bytes, bytes]]) -> None:
        self._table = table
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while (end := self._seen.find(_BLANK)) >= 0:
            end += len(_BLANK)
            head = self._seen[:end]
            if not head.startswith(b"GET"):
                end += _length(head)
                if len(self._seen) < end:
                    return
            self._seen = self._seen[end:]
            self._transport.write(
                next(answer for start, answer in self._table if head.startswith(start))
            )


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(_LENGTH)
    return int(lower[at + len(_LENGTH) : lower.index(b"\r\n", at)]) if at >= 0 else 0
