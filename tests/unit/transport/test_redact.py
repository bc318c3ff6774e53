from __future__ import annotations

import pytest

from heygen_async.transport.redact import redact_headers, redact_text, redact_url

SECRETS = [
    "https://files2.heygen.ai/v.mp4?Expires=1790000000&Signature=SECRET&Key-Pair-Id=SECRET",
    "https://s3.example/u?X-Amz-Credential=SECRET&X-Amz-Signature=SECRET&X-Amz-Security-Token=SECRET",
    "https://cdn.example/a?ok=1&token=SECRET#t",
    "https://storage.example/a?X-Goog-Signature=SECRET",
    "https://app.example/?next=https%3A%2F%2Fx%2F%3Ftoken=SECRET",
    "https://user:SECRET@host.example/path",
    "key sk_V2_SECRETSECRET is wrong",
    "webhook secret whsec_SECRET leaked",
    "Authorization: Bearer SECRET.SECRET-SECRET",
    'headers {"x-api-key": "SECRET"}',
    "api_key=SECRET refused",
    "<a href='https://x.example/?a=1&amp;Signature=SECRET'>",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_in_a_text_is_blanked(text: str) -> None:
    shown = redact_text(text)

    assert "SECRET" not in shown
    assert "***" in shown


def test_an_address_keeps_what_is_no_secret() -> None:
    shown = redact_url("https://files2.heygen.ai/a/v.mp4?width=720&Signature=abc")

    assert shown == "https://files2.heygen.ai/a/v.mp4?width=720&Signature=***"


def test_a_sentence_without_secrets_stays_as_it_was() -> None:
    sentence = "script and audio_url cannot both be set (see https://developers.heygen.com/docs#a)"

    assert redact_text(sentence) == sentence


def test_secret_headers_are_blanked_whatever_their_case() -> None:
    shown = redact_headers(
        {"X-API-Key": "k", "authorization": "b", "x-amz-security-token": "t", "Date": "now"}
    )

    assert shown == {
        "X-API-Key": "***",
        "authorization": "***",
        "x-amz-security-token": "***",
        "Date": "now",
    }
