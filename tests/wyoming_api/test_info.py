from __future__ import annotations

from dataclasses import replace

from fakes import FACTS, INFO
from wyoming.info import Info

from wyoming_whisper.wyoming_api.framing import EventDecoder, encode_event
from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo


def test_the_package_reads_what_was_said() -> None:
    """The info event tells wyoming's own reader the service's facts."""
    facts = replace(
        FACTS,
        name="small",
        description="a small one",
        author="OpenAI",
        url="https://example.org",
    )
    offered = frozenset({"en", "de", "yue"})
    info = Info.from_event(
        ServiceInfo("1.2.3", (ProgramInfo("my program", facts, offered),)).event()
    )
    (program,) = info.asr
    assert (program.name, program.version) == ("my program", "1.2.3")
    (model,) = program.models
    assert (model.name, model.description) == ("small", "a small one")
    assert (model.attribution.name, model.attribution.url) == ("OpenAI", "https://example.org")
    assert model.languages == ["de", "en", "yue"]


def test_home_assistant_finds_the_program() -> None:
    """The program and its model are installed, which is what Home Assistant looks for."""
    (program,) = Info.from_event(INFO.event()).asr
    assert program.installed
    assert all(model.installed for model in program.models)


def test_home_assistant_is_to_end_the_command() -> None:
    """Home Assistant is asked for its voice detection, and for nothing else that changes audio."""
    (program,) = Info.from_event(INFO.event()).asr
    assert program.requires_external_vad is True
    assert program.prefers_auto_gain_enabled is False
    assert program.prefers_noise_reduction_enabled is False


def test_a_server_that_finds_the_ends() -> None:
    """Home Assistant leaves the end of a command to it."""
    finding = ServiceInfo("1", (replace(INFO.default, finds_ends=True),))
    (program,) = Info.from_event(finding.event()).asr
    assert program.requires_external_vad is False


def test_several_programs() -> None:
    """The default comes first, which is all that Home Assistant sees; each has a model."""
    other = ProgramInfo("german", replace(FACTS, name="base"), frozenset({"de"}))
    info = ServiceInfo("1", (INFO.default, other))
    programs = Info.from_event(info.event()).asr
    assert [one.name for one in programs] == ["test", "german"]
    assert [one.models[0].name for one in programs] == [FACTS.name, "base"]
    assert [one.models[0].languages for one in programs] == [["de", "en"], ["de"]]
    for name, found in (
        ("german", other), ("Base", other), ("TEST", INFO.default), ("x", None), (None, None)
    ):  # fmt: skip
        assert info.named(name) is found


def test_nothing_else_is_offered() -> None:
    """The service is speech to text only."""
    info = Info.from_event(INFO.event())
    assert not any([info.tts, info.handle, info.intent, info.wake, info.mic, info.snd])
    assert info.satellite is None


def test_it_passes_the_wire() -> None:
    """The info event is the same behind the wire."""
    event = INFO.event()
    assert list(EventDecoder().feed(encode_event(event))) == [event]


def test_transcripts_are_streamed() -> None:
    """A client learns that it may read a transcript in pieces."""
    (program,) = Info.from_event(INFO.event()).asr
    assert program.supports_transcript_streaming is True
