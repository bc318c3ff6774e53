"""The client's CPU time per call, beside raw aiohttp, httpx and two generated SDKs.

The server runs in a process of its own and answers fixed bytes, so what is measured is the
client's process time and nothing else. That time is not steady: who shares the machine takes its
caches, its clock rate and half of each core away, for milliseconds or for minutes. All of this adds
and nothing subtracts, so each client is measured in many short turns, of tens of milliseconds, and
the lower quartile of its turns is what counts: those in which it was disturbed least, and more of
them than the one lucky turn that a minimum would be. The order of the turns moves on by one each
round, so that nobody always follows a slow client, and what lasts for longer than a round strikes
all of them.

Raw aiohttp is a plain ``ClientSession`` without a limit on its connections: the same headers and
bytes sent, the answer read and parsed with ``orjson``, as anybody would. It checks no status,
repeats nothing, limits nothing and types nothing. What is posted was prepared before, a dict there
and a checked request here; one more row also prepares it.
"""

from __future__ import annotations

import asyncio
import gc
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

import aiohttp
import attrs
import orjson
from answers import created, of_openai, of_runway, video
from peer import serving
from table import Goal, conclude, extra, options, show

from heygen_async.api.v3.videos import GET_VIDEO
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.client import HeyGen
from heygen_async.transport.credentials import credentials_from
from heygen_async.transport.http import Transport

with extra():
    import httpx
    import openai
    import runwayml

LIMIT = 1.3
IN_FLIGHT = (10, 100)
RAW_GET = "aiohttp: GET, read, loads"
RAW_POST = "aiohttp: POST, read, loads"
CREATE = "heygen_async: videos.create"
BUILD = "the same, request built and checked anew"

_KEY = "benchmark"
_ID = "f" * 32
_BODY = {"type": "avatar", "avatar_id": "a" * 32, "script": "Hello. " * 40, "voice_id": "v" * 32}

Call = Callable[[], Awaitable[object]]


@attrs.frozen
class Client:
    """One row of the table.

    Attributes:
        name: who calls what.
        call: makes one call.
        slow: whether it takes a turn in every fourth round only, as its figure is rough anyway.
    """

    name: str
    call: Call
    slow: bool = False


async def clients(url: str, stack: AsyncExitStack) -> list[Client]:
    """All clients, open."""
    session = await stack.enter_async_context(
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    )
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    plain = await stack.enter_async_context(httpx.AsyncClient(limits=limits))
    ai = openai.AsyncOpenAI(api_key=_KEY, base_url=f"{url}/openai")
    stack.push_async_callback(ai.close)
    runway = runwayml.AsyncRunwayML(api_key=_KEY, base_url=f"{url}/runway")
    stack.push_async_callback(runway.close)
    transport = await stack.enter_async_context(
        Transport(credentials_from(_KEY), base_url=url, max_in_flight=max(IN_FLIGHT))
    )
    heygen = await stack.enter_async_context(
        HeyGen(_KEY, base_url=url, max_in_flight=max(IN_FLIGHT))
    )
    address, headers = f"{url}/v3/videos/{_ID}", {"x-api-key": _KEY}
    ids = {"video_id": _ID}

    async def raw_get() -> object:
        async with session.get(address, headers=headers) as response:
            return orjson.loads(await response.read())

    async def raw_post() -> object:
        sent = {**headers, "Content-Type": "application/json", "Idempotency-Key": "k"}
        data = orjson.dumps(_BODY)
        async with session.post(f"{url}/v3/videos", data=data, headers=sent) as response:
            return orjson.loads(await response.read())

    async def httpx_get() -> object:
        return (await plain.get(address, headers=headers)).json()

    def built() -> CreateVideoFromAvatar:
        return CreateVideoFromAvatar(
            avatar_id=_BODY["avatar_id"], script=_BODY["script"], voice_id=_BODY["voice_id"]
        )

    request = built()

    return [
        Client(RAW_GET, raw_get),
        Client("heygen_async: transport.call", lambda: transport.call(GET_VIDEO, ids=ids)),
        Client("heygen_async: videos.get", lambda: heygen.videos.get(_ID)),
        Client("httpx: GET, json", httpx_get, slow=True),
        Client("openai: models.retrieve", lambda: ai.models.retrieve(_ID), slow=True),
        Client("runwayml: tasks.retrieve", lambda: runway.tasks.retrieve(_ID), slow=True),
        Client(RAW_POST, raw_post),
        Client(CREATE, lambda: heygen.videos.create(request)),
        Client(BUILD, lambda: heygen.videos.create(built())),
    ]


