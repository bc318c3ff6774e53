"""``avatars train`` at work."""

from __future__ import annotations

from heygen_async.api.looking import gone
from heygen_async.api.v2.photo_answers import TrainStatus
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.cli.connecting import connected
from heygen_async.cli.console import clean, put_json, put_text, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.making import going_on
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import reporting
from heygen_async.errors import InvalidRequestError, NotFoundError, NotReadyError
from heygen_async.models.state import Progress

__all__ = ["trained"]


async def trained(
    settings: Settings, group_id: str, seconds: float | None, *, again: bool = False
) -> Exit:
    """Train a group in v2, and wait until it is ready; with 0 seconds, only begin.

    What is paid is not paid twice: a training that runs is waited for, and one that is over is
    enough, unless there is to be another one ``again``.
    """
    with reporting(settings) as report:
        async with connected(settings, report) as heygen:
            photos = heygen.v2.photo_avatars
            status = await _begun(photos, group_id, again=again)
            if seconds != 0:
                with going_on("the same command waits for it again, and is not charged again"):
                    status = str((await photos.wait_training(group_id, timeout=seconds)).status)
    if settings.as_json:
        put_json({"group_id": group_id, "status": status, "dialect": "v2"})
    else:
        put_text(f"avatar group {group_id} ({status})")
    return Exit.DONE


async def _begun(photos: PhotoAvatars, group_id: str, *, again: bool) -> str:
    """The status of a training that runs or is over, or of one that is begun here."""
    group, known = clean(group_id), await _training(photos, group_id)
    match None if known is None else known.state.progress:
        case Progress.RUNNING:
            say(f"avatar group {group} is being trained already; nothing more was charged")
        case Progress.DONE if not again:
            say(
                f"avatar group {group} is trained already; nothing was charged. With photos that"
                " were added since, --again trains it, and is charged"
            )
        case _:
            await _begin(photos, group_id)
            say(
                f"training avatar group {group}; the same command waits for it again, and is not"
                " charged again"
            )
            return "pending"
    return str(known.status) if known is not None else "pending"


async def _training(photos: PhotoAvatars, group_id: str) -> TrainStatus | None:
    """How far the training of a group is; None if there was none."""
    try:
        status = await photos.training(group_id)
    except (NotFoundError, InvalidRequestError) as error:
        if gone(error):
            return None
        raise
    return status if status.begun else None


async def _begin(photos: PhotoAvatars, group_id: str) -> None:
    try:
        await photos.train(group_id)
    except InvalidRequestError as error:
        if "No valid image" not in error.message:
            raise
        raise NotReadyError(
            f"Group {clean(group_id)} cannot be trained yet: {error.message.rstrip('.')}. That is"
            " said while looks are being made: `heygen-async avatars looks --group"
            f" {clean(group_id)}` shows them. Nothing was charged.",
            operation=error.operation,
            code=error.code,
            status=error.status,
            request_id=error.request_id,
        ) from error
