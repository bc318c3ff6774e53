from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WELCOME, PRODUCT, LESSON = (f"sim-template-{it}" for it in ("welcome", "product", "lesson"))


def _value(kind: str, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "properties": properties}


def _generate(box: Any, template_id: str, variables: Any = None, **options: Any) -> Any:
    body = {"variables": variables or {}} | options
    return box.call("generateFromTemplate", body, template_id=template_id)


def _planned(box: Any, video: Any) -> Any:
    return box.account.videos[video["id"]].plan


def test_templates_are_listed_and_shown_with_what_can_be_filled_in(box: Any) -> None:
    first = box.answer("listTemplates", query={"limit": "2"})
    rest = box.answer("listTemplates", query={"token": first["next_token"]})
    shown = box.call("getTemplate", template_id=WELCOME)

    assert [it["id"] for it in (*first["data"], *rest["data"])] == [WELCOME, PRODUCT, LESSON]
    assert shown["scene_ids"] == ["greeting", "outlook"]
    assert shown["scenes"][0]["variables"] == [
        {"name": "first_name", "variable_type": "text"},
        {"name": "company", "variable_type": "text"},
    ]
    assert shown["variables"]["company"] == {
        "name": "company",
        "type": "text",
        "properties": {"content": "our company"},
    }


def test_a_template_becomes_a_real_video(box: Any) -> None:
    variables = {"first_name": _value("text", content="Ada")}

    begun = _generate(box, WELCOME, variables, title="For Ada")
    box.wait(20.0)

    video = box.call("getVideo", video_id=begun["id"])
    assert (begun["status"], begun["title"]) == ("pending", "For Ada")
    assert (video["status"], video["title"]) == ("completed", "For Ada")
    text = "Hello Ada, and welcome to our company. Your first day is going to be a good one."
    assert _planned(box, begun).text == text
    assert box.world.ledger.charges[0].operation == "generateFromTemplate"


def test_what_a_template_shows_can_be_given_back_as_it_is(box: Any) -> None:
    for template_id in (WELCOME, LESSON):
        shown = box.call("getTemplate", template_id=template_id)

        assert _generate(box, template_id, shown["variables"])["status"] == "pending"


def test_only_the_scenes_asked_for_are_rendered_in_their_order(box: Any) -> None:
    video = _generate(box, PRODUCT, scene_ids=["close", "hook"])

    assert (
        _planned(box, video).text == "Come by, or order it from home. Have you seen our new lamp?"
    )


def test_an_image_and_a_character_are_taken_over(box: Any) -> None:
    asset_id, look_id = box.photo(), box.look()

    product = _generate(box, PRODUCT, {"photo": _value("image", asset_id=asset_id)})
    lesson = _generate(box, LESSON, {"presenter": _value("character", character_id=look_id)})

    assert _planned(box, product).background_image is not None
    assert _planned(box, lesson).picture is box.account.looks[look_id].picture


@pytest.mark.parametrize(
    ("dimension", "frame"),
    [
        (None, ("1080p", "9:16")),
        ({"width": 1280, "height": 720}, ("720p", "16:9")),
        ({"width": 1000, "height": 1000}, ("1080p", "1:1")),
        ({"width": 1728, "height": 2160}, ("4k", "4:5")),
    ],
)
def test_a_dimension_becomes_the_nearest_frame(box: Any, dimension: Any, frame: Any) -> None:
    plan = _planned(box, _generate(box, PRODUCT, dimension=dimension))

    assert (plan.resolution, plan.aspect_ratio) == frame


def test_captions_and_an_animation_are_made_when_they_are_asked_for(box: Any) -> None:
    body = {"url": "https://ops.example.org/heygen"}
    box.call("createWebhookEndpoint", body)
    options = {"subtitles": {"preset_name": "bold"}, "include_gif": True, "callback_id": "job-1"}
    video = _generate(box, WELCOME, **options)

    box.wait(20.0)

    shown = box.call("getVideo", video_id=video["id"])
    told = box.call("listWebhookEvents")
    assert shown["subtitle_url"]
    assert shown["captioned_video_url"]
    assert {it["event_type"] for it in told} == {
        "avatar_video.success",
        "avatar_video_caption.success",
        "avatar_video_gif.success",
    }
    assert {it["event_data"]["callback_id"] for it in told} == {"job-1"}


@pytest.mark.parametrize(
    ("variables", "param", "message"),
    [
        ({"colour": _value("text", content="red")}, "variables.colour", "has no variable"),
        ({"topic": "bees"}, "variables.topic", "must be an object"),
        ({"topic": {"type": "text"}}, "variables.topic", "must be an object"),
        ({"topic": _value("image", url="x")}, "variables.topic.type", "must be 'text'"),
        ({"topic": _value("text", content=7)}, "variables.topic.properties.content", "a string"),
        (
            {"topic": _value("text", content="x") | {"name": "lesson"}},
            "variables.topic.name",
            "must be 'topic'",
        ),
        (
            {"presenter": _value("character", character_id="no")},
            "variables.presenter.properties.character_id",
            "not found",
        ),
    ],
)
def test_a_variable_that_does_not_fit_is_refused_by_name(
    box: Any, variables: Any, param: str, message: str
) -> None:
    body = {"variables": variables}

    refusal = box.refused("generateFromTemplate", body, template_id=LESSON)

    assert refusal.param == param
    assert message in refusal.message
    assert box.world.ledger.charges == []


@pytest.mark.parametrize(
    ("template_id", "body", "code"),
    [
        ("no", {}, "template_not_found"),
        (WELCOME, {"scene_ids": []}, "invalid_parameter"),
        (WELCOME, {"scene_ids": ["greeting", "no"]}, "invalid_parameter"),
        (WELCOME, {"variables": {"voice": _value("voice", voice_id="no")}}, "voice_not_found"),
        (PRODUCT, {"variables": {"photo": _value("image")}}, "invalid_parameter"),
        (
            LESSON,
            {"variables": {"lesson": _value("text", content="…")}, "scene_ids": ["core"]},
            "tts_text_invalid",
        ),
    ],
)
def test_what_cannot_be_rendered_is_refused(
    box: Any, template_id: str, body: Any, code: str
) -> None:
    refusal = box.refused("generateFromTemplate", {"variables": {}} | body, template_id=template_id)

    assert refusal.code == code


def test_a_template_needs_a_slot_like_every_render(new_box: Callable[..., Any]) -> None:
    box = new_box(render_slots=1)
    box.video()

    refusal = box.refused("generateFromTemplate", {"variables": {}}, template_id=WELCOME)

    assert refusal.code == "rate_limit_exceeded"


async def test_a_repeated_key_gives_the_video_as_it_was_when_it_was_created(caller: Any) -> None:
    headers = {"x-api-key": "a-key", "Idempotency-Key": "job-1"}
    path = f"/v3/templates/{WELCOME}"
    first = await caller.data("POST", path, json={"variables": {}}, headers=headers)
    caller.clock.pass_seconds(60.0)

    again = await caller.data("POST", path, json={"variables": {}}, headers=headers)

    now = await caller.data("GET", f"/v3/videos/{first['id']}")
    assert again == first
    assert (again["status"], now["status"]) == ("pending", "completed")
    assert len(caller.simulator.ledger.charges) == 1
