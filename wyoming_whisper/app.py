"""The composition root: builds every concrete class, and brings the server up and down."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wyoming_whisper import __version__
from wyoming_whisper.app_household import learn_names
from wyoming_whisper.app_programs import ServedProgram
from wyoming_whisper.app_wiring import (
    engine_options,
    file_limits,
    http_options,
    needs,
    own_names,
    program_options,
)
from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.config.programs import programs_of
from wyoming_whisper.engines.registry import Registry
from wyoming_whisper.engines.whisper.cuda import device_count, device_memory
from wyoming_whisper.engines.whisper.library import Library
from wyoming_whisper.engines.whisper.model import WhisperFinder
from wyoming_whisper.engines.whisper.recommendation import Machine
from wyoming_whisper.errors import AddressError, ConfigError, ModelNotFound
from wyoming_whisper.household.known import KnownHousehold
from wyoming_whisper.http.server import HttpServer
from wyoming_whisper.http.service import Service
from wyoming_whisper.language import normalize_language
from wyoming_whisper.recognition.file import open_file
from wyoming_whisper.recognition.program import Program
from wyoming_whisper.recognition.recognizer import Recognizer
from wyoming_whisper.scheduling.lifecycle import Lifecycle
from wyoming_whisper.scheduling.queue import DecodeQueue
from wyoming_whisper.scheduling.runner import Devices
from wyoming_whisper.speech.vad import SileroVad
from wyoming_whisper.system.cpu_cores import usable_cores
from wyoming_whisper.system.cpu_tuning import Tuning, tune_allocator
from wyoming_whisper.system.daemon_thread import in_daemon_thread
from wyoming_whisper.system.listeners import in_url, open_listeners, reachable_at, shown
from wyoming_whisper.system.memory import total_bytes
from wyoming_whisper.uploads.decoder import FileDecoder
from wyoming_whisper.values import Task
from wyoming_whisper.wyoming_api.info import ProgramInfo, ServiceInfo
from wyoming_whisper.wyoming_api.server import WyomingServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from wyoming_whisper.audio.pcm import Block
    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.doctor.finding import Finding
    from wyoming_whisper.engines.engine import Model, ModelFacts
    from wyoming_whisper.values import TranscriptUpdate

_LOG: Final = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Run the server until SIGINT or SIGTERM.

    Raises:
        StartupError: If it cannot start.
    """
    queue = DecodeQueue(max_queued=settings.max_queue)
    devices, known = Devices(queue), KnownHousehold(own_names(settings))
    served = [
        ServedProgram(own, partial(_find_model, own), partial(_life, own, devices, queue), known)
        for own in programs_of(settings)
    ]
    _tune_allocator(settings, served[0].model)
    options = http_options(settings)
    decoder = FileDecoder(file_limits(settings))
    programs = [one.program for one in served]
    recognizer = Recognizer(programs, in_daemon_thread(SileroVad), decoder)
    for index, one in enumerate(served):
        one.exchanged = partial(recognizer.exchange, index)

    def look_again() -> None:
        for one in served:
            one.exchange.look_again()

    def names_changed() -> None:
        for one in served:
            one.snapping.refresh()

    describe = partial(_service_info, recognizer)
    server = WyomingServer(recognizer, describe)
    http = HttpServer(Service(recognizer, queue, describe, options, look_again))
    stop = _stop_signal()
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, look_again)
    try:
        async with asyncio.TaskGroup() as tasks:
            # Listening comes first: Home Assistant gives a description one second, and a model
            # takes longer to load.
            listeners = await _listen(server, settings)
            listen_http(http, settings)
            decoding = [tasks.create_task(one.exchange.run()) for one in served]
            for one in served:
                one.expect_speech()
            learning = tasks.create_task(learn_names(settings, known, names_changed))
            async with _announcing(settings, listeners):
                await recognizer.vad
                await stop.wait()
                _LOG.info("shutting down")
            learning.cancel()
            await _shut_down(server, http, decoding, settings.shutdown_s)
            _LOG.info("%s", recognizer.accounting.line())
            _LOG.info("%s", queue.stats.line())
    except BaseExceptionGroup as group:
        raise _first_cause(group) from None
    finally:
        # After a failed start; after a shutdown there is nothing left to close.
        server.stop_accepting()
        http.stop_accepting()
        await server.close()
        await http.close()
        await decoder.close()
        for one in served:
            one.snapping.close()


