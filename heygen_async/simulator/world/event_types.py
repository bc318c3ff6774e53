"""The types of events there are, and what each of them says.

The words are the contract's `WebhookEventType` (read 2026-11-20), the sentences are ours. The
simulator has occasion for a part of them only: it makes no personalized or HyperFrames videos, no
live avatars, and lets no look move.
"""

from __future__ import annotations

EVENT_TYPES = {
    "avatar_video.success": "A video is rendered",
    "avatar_video.fail": "A video could not be rendered",
    "avatar_video_gif.success": "The animation of a video that was asked for is there",
    "avatar_video_gif.fail": "The animation of a video could not be made",
    "avatar_video_caption.success": "A video with captions in the picture is rendered",
    "avatar_video_caption.fail": "A video with captions in the picture could not be rendered",
    "video_agent.success": "A video agent has made its video",
    "video_agent.fail": "A video agent gave up, perhaps before there was a video",
    "video_translate.success": "A video speaks another language",
    "video_translate.fail": "A video could not be translated",
    "video_translate.preflight.validation_failed": "A video is not fit to be translated",
    "video_translate.preflight.download_failed": "A video to be translated cannot be fetched",
    "proofread_creation.success": "The text of a translation can be checked",
    "proofread_creation.fail": "The text of a translation could not be made",
    "personalized_video": "A personalized video is rendered",
    "instant_avatar.success": "An avatar made from footage is ready",
    "instant_avatar.fail": "No avatar could be made from some footage",
    "photo_avatar_generation.success": "A photo avatar drawn from a prompt is there",
    "photo_avatar_generation.fail": "No photo avatar could be drawn from a prompt",
    "photo_avatar_train.success": "A photo avatar is trained",
    "photo_avatar_train.fail": "A photo avatar could not be trained",
    "photo_avatar_add_motion.success": "A photo avatar moves",
    "photo_avatar_add_motion.fail": "A photo avatar could not be made to move",
    "live_avatar.success": "A live avatar is ready",
    "live_avatar.fail": "No live avatar could be made",
    "hyperframes_video.success": "A video made with HyperFrames is rendered",
    "hyperframes_video.fail": "A video made with HyperFrames could not be rendered",
    "ai_clipping.success": "A long video is cut into clips",
    "ai_clipping.fail": "No clips were made of a long video",
    "batch.finished": "All items of a batch have ended, well or badly",
}
