from __future__ import annotations

import pytest

from heygen_async.batch.manifest.names import checked, collision_key, default_name, digest
from heygen_async.errors import InvalidInputError


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ada", "ada.mp4"),
        ("ada.mp4", "ada.mp4"),
        ("Dr. Ada", "Dr. Ada.mp4"),
        ("team/ada v1.MP4", "team/ada v1.MP4"),
        ("e\u0301", "\u00e9.mp4"),
        ("console", "console.mp4"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680.mp4"),
        ("x" * 196, "x" * 196 + ".mp4"),
    ],
)
def test_a_possible_name_is_kept(name: str, safe: str) -> None:
    assert checked(name, "mp4") == safe


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../ada",
        "a/../../b",
        "a/./b",
        "/etc/ada",
        "//server/ada",
        "a//b",
        "a/",
        "C:/ada",
        "C:ada",
        "..\\ada",
        "\\ada",
        ".hidden",
        ".mp4",
        "a /b",
        "a./b",
        " ada",
        "a\nb",
        "a\x00b",
        "a\u202eb",
        "a\ud800b",
        "a|b",
        "what?",
        "con",
        "CON.x",
        "Nul.mp4",
        "team/com1.mp4",
        "lpt¹",
        "aux .mp4",
        "a.mp4/b",
        "x" * 197,
        "é" * 99,
        "a/" * 600 + "b",
        "ada.webm",
        "ada.mov",
    ],
)
def test_an_impossible_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        checked(name, "mp4")


def test_names_that_one_file_system_takes_for_one_collide() -> None:
    assert collision_key("ÉCOLE.mp4") == collision_key("e\u0301cole.MP4")
    assert collision_key("Straße") == collision_key("STRASSE")
    assert collision_key("ada") != collision_key("bob")


def test_default_names_of_different_ids_differ() -> None:
    names = {
        default_name(job_id, about, "", "mp4")
        for job_id, about in [("a", "b c"), ("a-b", "c"), ("a b", "c"), ("a/b", "c"), ("", "c")]
    }

    assert len(names) == 5
    assert "a--b-c.mp4" in names
    assert "a-b--c.mp4" in names


def test_a_default_name_of_a_long_id_is_possible() -> None:
    name = default_name("x" * 300, "c", "", "mp4")

    assert checked(name, "mp4") == name


def test_a_default_name_is_readable_in_any_script() -> None:
    assert default_name(None, "Grüße, नमस्ते!", "abc", "webm") == "grüße-नमस्ते-abc.webm"
    assert default_name(None, "!!!", "abc", "mp4") == "video-abc.mp4"


def test_a_digest_is_the_same_on_every_machine() -> None:
    assert digest("ada") == "7e4o4bqpe4"
