"""HeyGen in a box: the API's world behind real HTTP, for tests, docs and dry runs.

    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen: ...

It speaks v3, v2 and v1, all of them about one world: what one of them makes, the others see.
It needs the extra `simulator`: `pip install 'heygen-async[simulator]'`.
"""

from __future__ import annotations

from importlib.util import find_spec

_NEEDED = {"PIL": "pillow", "av": "av", "jsonschema_rs": "jsonschema-rs"}
_missing = sorted(package for module, package in _NEEDED.items() if find_spec(module) is None)
if _missing:
    raise ImportError(
        f"heygen_async.simulator needs {', '.join(_missing)}: "
        "install the extra with pip install 'heygen-async[simulator]'"
    )

from heygen_async.simulator.server import Simulator  # noqa: E402
from heygen_async.simulator.world.faults import Fault  # noqa: E402 - after the check above
from heygen_async.simulator.world.ledger import Charge, EarlyRequest, Ledger, WebhookAttempt  # noqa: E402
from heygen_async.simulator.world.timing import Timing  # noqa: E402

__all__ = ["Charge", "EarlyRequest", "Fault", "Ledger", "Simulator", "Timing", "WebhookAttempt"]
