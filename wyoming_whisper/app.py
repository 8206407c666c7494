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
from wyoming_whisper.app_http import http_options, listen_http
from wyoming_whisper.app_options import (
    decode_options,
    eager_options,
    engine_options,
    file_limits,
    segmenting_options,
)
from wyoming_whisper.audio.local_file import read_audio
from wyoming_whisper.engines.whisper.cuda import device_count
from wyoming_whisper.engines.whisper.models import download, find_model
from wyoming_whisper.errors import ConfigError, ModelNotFound
from wyoming_whisper.http.server import HttpServer
from wyoming_whisper.http.service import Service
from wyoming_whisper.language import normalize_language
from wyoming_whisper.recognition.pipeline import Pipeline
from wyoming_whisper.scheduling.lifecycle import keep_decoding, load_once
from wyoming_whisper.scheduling.policy import Priority
from wyoming_whisper.scheduling.scheduler import Scheduler
from wyoming_whisper.speech.vad import SileroVad
from wyoming_whisper.system.cpu_tuning import Tuning, release_free_memory, tune_allocator
from wyoming_whisper.system.daemon_thread import in_daemon_thread
from wyoming_whisper.system.listeners import open_listeners, reachable_at, shown
from wyoming_whisper.uploads.decoder import FileDecoder
from wyoming_whisper.values import Task
from wyoming_whisper.wyoming_api.info import ServiceInfo
from wyoming_whisper.wyoming_api.server import WyomingServer

if TYPE_CHECKING:
    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.engines.engine import DecodeOptions, Engine
    from wyoming_whisper.engines.whisper.hub import Progress
    from wyoming_whisper.engines.whisper.models import Model
    from wyoming_whisper.values import TranscriptUpdate

