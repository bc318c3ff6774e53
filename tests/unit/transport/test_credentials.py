from __future__ import annotations

import pytest

from heygen_async.errors import AuthenticationError, InvalidInputError, UsageError
from heygen_async.transport.credentials import (
    ApiKey,
    Bearer,
    checked_base_url,
    credentials_from,
    is_loopback,
)


def test_a_key_and_a_token_travel_in_different_headers() -> None:
    assert ApiKey("k1").header() == ("x-api-key", "k1")
    assert Bearer("t1").header() == ("Authorization", "Bearer t1")


def test_a_credential_never_shows_its_value() -> None:
    assert "k1" not in repr(ApiKey("k1"))
    assert "t1" not in repr(Bearer("t1"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "is empty"),
        (" sk_V2_abc", "white space"),
        ("sk_V2_abc\n", "line break"),
        ("sk_V2_a\x00c", "characters"),
        ("sk_V2_é", "characters"),
        (12, "no text but int"),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(value: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as caught:
        credentials_from(None, {"HEYGEN_API_KEY": value})

    assert "HEYGEN_API_KEY" in str(caught.value)
    assert "sk_V2" not in str(caught.value)


def test_the_environment_is_asked_only_when_nothing_is_given() -> None:
    environment = {"HEYGEN_API_KEY": "from-environment"}

    assert credentials_from(None, environment).value == "from-environment"
    assert credentials_from("given", environment) == ApiKey("given")
    assert credentials_from(Bearer("token"), environment) == Bearer("token")


def test_without_any_key_the_error_says_where_to_put_one() -> None:
    with pytest.raises(AuthenticationError, match="HEYGEN_API_KEY"):
        credentials_from(None, {})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://api.heygen.com", "https://api.heygen.com"),
        ("https://api.heygen.com/", "https://api.heygen.com"),
        ("https://proxy.example/heygen/", "https://proxy.example/heygen"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://API.HeyGen.com", "https://api.heygen.com"),
        ("HTTPS://api.heygen.com:443/", "https://api.heygen.com"),
        ("https://api.heygen.com:", "https://api.heygen.com"),
        ("https://api.heygen.com.", "https://api.heygen.com"),
        ("https://API.heygen.com.:443/", "https://api.heygen.com"),
        ("http://localhost.:8080", "http://localhost:8080"),
        ("https://127.0.0.1.", "https://127.0.0.1"),
        ("https://Proxy.example:8443/HeyGen/", "https://proxy.example:8443/HeyGen"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
    ],
)
def test_a_good_base_url_has_one_form(given: str, used: str) -> None:
    assert checked_base_url(given) == used


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.heygen.com",
        "ftp://api.heygen.com",
        "https://",
        "https://user:secret@api.heygen.com",
        "https://api.heygen.com?key=secret",
        "https://api.heygen.com#a",
        "https://api.heygen.com:notaport",
        "https://api.heygen.com/a b",
        "https://[::1",
        "https://api..example",
        f"https://{'a' * 64}.example",
        "https://\\api.example",
        "https://api.heygen.com/v3",
        "https://api.heygen.com./v3",
        "https://api.heygen.com..",
        "https://.",
        None,
    ],
)
def test_a_strange_base_url_is_refused(base_url: str) -> None:
    with pytest.raises(InvalidInputError, match="base_url") as caught:
        checked_base_url(base_url)

    assert "secret" not in str(caught.value)


def test_clear_text_to_another_machine_needs_permission() -> None:
    with pytest.raises(UsageError, match="clear text"):
        checked_base_url("http://api.heygen.com")

    assert checked_base_url("http://10.0.0.1", allow_insecure=True) == "http://10.0.0.1"


@pytest.mark.parametrize("host", ["localhost", "localhost.", "a.localhost.", "127.0.0.1", "::1"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_loopback(host)


def test_a_name_that_only_looks_local_is_not_trusted() -> None:
    with pytest.raises(UsageError):
        checked_base_url("http://localhost.evil.example")
    with pytest.raises(UsageError):
        checked_base_url("http://127.0.0.1.evil.example")
