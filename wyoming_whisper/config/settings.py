"""All settings of the server: declared once, checked on construction, immutable.

A field gives a setting's default, its help, how its text is read and what it may be. The command
line, the environment variables, the configuration file and the documentation are made from it.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wyoming_whisper.config import checks
from wyoming_whisper.config.address import DEFAULT_PORT, Address, TcpAddress, parse_uri
from wyoming_whisper.config.device import Device
from wyoming_whisper.config.option import Option, declare, switch
from wyoming_whisper.config.programs import ProgramSettings, check_names
from wyoming_whisper.errors import ConfigError, UnsupportedLanguage
from wyoming_whisper.language import normalize_language
from wyoming_whisper.system.cpu_tuning import Tuning
from wyoming_whisper.values import MAX_BEAMS, Task

if TYPE_CHECKING:
    from collections.abc import Callable

ENV_PREFIX: Final = "WYOMING_WHISPER_"
DEFAULT_HTTP_PORT: Final = 8000
_ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Settings(ProgramSettings):
    """What the owner of a server decides.

    Raises:
        ConfigError: If a value is impossible; the message names the option.
    """

    uri: tuple[str, ...] = declare(
        (f"tcp://0.0.0.0:{DEFAULT_PORT}",),
        "Where to listen: tcp://HOST:PORT or unix:///PATH. [::] is every IPv6 and IPv4 address.",
        metavar="URI",
        repeated=True,
        check=parse_uri,
        server_only=True,
    )
    name: str = declare(
        "wyoming-whisper",
        "Name of the program; Home Assistant names its entity after it.",
        server_only=True,
    )
    zeroconf: str = declare(
        "",
        "Name to announce the server by in the local network, where Home Assistant discovers it.",
        metavar="NAME",
        lone="",
        server_only=True,
    )
    no_zeroconf: bool = switch("Do not announce the server.", server_only=True)
    advertise: tuple[str, ...] = declare(
        (),
        "Host or address to announce instead of this machine's own, for a server in a container.",
        metavar="HOST",
        repeated=True,
        server_only=True,
    )
    model: str = declare(
        "auto",
        "A directory, a Hub id (owner/repository), a name such as home-en, base, small.en or "
        "large-v3-turbo, or auto: the one that suits the machine and the languages; until it has "
        "been downloaded, the best one on disk.",
        metavar="MODEL",
    )
    data_dir: tuple[Path, ...] = declare(
        (Path("~/.local/share/wyoming-whisper"),),
        "Where models lie; downloads go to the first.",
        parse=Path,
        metavar="DIR",
        repeated=True,
    )
    download_dir: str = declare(
        "", "Where downloads go instead of the first data directory.", metavar="DIR"
    )
    local_files_only: bool = switch(
        "Never touch the network for a model; --no-download is the same.", also=("--no-download",)
    )
    device: Device = declare(
        Device("auto"),
        "Where to decode: auto, cpu, cuda, cuda:N, or several GPUs, cuda:N,M. auto falls back to "
        "the CPU.",
        parse=Device.parse,
        metavar="DEVICE",
    )
    compute_type: str = declare(
        "auto",
        "Number format of the decoder, as CTranslate2 names them. auto: the best that the device "
        "supports.",
        choices=(
            "auto", "default", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16",
            "float16", "bfloat16", "float32",
        ),
    )  # fmt: skip
    cpu_threads: int = declare(
        0, "Threads of one decode on the CPU; 0 chooses.", parse=int, metavar="N", bounds=(0, 256)
    )
    no_cpu_tuning: tuple[str, ...] = declare(
        (),
        "Leave alone what is tuned for the CPU: the C library's allocator (malloc), how OpenMP's "
        "threads wait (openmp), the threads of numpy's BLAS (blas); by itself, all three.",
        repeated=True,
        choices=(*(tuning.value for tuning in Tuning), _ALL),
        lone=_ALL,
    )
    beam_size: int = declare(
        0,
        "Beams of a decode; 1 is greedy, 5 is slower by a tenth or more. 0 is the model's own: 2 "
        "for home-en, else mostly 5.",
        parse=int,
        metavar="N",
        bounds=(0, MAX_BEAMS),
    )
    language: str = declare(
        "auto",
        "Language that is spoken where a client does not say; auto detects it.",
        metavar="LANGUAGE",
        check=normalize_language,
    )
    languages: tuple[str, ...] = declare(
        (),
        "The only languages to detect, offer and accept, such as en,fr; all of the model's where "
        "none is given.",
        metavar="LANGUAGES",
        repeated=True,
        check=checks.language_codes,
    )
    task: str = declare(
        "transcribe",
        "Write what was said, or translate it to English.",
        choices=tuple(task.value for task in Task),
    )
    audio_context: str = declare(
        "auto",
        "How much of its 30 s window a Whisper model is given for short speech: auto, which is "
        "less on a CPU, and more of it once more where the result is doubtful; full; or seconds, "
        f"from {checks.MIN_CONTEXT_S}.",
        metavar="auto|full|S",
        check=checks.audio_context,
    )
    initial_prompt: str = declare(
        "", "Text that every utterance continues: names and spellings to expect."
    )
    no_speech_threshold: float = declare(
        0.6,
        "An improbable text is silence above this no-speech probability; 1 never is.",
        parse=float,
        metavar="P",
        bounds=(0, 1),
    )
    logprob_threshold: float = declare(
        -1.0,
        "A text is improbable, tried once more and then rejected, below this mean log probability "
        "of its tokens; -inf never is.",
        parse=float,
        metavar="LOGPROB",
        bounds=(-math.inf, 0),
    )
    compression_ratio_threshold: float = declare(
        2.4,
        "A text repeats itself, is tried once more and then rejected, above this ratio; inf never "
        "does.",
        parse=float,
        metavar="RATIO",
        bounds=(1, math.inf),
    )
    vad_threshold: float = declare(
        0.5,
        "Speech probability that starts speech; 0.15 less ends it.",
        parse=float,
        metavar="P",
        bounds=(0.2, 0.95),
    )
    vad_min_speech_ms: int = declare(
        96, "A shorter sound is not speech.", parse=int, metavar="MS", bounds=(1, 1_000)
    )
    vad_min_silence_ms: int = declare(
        1_000, "A pause this long ends a segment of speech.", parse=int, metavar="MS"
    )
    pre_roll_ms: int = declare(
        300, "Audio kept before the first speech.", parse=int, metavar="MS", bounds=(0, 1_000)
    )
    tail_ms: int = declare(
        200, "Audio kept behind the last speech.", parse=int, metavar="MS", bounds=(0, 1_000)
    )
    eager_pause_ms: int = declare(
        200,
        "A pause this long starts the decode of what was said so far; it is the answer if nobody "
        "speaks again.",
        parse=int,
        metavar="MS",
    )
    no_eager: bool = switch("Decode only when an utterance has ended.")
    http_port: str = declare(
        "auto",
        f"Port of HTTP, at the hosts of --uri: auto is {DEFAULT_HTTP_PORT}, or none while another "
        "program has it; 0 is any free one.",
        metavar="auto|PORT",
        check=checks.http_port,
        server_only=True,
    )
    no_http: bool = switch("Serve no HTTP.", server_only=True)
    http_name: tuple[str, ...] = declare(
        (),
        "Name by which browsers may call the HTTP server, such as stt.example.com; addresses and "
        "local names need none. Keeps foreign pages out.",
        metavar="HOST",
        repeated=True,
        server_only=True,
    )
    cors_origin: tuple[str, ...] = declare(
        (),
        "Origin, such as https://chat.example.com or an app's app://obsidian.md, whose pages may "
        "call the HTTP server.",
        metavar="ORIGIN",
        repeated=True,
        check=checks.origin,
        server_only=True,
    )
    api_keys: str = declare(
        "",
        "File of hashed keys, as wyoming-whisper key NAME prints them; HTTP then asks for one.",
        metavar="FILE",
        server_only=True,
    )
    metrics_auth: bool = switch("Ask for a key at /metrics too.", server_only=True)
    strict_models: bool = switch(
        "Refuse HTTP requests for any other model; they are served by this one otherwise.",
        server_only=True,
    )
    max_upload_mb: int = declare(
        1_024,
        "Size of an HTTP request in MB; what is larger is refused.",
        parse=int,
        metavar="MB",
        bounds=(1, 1_000_000),
        server_only=True,
    )
    max_audio_s: int = declare(
        6 * 60 * 60,  # a film with its sequel, or a day at court
        "Length of an uploaded file's audio in seconds; what is longer is refused.",
        parse=int,
        metavar="S",
        bounds=(1, 7 * 24 * 60 * 60),
        server_only=True,
    )
    max_batch: int = declare(
        0,
        "Utterances of different speakers that are decoded at once; 0 chooses by the device, 1 "
        "decodes one after the other.",
        parse=int,
        metavar="N",
        bounds=(0, 256),
    )
    max_queue: int = declare(
        64,
        "Segments of each class that may wait for the decoder; what comes beyond is refused at "
        "once, but long files wait.",
        parse=int,
        metavar="N",
        bounds=(1, 10_000),
        server_only=True,
    )
    idle_unload: float = declare(
        0.0,
        "Minutes without work after which the model's memory is freed; it is loaded again while "
        "the next speaker still speaks. 0 keeps it.",
        parse=float,
        metavar="MIN",
        bounds=(0, 10_080),
        server_only=True,
    )
    shutdown_s: float = declare(
        10.0,
        "How long open utterances may take to finish at exit.",
        parse=float,
        metavar="S",
        bounds=(0, 3_600),
        server_only=True,
    )
    log_level: str = declare(
        "info",
        "How much to log; debug shows every event, and never words.",
        choices=("debug", "info", "warning", "error"),
    )
    log_format: str = declare(
        "%(asctime)s %(levelname)s %(message)s",
        "How a line of the log looks, in the words of Python's logging.",
        check=checks.log_format,
        metavar="FORMAT",
    )

    def __post_init__(self) -> None:
        for name, option in options().items():
            _check(name, option, getattr(self, name))
        language = normalize_language(self.language)
        if self.languages and language is not None and language not in self.language_codes:
            raise ConfigError(f"--language {self.language} is none of --languages")
        check_names(self.name, self.program)
        _bounded("vad_min_silence_ms", self.vad_min_silence_ms, max(100, self.tail_ms), 10_000)
        _bounded("eager_pause_ms", self.eager_pause_ms, self.tail_ms, 10_000)

    @property
    def cpu_tuning(self) -> frozenset[Tuning]:
        """What is tuned: all that ``no_cpu_tuning`` does not leave alone."""
        if _ALL in self.no_cpu_tuning:
            return frozenset()
        return frozenset(tuning for tuning in Tuning if tuning.value not in self.no_cpu_tuning)

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The listeners of ``uri``."""
        return tuple(parse_uri(uri) for uri in self.uri)

    @property
    def http_addresses(self) -> tuple[TcpAddress, ...]:
        """Where HTTP listens: beside each TCP listener of ``uri``, else on the loopback."""
        if self.no_http:
            return ()
        port = DEFAULT_HTTP_PORT if self.http_port == checks.AUTO else int(self.http_port)
        hosts = [address.host for address in self.addresses if isinstance(address, TcpAddress)]
        return tuple(TcpAddress(host, port) for host in dict.fromkeys(hosts or ["127.0.0.1"]))

    @property
    def http_is_optional(self) -> bool:
        """Whether the server goes without HTTP where its port is taken."""
        return self.http_port == checks.AUTO

    @property
    def language_codes(self) -> frozenset[str]:
        """Whisper's codes of ``languages``; none where all of the model's are meant."""
        return frozenset(code for text in self.languages for code in checks.language_codes(text))