_LOG: Final = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Run the server until SIGINT or SIGTERM.

    Raises:
        StartupError: If it cannot start.
    """
    model = _choose_model(settings)
    _tune_allocator(settings, model)
    scheduler = Scheduler(max_queued=settings.max_queue)
    pipeline = _pipeline(settings, model, scheduler)
    info = _service_info(settings, model)
    server = WyomingServer(pipeline, info)
    decoder = FileDecoder(file_limits(settings))
    http = HttpServer(Service(pipeline, info, model.multilingual, decoder, http_options(settings)))
    stop = _stop_signal()
    try:
        async with asyncio.TaskGroup() as tasks:
            # Listening comes first: Home Assistant gives a description one second, and a model
            # takes longer to load.
            listeners = await _listen(server, settings)
            listen_http(http, settings)
            fetch, load = partial(_fetch_model, settings), partial(_load_engine, settings)
            decoding = tasks.create_task(
                keep_decoding(
                    scheduler, model, fetch, load, idle_unload_s=settings.idle_unload * 60 or None
                )
            )
            async with _announcing(settings, listeners):
                await pipeline.vad
                await stop.wait()
                _LOG.info("shutting down")
            await _shut_down(server, http, decoding, settings.shutdown_s)
            _LOG.info("%s", pipeline.counters.line())
            _LOG.info("%s", scheduler.stats.line())
    except BaseExceptionGroup as group:
        raise _first_cause(group) from None
    finally:
        # After a failed start; after a shutdown there is nothing left to close.
        server.stop_accepting()
        http.stop_accepting()
        await server.close()
        await http.close()
        await decoder.close()


async def transcribe_file(settings: Settings, path: Path) -> TranscriptUpdate:
    """Transcribe an audio file in this process, with a model that is downloaded first if need be.

    Raises:
        StartupError: If the file or the model cannot be used.
        WyomingWhisperError: If the decode fails.
    """
    model = _choose_model(settings)
    _tune_allocator(settings, model)
    engine = await load_once(
        model, partial(_fetch_model, settings), partial(_load_engine, settings)
    )
    scheduler = Scheduler(max_queued=settings.max_queue)
    utterance = _pipeline(settings, model, scheduler).open(
        _decoding(settings, model), Priority.FILE
    )
    try:
        async with asyncio.TaskGroup() as tasks:
            decoding = tasks.create_task(scheduler.run(engine))
            for block in read_audio(path):
                await utterance.feed_block(block)
            update = await utterance.finish()
            decoding.cancel()
    except BaseExceptionGroup as group:
        raise _first_cause(group) from None
    return update


async def _shut_down(
    server: WyomingServer, http: HttpServer, decoding: asyncio.Task[None], deadline_s: float
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
    # 6. The engine is closed, behind the call in flight.
    decoding.cancel()


def _download_dir(settings: Settings) -> Path:
    folder = Path(settings.download_dir) if settings.download_dir else settings.data_dir[0]
    return folder.expanduser()


def _fetch_model(settings: Settings, model: Model, progress: Progress) -> Model:
    return download(model, _download_dir(settings), progress)


def _load_engine(settings: Settings, model: Model) -> Engine:
    # Before a model is there, what it can do is a guess by its name.
    _check_abilities(settings, model)
    # Imported here, in a thread, because it takes a quarter of a second of start-up.
    from wyoming_whisper.engines.whisper.load import load_engine  # noqa: PLC0415

    engine = load_engine(model, engine_options(settings, _decoding(settings, model)))
    if Tuning.MALLOC in settings.cpu_tuning:
        release_free_memory()
    return engine


def _tune_allocator(settings: Settings, model: Model) -> None:
    # A device that nobody has chosen may turn out to be the CPU.
    if Tuning.MALLOC in settings.cpu_tuning and settings.device.kind != "cuda":
        tune_allocator(model.window_s)


def _choose_model(settings: Settings) -> Model:
    data_dirs = [*(path.expanduser() for path in settings.data_dir), _download_dir(settings)]
    device = settings.device.kind
    if device == "auto":
        device = "cuda" if device_count() else "cpu"
    model = find_model(settings.model, data_dirs, device=device)
    if model.path is None and settings.local_files_only:
        raise ModelNotFound(
            f"model {model.name!r} is not on disk, and --local-files-only forbids a download"
        )
    _check_abilities(settings, model)
    return model


def _check_abilities(settings: Settings, model: Model) -> None:
    """Raise `ConfigError` if a model cannot do what its owner wants."""
    language = normalize_language(settings.language)
    if language is not None and language not in model.languages:
        raise ConfigError(f"--language: {model.name} does not understand {language!r}")
    if foreign := settings.language_codes - model.languages:
        raise ConfigError(
            f"--languages: {model.name} does not understand {', '.join(sorted(foreign))}"
        )
    if settings.task == Task.TRANSLATE.value and not model.multilingual:
        raise ConfigError(f"--task translate: {model.name} is English only")


def _pipeline(settings: Settings, model: Model, scheduler: Scheduler) -> Pipeline:
    try:
        segmenting = segmenting_options(settings, model.window_s)
    except ValueError as error:
        raise ConfigError(f"{model.name} cannot be used with these settings: {error}") from error
    vad = in_daemon_thread(SileroVad)
    decoding = _decoding(settings, model)
    return Pipeline(vad, scheduler, segmenting, decoding, eager_options(settings))


def _decoding(settings: Settings, model: Model) -> DecodeOptions:
    return decode_options(settings, model.beam_size)


def _service_info(settings: Settings, model: Model) -> ServiceInfo:
    return ServiceInfo(
        program=settings.name,
        version=__version__,
        model=model.name,
        model_description=model.description,
        model_author=model.author,
        model_url=model.url,
        languages=settings.language_codes or model.languages,
    )


async def _listen(server: WyomingServer, settings: Settings) -> list[socket.socket]:
    listeners = open_listeners(settings.addresses)
    await server.start(listeners)
    for listener in listeners:
        _LOG.info("listening on %s", shown(listener))
        if listener.family != socket.AF_UNIX:
            host, port = reachable_at(listener)
            _LOG.info("in Home Assistant add the Wyoming Protocol: host %s, port %d", host, port)
    return listeners


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
