"""The Whisper models that are known by a name: where they are on the Hub, and what they are.

Parameters are OpenAI's and Hugging Face's own figures. Revisions, sizes and digests are those that
the Hub announced in October 2026; a download that differs is refused. Where there is none, what the
Hub announces holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wyoming_whisper.language import WHISPER_LANGUAGES

HOME_EN: Final = "home-en"
AUTO: Final = "auto"

BEAMS: Final = 5
"""Of a search, where a model says nothing else: OpenAI's own number, and faster-whisper's."""
ENGLISH: Final = frozenset({"en"})
BEFORE_V3: Final = WHISPER_LANGUAGES - {"yue"}
"""What multilingual models before large-v3 understand."""

# What `diagnosis.memory_bytes` knows better of a model on disk: the weights as they are held, those
# of the file beside them while they are converted, or the attention over 30 s; and what works.
_BYTES: Final = {"int8": 1, "float16": 2, "float32": 4}
_ATTENTION_BYTES: Final = 120_000_000
_WORKING_BYTES: Final = 90_000_000
_WORKING_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Source:
    """A model's place on the Hub.

    Attributes:
        repo_id: ``owner/name``.
        revision: The commit to fetch; ``None`` for the newest.
        sha256: Of its ``model.bin``; ``None`` where the Hub's word is taken for it.
    """

    repo_id: str
    revision: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model that is known by a name.

    Attributes:
        name: Ours, which is faster-whisper's.
        repo_id: Its place on the Hugging Face Hub; ``""`` of the embedded one.
        parameters: How many it has, in millions.
        size_bytes: Of its weights on disk.
        languages: Whisper codes of what it is good at.
        use: For whom it is, in a few words.
        revision: The commit that is fetched; ``None`` for the newest.
        sha256: Of its ``model.bin``; ``None`` where the Hub's word is taken for it.
        translates: Whether it was taught to translate into English.
        aliases: What others call it.
    """

    name: str
    repo_id: str
    parameters: int
    size_bytes: int
    languages: frozenset[str]
    use: str
    revision: str | None = None
    sha256: str | None = None
    translates: bool = False
    aliases: tuple[str, ...] = ()

    def memory_bytes(self, compute_type: str) -> int:
        """Estimate what it takes at most, in its load or at work, as int8, float16 or float32."""
        weights = 1_000_000 * self.parameters * _BYTES[compute_type]
        # Parameters are rounded.
        loading = self.size_bytes if weights < 0.9 * self.size_bytes else 0
        held = weights + max(loading, _ATTENTION_BYTES)
        return int(held * (1 + _WORKING_SHARE)) + _WORKING_BYTES


def _int8(size: str, parameters: int, size_bytes: int) -> CatalogueEntry:
    return CatalogueEntry(
        f"{size}-int8",
        f"rhasspy/faster-whisper-{size}-int8",
        parameters,
        size_bytes,
        BEFORE_V3,
        f"{size}, half the download",
        translates=True,
        aliases=(f"{size}.int8",),
    )


