from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.v3.consent import approve

FOOTAGE = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}


@pytest.fixture
def group_id(box: Any) -> str:
    created = box.call("createAvatar", {"type": "digital_twin", "name": "Ines", "file": FOOTAGE})
    box.wait(box.world.timing.twin_training)
    found: str = created["avatar_group"]["id"]
    return found


def test_opening_the_consent_page_approves(box: Any, group_id: str) -> None:
    box.call("createAvatarConsent", {}, group_id=group_id)

    approved = approve(box.world, group_id)

    group = box.call("getAvatarGroup", group_id=group_id)
    assert approved
    assert (group["consent_status"], group["status"]) == ("approved", "completed")


def test_a_consent_video_is_approved_after_a_while(box: Any, group_id: str) -> None:
    asked = box.call("createAvatarConsent", {"consent_video": FOOTAGE}, group_id=group_id)

    box.wait(box.world.timing.consent)

    group = box.call("getAvatarGroup", group_id=group_id)
    assert asked["url"] is None
    assert asked["avatar_group"]["consent_status"] == "pending"
    assert group["consent_status"] == "approved"


def test_a_consent_video_excludes_the_page_options(box: Any, group_id: str) -> None:
    body = {"consent_video": FOOTAGE, "reroute_url": "https://example.org"}

    refusal = box.refused("createAvatarConsent", body, group_id=group_id)

    assert refusal.param == "reroute_url"


def test_only_twins_need_consent(box: Any) -> None:
    group_id = box.call("getAvatarLook", look_id=box.look())["group_id"]

    refusal = box.refused("createAvatarConsent", {}, group_id=group_id)

    assert refusal.message == "Only digital twins need consent"
    assert not approve(box.world, group_id)