def check_uri(uri: str) -> None:
    """Raise `ConfigError` unless `parse_uri` can read this."""
    _checked("uri", parse_uri, uri)


def options() -> dict[str, Option]:
    """Return how each setting is written, by its name; those of other modules come last."""
    inherited = dataclasses.fields(ProgramSettings)
    fields = [*dataclasses.fields(Settings)[len(inherited) :], *inherited]
    return {field.name: field.metadata["option"] for field in fields}


def defaults() -> dict[str, Any]:
    """Return the default of each setting, by its name."""
    return {field.name: field.default for field in dataclasses.fields(Settings)}


def flag(name: str) -> str:
    """Return a setting's command-line flag."""
    return f"--{name.replace('_', '-')}"


def variable(name: str) -> str:
    """Return a setting's environment variable."""
    return f"{ENV_PREFIX}{name.upper()}"


def _check(name: str, option: Option, value: Any) -> None:  # noqa: ANN401 - whatever was declared
    values = value if option.repeated else (value,)
    has_default = defaults()[name] not in {"", ()}
    if has_default and option.repeated and not value:
        raise ConfigError(f"{flag(name)} must be given at least once")
    if has_default and isinstance(value, str) and not value.strip():
        raise ConfigError(f"{flag(name)} must not be empty")
    if option.choices and not set(values) <= set(option.choices):
        raise ConfigError(f"{flag(name)} must be one of: {', '.join(option.choices)}")
    if option.bounds is not None:
        _bounded(name, value, *option.bounds)
    if option.check is not None:
        for text in values:
            _checked(name, option.check, text)


def _checked(name: str, parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except (ValueError, UnsupportedLanguage) as error:
        raise ConfigError(f"{flag(name)} {text!r}: {error}") from error


def _bounded(name: str, value: float, low: float, high: float) -> None:
    # Written so that NaN is out of bounds too.
    if not low <= value <= high:
        raise ConfigError(f"{flag(name)} must be from {low} to {high}")
