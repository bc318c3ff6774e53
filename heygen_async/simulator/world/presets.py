"""The catalogue every account sees: voices, and two public looks.

`sim-voice-anna`, `sim-voice-ben`, `sim-look-mia` and `sim-look-leo` are promised to docs and tests.
"""

from __future__ import annotations

from heygen_async.simulator.v3.pictures import DRAWN, Picture
from heygen_async.simulator.world.records import Group, Look, Voice
from heygen_async.simulator.world.world import File, World

_PROMISED = (
    ("sim-voice-anna", "Anna", "English", "female"),
    ("sim-voice-ben", "Ben", "English", "male"),
)

# Two to six voices for each language, so that a page is never enough.
_NAMES = {
    "English": ("Clara", "Desmond", "Esther", "Frank", "Grace", "Hugh"),
    "German": ("Annika", "Bernd", "Greta", "Jonas"),
    "French": ("Amélie", "Bastien", "Chloé", "Damien"),
    "Spanish": ("Alba", "Bruno", "Carmen", "Diego"),
    "Italian": ("Bianca", "Carlo", "Elisa", "Fabio"),
    "Portuguese": ("Beatriz", "Caio", "Inês", "Jorge"),
    "Dutch": ("Femke", "Joris"),
    "Polish": ("Agnieszka", "Marek"),
    "Turkish": ("Elif", "Kerem"),
    "Japanese": ("Haruka", "Kenji"),
    "Korean": ("Jiwoo", "Minho"),
    "Chinese": ("Lan", "Wei"),
    "Hindi": ("Asha", "Rohan"),
    "Arabic": ("Layla", "Omar"),
}

_LOOKS = (
    ("mia", "Mia", "female", "sim-voice-anna", "friendly young woman in a green blouse"),
    ("leo", "Leo", "male", "sim-voice-ben", "cheerful man with a beard in a blue shirt"),
)


def furnish(world: World) -> None:
    """Put the catalogue into a new world."""
    voices = [*_PROMISED]
    for language, names in _NAMES.items():
        for index, name in enumerate(names):
            identifier = f"sim-voice-{language.lower()}-{index + 1}"
            voices.append((identifier, name, language, "female" if index % 2 == 0 else "male"))
    for number, (identifier, name, language, gender) in enumerate(voices, 1):
        engine = "elevenlabs" if number > 2 and number % 5 == 0 else "starfish"
        world.voices[identifier] = Voice(
            id=identifier,
            number=number,
            name=name,
            language=language,
            gender=gender,
            engine=engine,
        )
    for number, (word, name, gender, voice, prompt) in enumerate(_LOOKS, 1):
        group = Group(
            id=f"sim-group-{word}", number=number, name=name, created_at=world.now(), public=True
        )
        look = Look(
            id=f"sim-look-{word}",
            number=number,
            group=group,
            name=name,
            avatar_type="photo_avatar",
            picture=Picture(prompt=prompt, seed=number),
            size=DRAWN,
            engines=("avatar_iv", "avatar_iii"),
            created_at=world.now(),
            ready_at=world.now(),
            gender=gender,
            default_voice_id=voice,
        )
        world.groups[group.id] = group
        world.looks[look.id] = look
        world.files[f"looks/{look.id}.jpg"] = File(mime="image/jpeg", make=look.picture.read)
