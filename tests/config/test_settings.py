"""Settings: their declaration and their checks."""

from __future__ import annotations

import math

import pytest

from wyoming_whisper.config.address import TcpAddress
from wyoming_whisper.config.checks import home_assistant_url
from wyoming_whisper.config.settings import (
    Settings,
    defaults,
    flag,
    options,
    variable,
)
from wyoming_whisper.errors import ConfigError


def test_defaults_are_valid() -> None:
    """A server needs no option."""
    settings = Settings()
    assert settings.addresses == (TcpAddress("0.0.0.0", 10300),)
    assert settings.model == "auto"


def test_every_field_is_an_option() -> None:
    """Each setting says what it is for, and its default reads back from its text."""
    assert options().keys() == defaults().keys()
    for name, option in options().items():
        assert option.help.endswith(".")
        default = defaults()[name]
        if option.repeated:
            assert tuple(option.parse(str(value)) for value in default) == default
        else:
            assert option.parse(str(default)) == default


def test_an_impossible_uri() -> None:
    """A listener that is none is refused, and the option named."""
    with pytest.raises(ConfigError, match="--uri"):
        Settings(uri=("http://x:1",))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"uri": ()}, "--uri must be given at least once"),
        ({"name": " "}, "--name must not be empty"),
        ({"model": ""}, "--model must not be empty"),
        ({"log_format": " "}, "--log-format must not be empty"),
        ({"log_format": "%(asctime"}, r"--log-format '%\(asctime': "),
        ({"compute_type": "int4"}, "--compute-type must be one of"),
        ({"task": "sing"}, "--task must be one of: transcribe, translate"),
        ({"language": "klingon"}, "--language 'klingon': unknown language"),
        ({"languages": ("en,klingon",)}, "--languages 'en,klingon': unknown language"),
        ({"languages": ("en,",)}, "--languages 'en,': must be languages"),
        ({"languages": ("auto",)}, "--languages 'auto': must be languages"),
        ({"language": "de", "languages": ("en", "fr")}, "--language de is none of --languages"),
        (
            {"audio_context": "9"},
            "--audio-context '9': must be full, auto or whole seconds from 10",
        ),
        ({"audio_context": "10.5"}, "--audio-context '10.5': must be full, auto"),
        ({"audio_context": "31"}, "--audio-context '31': must be full, auto"),
        ({"max_batch": 257}, "--max-batch must be from 0 to 256"),
        ({"cpu_threads": -1}, "--cpu-threads must be from 0 to 256"),
        ({"beam_size": 17}, "--beam-size must be from 0 to 16"),
        ({"no_speech_threshold": math.nan}, "--no-speech-threshold"),
        ({"logprob_threshold": 0.5}, "--logprob-threshold"),
        ({"compression_ratio_threshold": 0.5}, "--compression-ratio-threshold"),
        ({"vad_threshold": 0.1}, "--vad-threshold"),
        ({"vad_min_speech_ms": 0}, "--vad-min-speech-ms"),
        ({"pre_roll_ms": 1001}, "--pre-roll-ms"),
        ({"tail_ms": -1}, "--tail-ms"),
        ({"max_queue": 0}, "--max-queue"),
        ({"shutdown_s": math.inf}, "--shutdown-s"),
        ({"idle_unload": -1}, "--idle-unload must be from 0 to 10080"),
        ({"vad_min_silence_ms": 150}, "--vad-min-silence-ms must be from 200 to 10000"),
        ({"log_level": "loud"}, "--log-level must be one of"),
        ({"http_port": "http"}, "--http-port 'http': must be auto or a port"),
        ({"http_port": "65536"}, "--http-port '65536': must be auto or a port"),
        ({"cors_origin": ("example.com",)}, "--cors-origin 'example.com': must be http://HOST"),
        ({"cors_origin": ("https://example.com/page",)}, "--cors-origin"),
        ({"cors_origin": ("https://example.com/",)}, "--cors-origin"),
        ({"cors_origin": ("https://example.com?a",)}, "--cors-origin"),
        ({"cors_origin": ("https://me@example.com",)}, "--cors-origin"),
        ({"cors_origin": ("https://example.com:x",)}, "--cors-origin"),
        ({"cors_origin": ("https://:80",)}, "--cors-origin"),
        ({"cors_origin": ("app://",)}, "--cors-origin"),
        ({"cors_origin": ("1app://obsidian.md",)}, "--cors-origin"),
        ({"cors_origin": ("null",)}, "--cors-origin"),
        ({"cors_origin": ("*",)}, "--cors-origin"),
        ({"max_upload_mb": 0}, "--max-upload-mb"),
        ({"max_audio_s": 0}, "--max-audio-s"),
        ({"hass_url": "homeassistant.local:8123"}, "--hass-url 'homeassistant.local:8123': must"),
    ],
)
def test_impossible_values(values: dict[str, object], message: str) -> None:
    """An impossible value is refused by the option's name."""
    with pytest.raises(ConfigError, match=message):
        Settings(**values)  # type: ignore[arg-type] # on purpose