CATALOGUE: Final = (
    CatalogueEntry(
        HOME_EN, "", 30, 31_200_000, ENGLISH, "English commands on any CPU; in the package"
    ),
    CatalogueEntry(
        "tiny", "Systran/faster-whisper-tiny", 39, 75_538_270, BEFORE_V3,
        "any language on the smallest machines",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
        translates=True,
    ),
    CatalogueEntry(
        "tiny.en", "Systran/faster-whisper-tiny.en", 39, 75_537_502, ENGLISH,
        "English dictation on the smallest machines",
        "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    CatalogueEntry(
        "base", "Systran/faster-whisper-base", 74, 145_217_532, BEFORE_V3,
        "any language on two cores",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        translates=True,
    ),
    CatalogueEntry(
        "base.en", "Systran/faster-whisper-base.en", 74, 145_216_508, ENGLISH,
        "English dictation on two cores",
        "3d3d5dee26484f91867d81cb899cfcf72b96be6c",
        "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef",
    ),
    CatalogueEntry(
        "small", "Systran/faster-whisper-small", 244, 483_546_902, BEFORE_V3,
        "any language on eight cores",
        "536b0662742c02347bc0e980a01041f333bce120",
        "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
        translates=True,
    ),
    CatalogueEntry(
        "small.en", "Systran/faster-whisper-small.en", 244, 483_545_366, ENGLISH,
        "English dictation on eight cores",
        "d1d751a5f8271d482d14ca55d9e2deeebbae577f",
        "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a",
    ),
    CatalogueEntry(
        "medium", "Systran/faster-whisper-medium", 769, 1_527_906_378, BEFORE_V3,
        "any language, and translation, on a GPU",
        "08e178d48790749d25932bbc082711ddcfdfbc4f",
        "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
        translates=True,
    ),
    CatalogueEntry(
        "medium.en", "Systran/faster-whisper-medium.en", 769, 1_527_904_330, ENGLISH,
        "English on a GPU",
        "a29b04bd15381511a9af671baec01072039215e3",
        "11b220779aea4c6f3ce9d2549c8a95ea869ed84066864b999531ef53e594fe5b",
    ),
    CatalogueEntry(
        "large-v1", "Systran/faster-whisper-large-v1", 1550, 3_086_912_962, BEFORE_V3,
        "the first of its size; large-v3 is newer",
        "b07c8d4be0be90092aa01a29c975077acb8d15c9",
        "a3cce8081a5414206ab09a80aa410ebf9965feef52adafeead13f4a83398b1d1",
        translates=True,
    ),
    CatalogueEntry(
        "large-v2", "Systran/faster-whisper-large-v2", 1550, 3_086_912_962, BEFORE_V3,
        "any language, and translation, on a large GPU",
        "f0fe81560cb8b68660e564f55dd99207059c092e",
        "bf2a9746382e1aa7ffff6b3a0d137ed9edbd9670c3b87e5d35f5e85e70d0333a",
        translates=True,
    ),
    CatalogueEntry(
        "large-v3", "Systran/faster-whisper-large-v3", 1550, 3_087_284_237, WHISPER_LANGUAGES,
        "any language, and translation, on a large GPU",
        "edaa852ec7e145841d8ffdb056a99866b5f0a478",
        "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
        translates=True,
        aliases=("large",),
    ),
    CatalogueEntry(
        "large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 809, 1_617_884_929,
        WHISPER_LANGUAGES,
        "any language on a GPU",
        "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
        "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
        aliases=("turbo",),
    ),
    CatalogueEntry(
        "distil-small.en", "Systran/faster-distil-whisper-small.en", 166, 332_308_257, ENGLISH,
        "English dictation, faster than small.en",
        "ef77d90526ccd62cde3808ee70626a01e5cf83e4",
        "1187de3982cdcf962a2fb8f797e429fb4651b875b18fe9ce50b58b52fc9072b7",
    ),
    CatalogueEntry(
        "distil-medium.en", "Systran/faster-distil-whisper-medium.en", 394, 788_826_555, ENGLISH,
        "English on a GPU, faster than medium.en",
        "80ddfce281f77766d8943d63109199fc8145dfa5",
        "d4cb75d823dcd2647191064da76f026774c06c036908f38456165368d0e2d66a",
    ),
    CatalogueEntry(
        "distil-large-v2", "Systran/faster-distil-whisper-large-v2", 756, 1_512_927_867, ENGLISH,
        "English on a GPU, faster than large-v2",
        "fe9b404fc56de3f7c38606ef9ba6fd83526d05e4",
    ),
    CatalogueEntry(
        "distil-large-v3", "Systran/faster-distil-whisper-large-v3", 756, 1_512_927_867, ENGLISH,
        "English on a GPU, faster than large-v3",
        "c3058b475261292e64a0412df1d2681c06260fab",
        "b79368e19b6623813609431a6e5ee309a71506701ebc49fd7820e692dec7c5f5",
    ),
    CatalogueEntry(
        "distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 756, 1_512_927_867, ENGLISH,
        "English on a GPU, faster than large-v3",
        "9793ccc07920e0f830e1dba0343efcdf0ef8c903",
        "c58b88b8585ffcd2135fddaaf421ce72cb223b32edea70d156aed1dea319a119",
    ),
    _int8("tiny", 39, 39_000_000),
    _int8("base", 74, 75_000_000),
    _int8("small", 244, 246_000_000),
    _int8("medium", 769, 775_000_000),
)  # fmt: skip

_BY_NAME: Final = {name: entry for entry in CATALOGUE for name in (entry.name, *entry.aliases)}
_BY_REPO_ID: Final = {entry.repo_id: entry for entry in CATALOGUE if entry.repo_id}


def entry_of(name: str) -> CatalogueEntry | None:
    """Return what is known of a model by one of its names or its Hub id, if anything is."""
    return _BY_NAME.get(name) or _BY_REPO_ID.get(name)


def known_names() -> tuple[str, ...]:
    """Return every name that a model goes by."""
    return tuple(_BY_NAME)


def hub_id(name: str) -> str | None:
    """Return the Hub id that a short name stands for, or that a name is; ``None`` if neither."""
    entry = _BY_NAME.get(name)
    return (entry.repo_id if entry else "") or (name if is_repo_id(name) else None)


def source_of(repo_id: str) -> Source:
    """Return a model's place on the Hub, with what is known of it."""
    entry = _BY_REPO_ID.get(repo_id)
    return Source(repo_id, entry.revision, entry.sha256) if entry else Source(repo_id)


def languages_by_name(name: str) -> frozenset[str]:
    """Guess what a model understands by its name."""
    if name.endswith(".en"):
        return ENGLISH
    v3 = any(part in name for part in ("large-v3", "turbo")) or name == "large"
    return WHISPER_LANGUAGES if v3 else BEFORE_V3


def is_repo_id(name: str) -> bool:
    """Tell whether a name may be a Hub id, ``owner/repository``."""
    owner, slash, repository = name.partition("/")
    return bool(slash) and all(
        part
        and not part.startswith(".")
        and part.replace("-", "").replace(".", "").replace("_", "").isalnum()
        for part in (owner, repository)
    )
