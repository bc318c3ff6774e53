"""Where aiohttp ends: its bytes read within bounds, its errors told in our words."""

from __future__ import annotations

import errno
import os
import re
import ssl
from collections.abc import Awaitable

import aiohttp
from aiohttp import hdrs
from aiohttp.client_exceptions import UnixClientConnectorError
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

# What follows an address: it may be signed, in words that nobody has heard of yet.
_QUERY = re.compile(r"(://[^\s?#'\"]*)[?#][^\s'\"]*")


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
    words = _words(error)
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


def _words(error: Exception) -> str:
    """What went wrong, on one line: of a connection that was not made, the host and the reason."""
    if isinstance(error, aiohttp.ClientConnectorError):
        told = _unconnected(error)
    else:
        told = _QUERY.sub(r"\1", redact_text(str(error)))
    return " ".join(told.split()) or type(error).__name__


def _unconnected(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, UnixClientConnectorError):
        place = f"the socket {error.path}"
    else:
        place = f"[{error.host}]" if ":" in error.host else error.host
        place += "" if error.port is None else f":{error.port}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        place = f"the proxy {place}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"the certificate of {place} is not accepted: {_reason(error.certificate_error)}"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"no address is known for the host of {place}: {_reason(error.os_error)}"
    match error.os_error:
        case ssl.SSLError() as wrong:
            return f"no TLS with {place}: {_reason(wrong)}"
        case OSError(errno=errno.ECONNREFUSED):
            return f"connection refused by {place}"
        case wrong:
            return f"{place} cannot be reached: {_reason(wrong)}"


def _reason(error: Exception) -> str:
    """The system's words; its own errors hold Python's, such as "Connect call failed"."""
    number = getattr(error, "errno", None)
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message or str(error)
    if isinstance(error, ssl.SSLError) or number is None or number not in errno.errorcode:
        return redact_text(getattr(error, "strerror", None) or str(error))
    return os.strerror(number)


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