async def transcribe_file(settings: Settings, path: Path) -> TranscriptUpdate:
    """Transcribe an audio file in this process, with a model that is downloaded first if need be.

    Raises:
        StartupError: If the file or the model cannot be used.
        WyomingWhisperError: If the decode fails.
    """
    model = _find_model(settings)
    # Who waits for one text does not wait for a download that another model makes needless.
    model = model.stand_in or model
    _tune_allocator(settings, model)
    queue = DecodeQueue(max_queued=settings.max_queue)
    life = _life(settings, Devices(queue), queue, model, fetches_once=True)
    program = Program(life, program_options(settings))
    recognizer = Recognizer(
        [program], in_daemon_thread(SileroVad), FileDecoder(file_limits(settings))
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            decoding = tasks.create_task(program.lifecycle.run())
            file = await open_file(_blocks(path, program.decoding.language))
            stream = recognizer.transcribe(file, program, program.decoding, program.segmenting)
            async with stream:
                update = await stream.whole()
            decoding.cancel()
    except BaseExceptionGroup as group:
        raise _first_cause(group) from None
    return update


async def examine(settings: Settings) -> list[Finding]:
    """Look for what would keep a server with these settings from serving, or serving well.

    Nothing is downloaded, and a server that runs goes on.
    """
    # Imported here, because no server needs it.
    from wyoming_whisper.app_examination import Examination  # noqa: PLC0415

    examination = Examination(
        settings,
        partial(_registry(settings).find, settings.model),
        partial(_check, settings),
        _download_dir(settings),
    )
    if examination.model is not None:
        _tune_allocator(settings, examination.model)
    return await examination.run()


async def _blocks(path: Path, language: str | None) -> AsyncIterator[Block]:
    for block in read_audio(path, language):
        yield block


async def _shut_down(
    server: WyomingServer,
    http: HttpServer,
    decoding: Iterable[asyncio.Task[None]],
    deadline_s: float,
) -> None:
    # 1. The server is announced no more: `_announcing` has ended.
    # 2. Nobody new comes in.
    server.stop_accepting()
    http.stop_accepting()
    # 3. Who is being served is served to the end,
    try:
        async with asyncio.timeout(deadline_s):
            await asyncio.gather(server.finish_utterances(), http.finish_requests())
    except TimeoutError:
        # 4. or up to the deadline, and is told so.
        _LOG.warning("utterances or requests were still open after %g s", deadline_s)
    # 5. Connections are closed.
    await asyncio.gather(server.close(), http.close())
    # 6. The engines are closed, behind the calls in flight.
    for work in decoding:
        work.cancel()


def _download_dir(settings: Settings) -> Path:
    folder = Path(settings.download_dir) if settings.download_dir else settings.data_dir[0]
    return folder.expanduser()


def _tune_allocator(settings: Settings, model: Model) -> None:
    # A device that nobody has chosen may turn out to be the CPU.
    if Tuning.MALLOC in settings.cpu_tuning and settings.device.kind != "cuda":
        tune_allocator(model.facts.window_s)


def _find_model(settings: Settings) -> Model:
    """Find the model that is wanted.

    Raises:
        StartupError: If there is none, or none that can do what its owner wants.
    """
    model = _registry(settings).find(settings.model)
    if model.is_remote and settings.local_files_only:
        raise ModelNotFound(
            f"model {model.facts.name!r} is not on disk, and --local-files-only forbids a download"
        )
    _check(settings, model.facts)
    return model


def model_library(settings: Settings) -> Library:
    """Return the models that a server of these settings may find."""
    return Library(_whisper_finder(settings))


def _registry(settings: Settings) -> Registry:
    """Return the engines there are."""
    return Registry({"whisper": _whisper_finder(settings)}, default="whisper")


def _whisper_finder(settings: Settings) -> WhisperFinder:
    return WhisperFinder(
        [*(path.expanduser() for path in settings.data_dir), _download_dir(settings)],
        _machine(settings),
        needs(settings),
        engine_options(settings),
        _download_dir(settings),
        may_download=not settings.local_files_only,
    )


def _machine(settings: Settings) -> Machine:
    """Return what a model is to run on."""
    device = settings.device
    is_cuda = device.kind == "cuda" or (device.kind == "auto" and device_count() > 0)
    memory = device_memory(device.numbers[0]) if is_cuda else total_bytes() or 0
    return Machine("cuda" if is_cuda else "cpu", usable_cores(), memory)


def _life(
    settings: Settings,
    devices: Devices,
    queue: DecodeQueue,
    model: Model,
    *,
    fetches_once: bool = False,
) -> Lifecycle:
    return Lifecycle(
        model,
        queue,
        devices,
        check=partial(_check, settings),
        idle_unload_s=settings.idle_unload * 60 or None,
        fetches_once=fetches_once,
    )


def _check(settings: Settings, facts: ModelFacts) -> None:
    """Raise `ConfigError` if a model cannot do what its owner wants.

    Before it has been fetched, what it can do is a guess by its name.
    """
    language = normalize_language(settings.language)
    if language is not None and language not in facts.languages:
        raise ConfigError(f"--language: {facts.name} does not understand {language!r}")
    if foreign := settings.language_codes - facts.languages:
        raise ConfigError(
            f"--languages: {facts.name} does not understand {', '.join(sorted(foreign))}"
        )
    if settings.task == Task.TRANSLATE.value and not facts.multilingual:
        raise ConfigError(f"--task translate: {facts.name} is English only")
    try:
        program_options(settings).segmenting_for(facts)
    except ValueError as error:
        raise ConfigError(f"{facts.name} cannot be used with these settings: {error}") from error


def _service_info(recognizer: Recognizer) -> ServiceInfo:
    programs = (
        ProgramInfo(
            program.options.title,
            program.facts,
            program.languages,
            program.outlook,
            finds_ends=program.options.turn.endpointing is not None,
        )
        for program in recognizer.programs
    )
    return ServiceInfo(__version__, tuple(programs))


async def _listen(server: WyomingServer, settings: Settings) -> list[socket.socket]:
    listeners = open_listeners(settings.addresses)
    await server.start(listeners)
    for listener in listeners:
        _LOG.info("listening on %s", shown(listener))
        if listener.family != socket.AF_UNIX:
            host, port = reachable_at(listener)
            _LOG.info("in Home Assistant add the Wyoming Protocol: host %s, port %d", host, port)
    return listeners


def listen_http(server: HttpServer, settings: Settings) -> None:
    """Accept HTTP; where nobody has asked for it by name, a port that is taken is no failure.

    Raises:
        AddressError: If the port that the owner chose cannot be used.
    """
    try:
        listeners = open_listeners(settings.http_addresses, option="--http-port")
    except AddressError as error:
        if not settings.http_is_optional:
            raise
        _LOG.warning("no HTTP: %s, or say --no-http", error)
        return
    server.start(listeners)
    for listener in listeners:
        host, port = reachable_at(listener)
        _LOG.info("HTTP on http://%s:%d, its documentation at /docs", in_url(host), port)


def _announcing(
    settings: Settings, listeners: list[socket.socket]
) -> contextlib.AbstractAsyncContextManager[object]:
    """Announce the listeners in the local network for as long as the context lasts."""
    if settings.no_zeroconf:
        return contextlib.nullcontext()
    # Imported here, because it takes 20 ms, and the server listens already.
    from wyoming_whisper.discovery.zeroconf import Discovery  # noqa: PLC0415

    return Discovery(
        listeners,
        program=settings.zeroconf or settings.name,
        data_dir=settings.data_dir[0].expanduser(),
        advertise=settings.advertise,
    )


def _stop_signal() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set; the second one ends the program at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def request_stop() -> None:
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, request_stop)
    return stop


def _first_cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
