"""Where requests go: to the API, or to the host that takes raw files."""

from __future__ import annotations

from unittest.mock import Mock

import aiohttp
import pytest
from aioresponses import aioresponses
from yarl import URL

from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport
from heygen_async.transport.request import BASE_URL, UPLOAD_URL, Addresses

UPLOAD = Endpoint(
    "POST", "/v1/asset", "upload", "unsafe", "upload", "transfer", "v2", host="upload"
)
READ = Endpoint("GET", "/v1/asset", "read", "safe", "read", "read", "v2")


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        (BASE_URL, "https://upload.heygen.com/v1/asset"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/asset"),
        ("https://proxy.example.org/heygen", "https://proxy.example.org/heygen/v1/asset"),
    ],
)
def test_files_go_to_their_own_host_only_at_heygen_itself(base_url: str, expected: str) -> None:
    addresses = Addresses(base_url)

    assert str(addresses.of(UPLOAD, None, None)) == expected
    assert str(addresses.of(READ, None, None)) == f"{base_url}/v1/asset"
    assert str(addresses.of(UPLOAD, None, None)) == expected


async def test_the_key_goes_along_to_the_host_of_files() -> None:
    class Response(aiohttp.ClientResponse):
        def __init__(self, *args: object, **kwargs: object) -> None:
            kwargs.setdefault("stream_writer", Mock())
            super().__init__(*args, **kwargs)

    with aioresponses() as mocked:
        address = f"{UPLOAD_URL}/v1/asset"
        mocked.add(address, "POST", payload={"code": 100, "data": {}}, response_class=Response)
        async with Transport(ApiKey("key-1")) as transport:
            await transport.call(UPLOAD)

    (call,) = mocked.requests["POST", URL(address)]
    assert call.kwargs["headers"]["x-api-key"] == "key-1"
