"""What is taken for HeyGen's, and what is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from heygen_async.errors import SignatureError, UsageError
from heygen_async.webhooks.signature import sign, verify

SAMPLES = Path(__file__).parents[2] / "samples" / "heygen-v3.examples.json"
DELIVERIES: dict[str, Any] = {
    name: example
    for name, example in json.loads(SAMPLES.read_text())["examples"].items()
    if example.get("webhook")
}
NOW = 1_783_958_620.0
BODY = b'{"event_type":"avatar_video.success","event_data":{"video_id":"v1"}}'
SECRET = "whsec_4f0c9a7be21d"
OLD = "whsec_000000000000"


def signed(secret: str = SECRET, body: bytes = BODY, **more: str) -> dict[str, str]:
    return {
        "Heygen-Signature": sign(body, secret),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


@pytest.mark.parametrize("name", sorted(DELIVERIES))
def test_the_deliveries_of_the_contract_are_genuine(name: str) -> None:
    example = DELIVERIES[name]
    request = example["request"]

    verify(
        request["raw_body"].encode(), request["headers"], example["signing_secret"], now=NOW
    )  # does not raise


@pytest.mark.parametrize(
    "name", ["Heygen-Signature", "HEYGEN-SIGNATURE", "Signature", "signature", "X-HeyGen-Signature"]
)
def test_every_spelling_of_the_header_is_read(name: str) -> None:
    verify(BODY, {name: sign(BODY, SECRET)}, SECRET, now=NOW)  # does not raise


def test_another_signature_of_a_proxy_does_no_harm() -> None:
    headers = {"Signature": "sig1=:cHJveHk=:", "Heygen-Signature": sign(BODY, SECRET)}

    verify(BODY, headers, SECRET, now=NOW)  # does not raise


@given(body=st.binary(min_size=1, max_size=300), where=st.integers(0), bit=st.integers(0, 7))
def test_a_body_with_any_bit_flipped_is_refused(body: bytes, where: int, bit: int) -> None:
    tampered = bytearray(body)
    tampered[where % len(body)] ^= 1 << bit

    with pytest.raises(SignatureError) as caught:
        verify(tampered, signed(body=body), SECRET, now=NOW)

    assert caught.value.code == "signature_mismatch"


@given(where=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_signature_with_any_bit_flipped_is_refused(where: int, bit: int) -> None:
    signature = bytearray(sign(BODY, SECRET).encode("ascii"))
    signature[where] ^= 1 << bit

    with pytest.raises(SignatureError) as caught:
        verify(BODY, {"Heygen-Signature": signature.decode("latin-1")}, SECRET, now=NOW)

    assert caught.value.code == "signature_mismatch"


@given(st.text(max_size=80))
def test_no_made_up_signature_is_taken(signature: str) -> None:
    with pytest.raises(SignatureError):
        verify(BODY, {"Heygen-Signature": signature}, SECRET, now=NOW)


@given(cut=st.integers(0, 63))
def test_a_part_of_the_signature_is_not_enough(cut: int) -> None:
    with pytest.raises(SignatureError):
        verify(BODY, {"Heygen-Signature": sign(BODY, SECRET)[:cut]}, SECRET, now=NOW)


def test_what_has_no_signature_is_refused_and_told_about_callbacks() -> None:
    with pytest.raises(SignatureError, match="callback_url") as caught:
        verify(BODY, {"Content-Type": "application/json"}, SECRET, now=NOW)

    assert caught.value.code == "signature_missing"


def test_a_signature_that_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, {"Heygen-Signature": "\udcff\ud800é"}, SECRET, now=NOW)


# --- rotation ------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [OLD, SECRET])
@pytest.mark.parametrize("trusted", [(OLD, SECRET), [SECRET, OLD]])
def test_during_a_rotation_both_secrets_prove(secret: str, trusted: Sequence[str]) -> None:
    verify(BODY, signed(secret), trusted, now=NOW)  # does not raise


def test_after_a_rotation_the_old_secret_proves_nothing() -> None:
    with pytest.raises(SignatureError):
        verify(BODY, signed(OLD), SECRET, now=NOW)


@pytest.mark.parametrize(
    "secrets", ["", (), [], [SECRET, ""], "whsec_1\n", [SECRET, None], b"whsec_1", "whsec_é"]
)
def test_a_secret_that_can_prove_nothing_is_refused(secrets: Any) -> None:
    with pytest.raises(UsageError):
        verify(BODY, signed(), secrets, now=NOW)


def test_the_error_for_a_bad_secret_does_not_show_it() -> None:
    with pytest.raises(UsageError) as caught:
        verify(BODY, signed(), SECRET + "\n", now=NOW)

    assert SECRET not in f"{caught.value} {vars(caught.value)}"


def test_no_refusal_tells_the_signature_that_would_fit() -> None:
    with pytest.raises(SignatureError) as caught:
        verify(BODY, signed(OLD), SECRET, now=NOW)

    assert sign(BODY, SECRET) not in f"{caught.value} {vars(caught.value)}"


@pytest.mark.parametrize("body", [BODY.decode(), {"event_type": "x"}, None])
def test_a_body_that_is_not_raw_is_refused(body: Any) -> None:
    with pytest.raises(UsageError, match="raw bytes"):
        verify(body, signed(), SECRET, now=NOW)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_will_do(kind: Any) -> None:
    verify(kind(BODY), signed(), SECRET, now=NOW)  # does not raise


# --- time ----------------------------------------------------------------------------------------


@given(apart=st.integers(-400, 400))
def test_only_what_was_sent_within_the_window_is_taken(apart: int) -> None:
    headers = signed(Heygen_Timestamp=str(int(NOW) + apart))
    code = None

    try:
        verify(BODY, headers, SECRET, now=NOW, tolerance=300)
    except SignatureError as error:
        code = error.code

    assert code == (None if abs(apart) <= 300 else "timestamp_outside_window")


def test_without_a_tolerance_the_time_does_not_matter() -> None:
    verify(BODY, signed(Heygen_Timestamp="1"), SECRET, now=NOW, tolerance=None)  # does not raise


def test_a_delivery_without_a_time_is_taken_unless_it_is_required() -> None:
    verify(BODY, signed(), SECRET, now=NOW)  # does not raise

    with pytest.raises(SignatureError) as caught:
        verify(BODY, signed(), SECRET, now=NOW, require_timestamp=True)

    assert caught.value.code == "timestamp_missing"


@pytest.mark.parametrize("time", ["", "soon", "1e9", "-1", "nan", "١٢٣", "9" * 20, "1783958615.5"])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    with pytest.raises(SignatureError) as caught:
        verify(BODY, signed(Heygen_Timestamp=time), SECRET, now=NOW)

    assert caught.value.code == "timestamp_malformed"


def test_a_false_signature_is_told_before_a_late_time() -> None:
    headers = signed(OLD, Heygen_Timestamp="1")

    with pytest.raises(SignatureError) as caught:
        verify(BODY, headers, SECRET, now=NOW)

    assert caught.value.code == "signature_mismatch"
