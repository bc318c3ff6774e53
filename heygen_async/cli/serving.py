"""The simulator as a process: prints where it is and how to get there, and ends when told to."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from heygen_async.cli.console import put_text, say
from heygen_async.cli.exits import Exit
from heygen_async.client_base import SPEED_VARIABLE
from heygen_async.errors import InvalidInputError
from heygen_async.simulator import Fault, Simulator

__all__ = ["fault_from", "serve"]


def fault_from(text: str) -> Fault:
    """A fault from ``NAME[:OPERATION[:PROBABILITY]]``.

    Raises:
        InvalidInputError: there is no such fault, or the probability is none.
    """
    name, _, rest = text.partition(":")
    operation, _, chance = rest.partition(":")
    try:
        return Fault(name, operation=operation or "*", probability=float(chance or 1.0))
    except ValueError as error:
        raise InvalidInputError(
            f"--fault {text!r}: {error}", field="--fault", value=text
        ) from error


async def serve(
    faults: Sequence[str],
    *,
    host: str,
    port: int,
    speed: float,
    seed: int,
    slots: int,
    balance: float,
) -> Exit:
    """Serve until SIGINT or SIGTERM, which both end it well.

    Raises:
        InvalidInputError: a fault is none, the port is in use, or the host is another's.
        OSError: it cannot listen for another reason.
    """
    armed = [fault_from(text) for text in faults]
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # On Windows ctrl-c cancels instead.
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulator = Simulator(
        host=host, port=port, speed=speed, seed=seed, render_slots=slots, credits=balance
    )
    for fault in armed:
        simulator.add_fault(fault)
    async with _listening(simulator, host, port):
        put_text(simulator.url)
        say(
            f"export HEYGEN_API_KEY=any HEYGEN_BASE_URL={simulator.url}"
            f" {SPEED_VARIABLE}={speed:.12g}"
        )
        await stopped.wait()
        ledger = simulator.ledger
    total = sum(charge.credits for charge in ledger.charges if not charge.refunded)
    requests = sum(ledger.requests.values())
    say(f"{requests} requests, {len(ledger.charges)} charges, {total:.2f} credits spent")
    return Exit.DONE


@asynccontextmanager
async def _listening(simulator: Simulator, host: str, port: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(simulator)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise InvalidInputError(
                    f"port {port} of {host} is in use; --port 0 takes a free one",
                    field="--port",
                    value=str(port),
                ) from error
            # From 3.13 on asyncio says it in words of its own, without a number.
            if error.errno in {errno.EADDRNOTAVAIL, None} or isinstance(error, socket.gaierror):
                raise InvalidInputError(
                    f"--host: {host} is no address of this machine", field="--host", value=host
                ) from error
            raise
        yield