@pytest.mark.parametrize(
    "values",
    [
        {"audio_context": "auto"},
        {"audio_context": "30"},
        {"logprob_threshold": -math.inf},
        {"compression_ratio_threshold": math.inf},
        {"language": "en-US"},
    ],
)
def test_unusual_values(values: dict[str, object]) -> None:
    """Thresholds can be switched off, and languages be spelt as people do."""
    Settings(**values)  # type: ignore[arg-type] # on purpose


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://ha.local:8123", "ws://ha.local:8123/api/websocket"),
        ("http://ha.local:8123/", "ws://ha.local:8123/api/websocket"),
        ("http://ha.local:8123/api", "ws://ha.local:8123/api/websocket"),
        ("http://ha.local:8123/api/", "ws://ha.local:8123/api/websocket"),
        ("https://ha.example.com", "wss://ha.example.com/api/websocket"),
        ("HTTP://[::1]:8123/home", "ws://[::1]:8123/home/api/websocket"),
        ("ws://ha.local:8123/api/websocket", "ws://ha.local:8123/api/websocket"),
        ("wss://ha.local", "wss://ha.local/api/websocket"),
        ("http://supervisor/core/api", "ws://supervisor/core/api/websocket"),
        ("ws://supervisor/core/websocket", "ws://supervisor/core/websocket"),
    ],
)
def test_urls_of_home_assistant(text: str, url: str) -> None:
    """Home Assistant's URL, its API's and its WebSocket's are the same to us."""
    assert home_assistant_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["x", "tcp://x", "http://", "http://:8123", "http://x:y", "http://x:0", "http://a:b@x",
     "http://x?a=b", "http://x#a"],
)  # fmt: skip
def test_no_urls_of_home_assistant(text: str) -> None:
    """What cannot be Home Assistant's URL is none."""
    with pytest.raises(ValueError):  # noqa: PT011 - some are urllib's
        home_assistant_url(text)


def test_secrets() -> None:
    """A token is not shown where settings are."""
    assert "secret" not in repr(Settings(hass_token="secret"))
    assert options()["hass_token"].secret


@pytest.mark.parametrize(
    "origin",
    [
        "https://chat.example.com", "HTTP://nas:3000", "http://[::1]:3000", "app://obsidian.md",
        "capacitor://localhost", "tauri://localhost", "vscode-webview://1a2b", "app://-",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://5a0e4a1c-0d5b-4f1e-9c61-0b6b8a4b7a77",
    ],
)  # fmt: skip
def test_origins(origin: str) -> None:
    """Whatever a browser or an app may send as its origin can be allowed."""
    Settings(cors_origin=(origin,))


@pytest.mark.parametrize(
    ("values", "addresses"),
    [
        ({}, [TcpAddress("0.0.0.0", 8000)]),
        ({"http_port": "9000"}, [TcpAddress("0.0.0.0", 9000)]),
        ({"uri": ("tcp://127.0.0.1", "tcp://127.0.0.1:1")}, [TcpAddress("127.0.0.1", 8000)]),
        ({"uri": ("tcp://a", "tcp://b")}, [TcpAddress("a", 8000), TcpAddress("b", 8000)]),
        ({"uri": ("unix:///run/x",)}, [TcpAddress("127.0.0.1", 8000)]),
        ({"no_http": True}, []),
    ],
)
def test_where_http_listens(values: dict[str, object], addresses: list[TcpAddress]) -> None:
    """HTTP listens at each host of a Wyoming listener, and at the loopback where there is none."""
    assert list(Settings(**values).http_addresses) == addresses  # type: ignore[arg-type] # as above


def test_only_the_default_port_is_optional() -> None:
    """A server goes without a port that its owner has not asked for."""
    assert Settings().http_is_optional
    assert not Settings(http_port="8000").http_is_optional


def test_languages() -> None:
    """Languages are given one by one or in a list, as people spell them; none means all."""
    settings = Settings(language="English", languages=("en-GB,German", "fr"))
    assert settings.language_codes == {"en", "de", "fr"}
    assert Settings().language_codes == frozenset()


def test_spellings() -> None:
    """A setting has one name on the command line and one in the environment."""
    assert flag("cpu_threads") == "--cpu-threads"
    assert variable("cpu_threads") == "WYOMING_WHISPER_CPU_THREADS"
