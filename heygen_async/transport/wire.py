"""Where aiohttp ends: its bytes read within bounds, its errors told in our words."""

from __future__ import annotations

from collections.abc import Awaitable

import aiohttp
from aiohttp import hdrs
from yarl import URL

from heygen_async.errors import (
    ConnectError,
    HeyGenError,
    ProtocolError,
    ServerError,
    UsageError,
)
from heygen_async.transport.messages import REQUEST_ID
from heygen_async.transport.redact import redact_text

__all__ = ["PROXY_LOGIN", "bounded_body", "proxy_refusal", "translated"]

PROXY_LOGIN = 407


def bounded_body(response: aiohttp.ClientResponse, limit: int, operation: str) -> Awaitable[bytes]:
    """The whole body, as it is after decompression.

    No coroutine by itself, because nearly every answer tells its length and is short.

    Args:
        response: not read yet.
        limit: the most bytes to take in; what is longer is not read to its end.
        operation: what was called, for the error.

    Raises:
        ProtocolError: the body is longer.
    """
    length = response.content_length
    if length is not None and length <= limit and hdrs.CONTENT_ENCODING not in response.headers:
        return response.read()
    return _counted_body(response, limit, operation)


async def _counted_body(response: aiohttp.ClientResponse, limit: int, operation: str) -> bytes:
    length = response.content_length
    pieces: list[bytes] = []
    size = 0
    if length is None or length <= limit:
        async for piece in response.content.iter_any():
            size += len(piece)
            pieces.append(piece)
            if size > limit:
                break
        else:
            return b"".join(pieces)
    response.close()
    raise ProtocolError(
        f"{operation} failed: the answer is larger than {limit} bytes. "
        "Check base_url, or allow more with max_answer_bytes",
        operation=operation,
        status=response.status,
        request_id=response.headers.get(REQUEST_ID),
    )


def translated(error: Exception, operation: str) -> HeyGenError:
    """Our error for one of aiohttp's: ConnectError only if nothing can have been sent.

    An error of our own that made aiohttp stop, such as a file that changed, comes back as it was.
    """
    cause: BaseException | None = error
    while (cause := cause.__cause__ if cause else None) is not None:
        if isinstance(cause, HeyGenError):
            return cause
    if isinstance(error, aiohttp.ClientHttpProxyError) and error.status == PROXY_LOGIN:
        return proxy_refusal(operation, error.request_info.real_url)
    words = " ".join(redact_text(str(error)).split()) or type(error).__name__
    if isinstance(
        error,
        aiohttp.ClientConnectorError
        | aiohttp.ConnectionTimeoutError
        | aiohttp.ServerFingerprintMismatch
        | aiohttp.ClientHttpProxyError
        | aiohttp.InvalidURL,
    ):
        return ConnectError(
            f"{operation} failed: no connection ({words}). Calling again is safe: nothing was sent",
            operation=operation,
        )
    if isinstance(error, TimeoutError):
        words = f"no answer in time: {words}"
    return ServerError(
        f"{operation} failed: the connection broke off ({words}). Calling again is safe",
        operation=operation,
    )


def proxy_refusal(operation: str, proxy: URL | str | None) -> UsageError:
    """The error for a proxy that wants a login (HTTP 407).

    Args:
        operation: what was called.
        proxy: its address, whose password is not shown; None where it is not known.
    """
    named = f"the proxy {URL(proxy).origin()}" if proxy else "a proxy on the way"
    return UsageError(
        f"{operation} failed: {named} asks for a user name and password, or for others (HTTP 407). "
        "Write them into its address, as in HTTPS_PROXY=http://user:password@host:port, or pass "
        "a session that knows them. Nothing reached the server",
        field="proxy",
        operation=operation,
        status=PROXY_LOGIN,
    )
