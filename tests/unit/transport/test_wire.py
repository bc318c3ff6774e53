"""aiohttp's errors in our words."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable

import aiohttp
import pytest
from aiohttp.client_exceptions import UnixClientConnectorError
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

from heygen_async.errors import ConnectError, ServerError
from heygen_async.transport.wire import translated

SECRET = "hunter2"


def key(host: str = "127.0.0.1", port: int | None = 1) -> ConnectionKey:
    proxy = URL(f"http://user:{SECRET}@proxy:3128")
    return ConnectionKey(host, port, False, True, proxy, None, None)


def failed(number: int, text: str = "Connect call failed ('127.0.0.1', 1)") -> OSError:
    return OSError(number, text)


def unverified() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] failed (_ssl.c:1006)")
    error.verify_message = "certificate has expired"
    return error


NEVER_SENT: list[tuple[Callable[[], aiohttp.ClientError], str]] = [
    (
        lambda: aiohttp.ClientConnectorError(key(), failed(errno.ECONNREFUSED)),
        "connection refused by 127.0.0.1:1",
    ),
    (
        lambda: aiohttp.ClientConnectorError(key("::1", 80), failed(errno.ECONNREFUSED)),
        "connection refused by [::1]:80",
    ),
    (
        lambda: aiohttp.ClientProxyConnectionError(key("proxy", 3128), failed(errno.ECONNREFUSED)),
        "connection refused by the proxy proxy:3128",
    ),
    (
        lambda: aiohttp.ClientConnectorError(key(), failed(errno.ENETUNREACH)),
        "127.0.0.1:1 cannot be reached: Network is unreachable",
    ),
    (
        lambda: aiohttp.ClientConnectorError(key(), OSError("Multiple exceptions: one, two")),
        "127.0.0.1:1 cannot be reached: Multiple exceptions: one, two",
    ),
    (
        lambda: aiohttp.ClientConnectorDNSError(
            key("nowhere.example", 443),
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        ),
        "no address is known for the host of nowhere.example:443: Name or service not known",
    ),
    (
        lambda: aiohttp.ClientConnectorCertificateError(key("old.example", 443), unverified()),
        "the certificate of old.example:443 is not accepted: certificate has expired",
    ),
    (
        lambda: aiohttp.ClientConnectorSSLError(
            key("old.example", 443), ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version")
        ),
        "no TLS with old.example:443: [SSL: WRONG_VERSION_NUMBER] wrong version",
    ),
    (
        lambda: UnixClientConnectorError("/run/x.sock", key(), failed(errno.ENOENT, "x")),
        "the socket /run/x.sock cannot be reached: No such file or directory",
    ),
    (
        lambda: aiohttp.ConnectionTimeoutError(
            f"Connection timeout to host https://u:{SECRET}@files.example/a.mp4?sign={SECRET}#x"
        ),
        "Connection timeout to host https://***@files.example/a.mp4",
    ),
]


@pytest.mark.parametrize(("make", "words"), NEVER_SENT, ids=[words for _, words in NEVER_SENT])
def test_a_connection_that_was_not_made_is_told_by_host_and_reason(
    make: Callable[[], aiohttp.ClientError], words: str
) -> None:
    told = translated(make(), "getVideo")

    assert isinstance(told, ConnectError)
    assert str(told) == (
        f"getVideo failed: no connection ({words}). Calling again is safe: nothing was sent"
    )
    assert SECRET not in str(told)


def test_a_connection_that_broke_off_keeps_its_words_and_no_query() -> None:
    told = translated(aiohttp.ClientPayloadError(f"'https://a.example/x?k={SECRET}'"), "download")

    assert isinstance(told, ServerError)
    assert "('https://a.example/x')" in str(told)


async def test_a_port_where_nobody_listens_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientConnectorError) as caught:
                await session.get(f"http://127.0.0.1:{port}/v3/videos?k={SECRET}")

    told = str(translated(caught.value, "listVideos"))

    assert f"(connection refused by 127.0.0.1:{port})" in told
