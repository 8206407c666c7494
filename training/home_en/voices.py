"""The English voices of the synthesisers, and how one utterance is to be spoken.

A speaker is "<synthesiser>/<voice>". espeak-ng's speaker is the variant (larynx and tract); the
accent is drawn for every utterance. The others have few training speakers, so those are
bent into pseudo-speakers: resampling moves pitch and formants together, an envelope shift moves
the formants back to where a tract of plausible length has them, and the synthesiser's own duration
stretch gives the tempo back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .splits import HELD_OUT_SPEAKERS
from .words import listed

if TYPE_CHECKING:
    import random

ACCENTS = listed("""
    en-us en-us en-us en en-gb-x-rp en-us-nyc en-gb-scotland en-gb-x-gbclan en-gb-x-gbcwmd en-029
""")
ESPEAK_VARIANTS = listed(
    """
    Alex Alicia Andrea Andy Annie AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco
    Mario Michael Mike Nguyen RicishayMax RicishayMax2 RicishayMax3 Storm Tweaky adam anika
    announcer antonio aunty belinda benjamin boris caleb david ed edward edward2 f1 f2 f3 f4 f5
    grandma grandpa gustave iven iven2 iven3 iven4 john kaukovalta klatt klatt2 klatt3 klatt4
    klatt5 klatt6 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel miguel norbert pablo paul pedro
    quincy rob robert sandro shelby steph steph2 steph3 travis victor zac
    """
)
"""Human-like variants; the whisper, robot and monster ones are left out."""

FESTIVAL_VOICES = {
    "kal": "voice_kal_diphone",
    "ked": "voice_ked_diphone",
    "slt": "voice_cmu_us_slt_arctic_hts",
}
PICO_VOICES = {"lh": "en-US", "kh": "en-GB"}
"""The language that chooses each voice."""
VOICES: dict[str, tuple[str, ...]] = {
    "espeak-ng": ESPEAK_VARIANTS,
    "flite": ("kal", "kal16", "awb", "rms", "slt"),
    "festival": tuple(FESTIVAL_VOICES),
    "rhvoice": ("alan", "bdl", "clb"),
    "pico": tuple(PICO_VOICES),
}
"""The voices of each synthesiser, held-out ones too."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one utterance is spoken.

    `stretch` is duration over the voice's normal duration; `warp` multiplies pitch and formants,
    `formants` the formants alone (1.0: as the voice is); `pitch` is 0..100, 50 the voice's own.
    """

    speaker: str
    accent: str = "en-us"
    stretch: float = 1.0
    warp: float = 1.0
    formants: float = 1.0
    pitch: int = 50

    @property
    def engine(self) -> str:
        """Who synthesises: "espeak-ng", "flite", "festival", "rhvoice" or "pico"."""
        return self.speaker.split("/")[0]

    @property
    def voice(self) -> str:
        """The voice within the synthesiser."""
        return self.speaker.split("/")[1]


def training_speakers(engine: str) -> tuple[str, ...]:
    """The speakers of a synthesiser which training may use."""
    every = (f"{engine}/{voice}" for voice in VOICES[engine])
    return tuple(speaker for speaker in every if speaker not in HELD_OUT_SPEAKERS)


def natural_delivery(speaker: str, rng: random.Random) -> Delivery:
    """A voice as it is, with mild differences of tempo: for evaluation."""
    return Delivery(
        speaker,
        accent=rng.choice(("en-us", "en", "en-us")),
        stretch=rng.uniform(0.9, 1.1),
        pitch=rng.randint(45, 55),
    )


def varied_delivery(engine: str, rng: random.Random) -> Delivery:
    """A training speaker of `engine`, varied in tempo, pitch and tract (espeak-ng: no tract)."""
    speaker = rng.choice(training_speakers(engine))
    if engine == "espeak-ng":
        return Delivery(
            speaker,
            accent=rng.choice(ACCENTS),
            stretch=rng.uniform(0.75, 1.25),
            warp=rng.choice((1.0, rng.uniform(0.9, 1.12))),
            pitch=rng.randint(30, 70),
        )
    if engine == "flite" and rng.random() < 0.75:
        speaker = rng.choice(("flite/awb", "flite/rms"))
    if rng.random() < 0.3:
        return Delivery(speaker, stretch=rng.uniform(0.8, 1.2), pitch=rng.randint(20, 80))
    men = engine in ("flite", "festival")
    tract = rng.uniform(0.9, 1.25) if men else rng.uniform(0.88, 1.14)
    warp = min(max(tract ** rng.uniform(1.0, 2.8) * rng.uniform(0.85, 1.2), 0.8), 1.9)
    return Delivery(
        speaker,
        stretch=rng.uniform(0.78, 1.2),
        warp=warp,
        formants=tract / warp,
        pitch=rng.randint(0, 100),
    )
