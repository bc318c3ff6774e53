from __future__ import annotations

import pytest
from PIL import Image, ImageFont

from heygen_async.simulator.media.caption import Caption

FRAME = (640, 360)
GREY = (
    Image.new("L", FRAME, 120),
    Image.new("L", (320, 180), 200),
    Image.new("L", (320, 180), 60),
)


def test_a_caption_lies_low_and_centred_on_even_pixels() -> None:
    caption = Caption.drawn("Hello everybody", FRAME)

    left, top = caption.position
    width, height = caption.plate.size
    assert left % 2 == top % 2 == width % 2 == height % 2 == 0
    assert abs(2 * left + width - FRAME[0]) <= 2
    assert FRAME[1] * 3 // 4 < top < top + height < FRAME[1]
    assert caption.colourless.size == (width // 2, height // 2)


def test_white_letters_stand_on_a_darkened_and_greyed_plate() -> None:
    caption = Caption.drawn("Hello everybody", FRAME)

    brightness, blue, red = caption.laid_on(GREY)

    edge = (caption.position[0] + caption.plate.width // 2, caption.position[1] + 1)
    assert brightness.getextrema() == (pytest.approx(51, abs=4), pytest.approx(235, abs=9))
    assert brightness.getpixel(edge) == pytest.approx(51, abs=4)
    assert blue.getpixel((edge[0] // 2, edge[1] // 2)) == pytest.approx(152, abs=4)
    assert red.getpixel((edge[0] // 2, edge[1] // 2)) == pytest.approx(105, abs=4)


def test_the_frame_itself_stays_as_it_was() -> None:
    Caption.drawn("Hello everybody", FRAME).laid_on(GREY)

    assert [plane.getextrema() for plane in GREY] == [(120, 120), (200, 200), (60, 60)]


def test_a_long_text_is_broken_into_lines_that_fit() -> None:
    one = Caption.drawn("Hello", FRAME)

    many = Caption.drawn(
        "Hello everybody out there in the whole wide and wonderful world of ours", FRAME
    )

    assert many.plate.width <= FRAME[0]
    assert many.plate.height > one.plate.height * 1.5


def test_a_word_wider_than_the_frame_is_broken_too() -> None:
    one = Caption.drawn("Hello", FRAME)

    many = Caption.drawn("Donaudampfschifffahrtsgesellschaft" * 2, FRAME)

    assert many.plate.width <= FRAME[0]
    assert many.plate.height > one.plate.height * 1.5


@pytest.mark.parametrize(("text", "drawn"), [("Grüße", "Grusse"), ("Ça va – là", "Ca va - la")])
def test_accents_no_font_knows_are_left_out(
    text: str, drawn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heygen_async.simulator.media.caption._FONTS", ())

    assert Caption.drawn(text, FRAME).letters == Caption.drawn(drawn, FRAME).letters


def test_accents_are_drawn_where_the_machine_has_a_font_for_them() -> None:
    try:
        ImageFont.truetype("DejaVuSans.ttf", 18)
    except OSError:
        pytest.skip("this machine has no DejaVu Sans")

    drawn = {
        Caption.drawn(text, FRAME).letters.tobytes() for text in ("Grüße", "Gruße", "Привет", "□□□")
    }

    assert len(drawn) == 4
    word = Caption.drawn("Hello", FRAME, "Hello, Grüße").letters
    assert word != Caption.drawn("Hello", FRAME).letters


def test_plain_words_are_set_in_the_same_font_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Caption.drawn("Hello — “everybody”…", FRAME).letters
    monkeypatch.setattr("heygen_async.simulator.media.caption._FONTS", ())

    assert Caption.drawn("Hello — “everybody”…", FRAME).letters == usual
