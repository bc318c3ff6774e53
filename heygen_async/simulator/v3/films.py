"""The files of a finished video. They are made when somebody downloads them."""

from __future__ import annotations

from functools import partial

from heygen_async.simulator.media import RenderRequest, animation, poster, scenes_srt
from heygen_async.simulator.world.records import Plan, Video
from heygen_async.simulator.world.world import File, World


def publish(world: World, video: Video) -> None:
    """Put a finished video's files where its links lead."""
    world.files.update(_files(world, video))


def withdraw(world: World, video: Video) -> None:
    """Take them away again."""
    for path in _files(world, video):
        world.files.pop(path, None)


def request(plan: Plan, seed: int, *, captions: bool) -> RenderRequest:
    """The rendering of a plan; reads the picture, so it may take a moment."""
    return RenderRequest(
        image=plan.picture.read(),
        text=plan.text,
        seconds=plan.seconds,
        voice_speed=plan.speed,
        resolution=plan.resolution,
        aspect_ratio=plan.aspect_ratio,
        fit=plan.fit,
        background=plan.background,
        background_image=None if plan.background_image is None else plan.background_image.read(),
        captions=captions,
        seed=seed,
        pitch=plan.pitch,
        audio=None if plan.audio is None else plan.audio.read(),
        output_format=plan.output_format,
        frame=plan.frame,
        volume=plan.volume,
        cut_out=plan.cut_out,
        watermark=None if plan.watermark is None else plan.watermark.read(),
        scenes=tuple(request(it, seed, captions=captions) for it in plan.scenes),
    )


def spoken(plan: Plan) -> str:
    """What is said, scene by scene, as a SubRip file."""
    return scenes_srt((it.text, it.seconds) for it in plan.scenes or (plan,))


def _files(world: World, video: Video) -> dict[str, File]:
    plan, path, seed = video.plan, f"videos/{video.id}", world.seed
    mime = f"video/{plan.output_format}"
    seen = partial(request, plan, seed, captions=False)
    files = {
        f"{path}.{plan.output_format}": File(mime=mime, make=seen),
        f"{path}.jpg": File(mime="image/jpeg", make=lambda: poster(seen())),
        f"{path}.gif": File(mime="image/gif", make=lambda: animation(seen())),
    }
    if plan.captions:
        files[f"{path}.srt"] = File(mime="application/x-subrip", make=lambda: spoken(plan).encode())
    if plan.burnt:
        files[f"{path}.captioned.{plan.output_format}"] = File(
            mime=mime, make=lambda: request(plan, seed, captions=True)
        )
    return files