async def cpu_per_call(call: Call, calls: int, in_flight: int) -> float:
    """Microseconds of this process's CPU time for each of many calls."""
    left = calls

    async def caller() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await call()

    gc.collect(1)
    began = time.process_time()
    await asyncio.gather(*(caller() for _ in range(in_flight)))
    return (time.process_time() - began) / calls * 1e6


async def measure(url: str, rounds: int, calls: int) -> dict[int, dict[str, float]]:
    """Microseconds per call, by calls in flight and client."""
    found: dict[int, dict[str, float]] = {}
    async with AsyncExitStack() as stack:
        everybody = await clients(url, stack)
        for in_flight in IN_FLIGHT:
            turns: dict[str, list[float]] = {client.name: [] for client in everybody}
            for client in everybody:
                await cpu_per_call(client.call, in_flight * 2, in_flight)  # connections, imports
            gc.freeze()
            for number in range(rounds):
                first = number % len(everybody)
                for client in everybody[first:] + everybody[:first]:
                    if client.slow and number % 4:
                        continue
                    turn = max(calls // 4 if client.slow else calls, in_flight * 2)
                    turns[client.name].append(await cpu_per_call(client.call, turn, in_flight))
            found[in_flight] = {name: quartile(taken) for name, taken in turns.items()}
    return found


def quartile(turns: Sequence[float]) -> float:
    """The lower one."""
    return statistics.quantiles(turns, n=4, method="inclusive")[0]


def ratio(taken: Mapping[str, float], name: str) -> float:
    """How many times raw aiohttp's CPU time."""
    return taken[name] / taken[RAW_POST if name in (RAW_POST, CREATE, BUILD) else RAW_GET]


def load() -> str:
    """How many processes wanted to run in the last minute, and on how many cores."""
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{busy} on {os.cpu_count()} cores"


def main() -> int:
    """Measure, print, judge."""
    arguments = options(__doc__).parse_args()
    rounds, calls = (12, 300) if arguments.quick else (40, 400)
    answers = {
        "GET /v3/videos/": orjson.dumps({"data": video()}),
        "POST /v3/videos": created(),
        "GET /openai": of_openai(),
        "GET /runway": of_runway(),
    }
    with serving(answers) as url:
        found = asyncio.run(measure(url, rounds, calls))
    columns = ["client"]
    for in_flight in IN_FLIGHT:
        columns += [f"µs/call at {in_flight}", f"× aiohttp at {in_flight}"]
    rows = []
    for name in found[IN_FLIGHT[0]]:
        row: list[object] = [name]
        for taken in found.values():
            row += [taken[name], ratio(taken, name)]
        rows.append(row)
    show(
        f"CPU time of the client per call, lower quartile of {rounds} turns, and times raw "
        f"aiohttp. Load of the machine: {load()}.\n"
        f"aiohttp {aiohttp.__version__}, httpx {httpx.__version__}, openai {openai.__version__}, "
        f"runwayml {runwayml.__version__}",
        columns,
        rows,
    )
    goals = [
        Goal(f"{name}, {in_flight} in flight, × aiohttp", ratio(taken, name), LIMIT)
        for in_flight, taken in found.items()
        for name in taken
        if name.startswith("heygen_async")
    ]
    return conclude(goals, check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
