"""The APIs as they are: requests, answers and calls, without any policy.

``FAMILIES`` says where each family of calls lives, ``FAMILIES_V2`` the same of HeyGen v1 and v2,
and ``ENDPOINTS`` lists every operation of every dialect. Both families and endpoints are loaded
when they are first asked for: whoever makes one video does not wait for the schemas of all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from heygen_async.transport.endpoint import Endpoint

__all__ = ["ENDPOINTS", "FAMILIES", "FAMILIES_V2", "family_of"]

#: Families of HeyGen v3: the attribute of the client, its module and its class.
FAMILIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "account": ("heygen_async.api.v3.account", "Account"),
        "assets": ("heygen_async.api.v3.assets", "Assets"),
        "audio": ("heygen_async.api.v3.audio", "Audio"),
        "avatars": ("heygen_async.api.v3.avatars", "Avatars"),
        "background_removals": ("heygen_async.api.v3.background_removals", "BackgroundRemovals"),
        "brand": ("heygen_async.api.v3.brand", "Brand"),
        "clippings": ("heygen_async.api.v3.clippings", "Clippings"),
        "lipsyncs": ("heygen_async.api.v3.lipsyncs", "Lipsyncs"),
        "templates": ("heygen_async.api.v3.templates", "Templates"),
        "translations": ("heygen_async.api.v3.translations", "Translations"),
        "video_agents": ("heygen_async.api.v3.video_agents", "VideoAgents"),
        "videos": ("heygen_async.api.v3.videos", "Videos"),
        "voices": ("heygen_async.api.v3.voices", "Voices"),
        "webhooks": ("heygen_async.api.v3.webhooks", "Webhooks"),
    }
)

#: Families of HeyGen v1 and v2, likewise.
FAMILIES_V2: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "account": ("heygen_async.api.v2.account", "AccountV2"),
        "assets": ("heygen_async.api.v2.assets", "AssetsV2"),
        "avatars": ("heygen_async.api.v2.avatars", "AvatarsV2"),
        "photo_avatars": ("heygen_async.api.v2.photo_avatars", "PhotoAvatars"),
        "talking_photos": ("heygen_async.api.v2.talking_photos", "TalkingPhotos"),
        "videos": ("heygen_async.api.v2.videos", "VideosV2"),
        "voices": ("heygen_async.api.v2.voices", "VoicesV2"),
        "webhooks": ("heygen_async.api.v2.webhooks", "WebhooksV2"),
    }
)

#: Every operation of every dialect, in the order of the dialects and families.
ENDPOINTS: tuple[Endpoint, ...]


def family_of(name: str, families: Mapping[str, tuple[str, str]] = FAMILIES) -> Any:
    """The class of a family of calls, such as ``videos``."""
    module, cls = families[name]
    return getattr(import_module(module), cls)


def __getattr__(name: str) -> Any:
    if name == "ENDPOINTS":
        found = tuple(
            endpoint for module in _modules() for endpoint in import_module(module).ENDPOINTS
        )
        globals()["ENDPOINTS"] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _modules() -> tuple[str, ...]:
    families = (*FAMILIES.values(), *FAMILIES_V2.values())
    return (*(module for module, _ in families), "heygen_async.api.agentai.actions")
