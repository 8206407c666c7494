"""The composition root: builds every concrete class, and brings the server up and down."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar, cast

from wyoming_whisper import __version__
from wyoming_whisper.audio.files import read_audio
from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.errors import ConfigError, ModelLoading, ModelNotFound
from wyoming_whisper.inference.batching import Priority
from wyoming_whisper.inference.cuda import device_count
from wyoming_whisper.inference.engine import DecodeOptions
from wyoming_whisper.inference.models import download, find_model
from wyoming_whisper.inference.quality import Gates
from wyoming_whisper.inference.scheduler import Scheduler
from wyoming_whisper.language import normalize_language
from wyoming_whisper.pipeline import Pipeline
from wyoming_whisper.protocol.service_info import ServiceInfo
from wyoming_whisper.serving.discovery import Discovery
from wyoming_whisper.serving.listeners import open_listeners, reachable_at, shown
from wyoming_whisper.serving.wyoming_server import WyomingServer
from wyoming_whisper.speech.eager import EagerOptions
from wyoming_whisper.speech.endpointing import EndpointingOptions
from wyoming_whisper.speech.segmenter import SegmentingOptions
from wyoming_whisper.speech.vad import SileroVad
from wyoming_whisper.transcript import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from wyoming_whisper.inference.engine import Engine
    from wyoming_whisper.inference.hub import Progress
    from wyoming_whisper.inference.models import Model
    from wyoming_whisper.settings import Settings
    from wyoming_whisper.transcript import TranscriptUpdate

P = ParamSpec("P")
T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)

# Speech that was going on stays speech down to this much below the threshold, as Silero's own
# get_speech_timestamps has it.
_HYSTERESIS: Final = 0.15
_DOWNLOAD_PAUSES_S: Final = (5, 10, 20, 40, 80, 160, 320, 600)


async def serve(settings: Settings) -> None:
    """Run the server until SIGINT or SIGTERM.

    Raises:
        StartupError: If it cannot start.
    """
    model = _choose_model(settings)
    scheduler = Scheduler(max_queued=settings.max_queue)
    pipeline = _pipeline(settings, model, scheduler)
    server = WyomingServer(pipeline, _service_info(settings, model))
    stop = _stop_signal()
    try:
        async with asyncio.TaskGroup() as tasks:
            # Listening comes first: Home Assistant gives a description one second, and a model
            # takes longer to load.
            listeners = await _listen(server, settings)
            decoding = tasks.create_task(_decode(scheduler, settings, model))
            async with _announcing(settings, listeners):
                await pipeline.vad
                await stop.wait()
                _LOG.info("shutting down")
            await _shut_down(server, decoding, settings.shutdown_s)
    except BaseExceptionGroup as group:
        raise _first_cause(group) from None
    finally:
        # After a failed start; after a shutdown there is nothing left to close.
        server.stop_accepting()
        await server.close()


async def transcribe_file(settings: Settings, path: Path) -> TranscriptUpdate:
    """Transcribe an audio file in this process, with a model that is downloaded first if need be.

    Raises:
        StartupError: If the file or the model cannot be used.
        WyomingWhisperError: If the decode fails.
    """
    model = _choose_model(settings)
    if model.path is None:
        model = await _in_thread(download, model, _download_dir(settings), _progress(model))
    engine = await _in_thread(_load_engine, settings, model)
    scheduler = Scheduler(max_queued=settings.max_queue)
    utterance = _pipeline(settings, model, scheduler).open(_decoding(settings), Priority.FILE)
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
    server: WyomingServer, decoding: asyncio.Task[None], deadline_s: float
) -> None:
    # 1. The server is announced no more: `_announcing` has ended.
    # 2. Nobody new comes in.
    server.stop_accepting()
    # 3. Who is being served is served to the end,
    try:
        async with asyncio.timeout(deadline_s):
            await server.finish_utterances()
    except TimeoutError:
        # 4. or up to the deadline, and is told so.
        _LOG.warning("utterances were still open after %g s", deadline_s)
    # 5. Connections are closed.
    await server.close()
    # 6. The engine is closed, behind the call in flight.
    decoding.cancel()


async def _decode(scheduler: Scheduler, settings: Settings, model: Model) -> None:
    """Fetch the model if need be, load it, and decode with it until cancelled."""
    if model.path is None:
        model = await _fetch(scheduler, model, _download_dir(settings))
    engine = await _in_thread(_load_engine, settings, model)
    _LOG.info("ready: %s", model.name)
    await scheduler.run(engine)


async def _fetch(scheduler: Scheduler, model: Model, data_dir: Path) -> Model:
    """Download a model, for as long as it takes; what needs it meanwhile is refused."""
    loop = asyncio.get_running_loop()

    def refuse(reason: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(scheduler.refuse, ModelLoading(reason))

    for pause_s in chain(_DOWNLOAD_PAUSES_S, repeat(_DOWNLOAD_PAUSES_S[-1])):
        try:
            fetched = await _in_thread(download, model, data_dir, _progress(model, refuse))
        except ModelNotFound as error:
            # Ending here would make a supervisor start us again, and again.
            _LOG.error("%s; next try in %d s", error, pause_s)
            scheduler.refuse(ModelLoading(str(error)))
            await asyncio.sleep(pause_s)
        else:
            scheduler.refuse(None)
            return fetched
    raise AssertionError("repeat() does not end")


def _progress(model: Model, tell: Callable[[str], None] | None = None) -> Progress:
    """Return what logs each tenth of a download, and tells each hundredth."""
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent == shown:
            return
        said = f"the model {model.name} is still being downloaded, {percent} %"
        if percent // 10 != shown // 10:
            _LOG.info("%s", said)
        if tell is not None:
            tell(said)
        shown = percent

    progress(0, 1)
    return progress


def _download_dir(settings: Settings) -> Path:
    folder = Path(settings.download_dir) if settings.download_dir else settings.data_dir[0]
    return folder.expanduser()


def _load_engine(settings: Settings, model: Model) -> Engine:
    # Imported here, in a thread, because it takes a quarter of a second of start-up.
    from wyoming_whisper.inference.whisper import EngineOptions, load_engine  # noqa: PLC0415

    gates = Gates(
        no_speech=settings.no_speech_threshold,
        logprob=settings.logprob_threshold,
        compression_ratio=settings.compression_ratio_threshold,
    )
    options = EngineOptions(settings.device, settings.compute_type, settings.cpu_threads, gates)
    return load_engine(model, options)


def _choose_model(settings: Settings) -> Model:
    data_dirs = [*(path.expanduser() for path in settings.data_dir), _download_dir(settings)]
    device = settings.device.partition(":")[0]
    if device == "auto":
        device = "cuda" if device_count() else "cpu"
    model = find_model(settings.model, data_dirs, device=device)
    if model.path is None and settings.local_files_only:
        raise ModelNotFound(
            f"model {model.name!r} is not on disk, and --local-files-only forbids a download"
        )
    language = normalize_language(settings.language)
    if language is not None and language not in model.languages:
        raise ConfigError(f"--language: {model.name} does not understand {language!r}")
    if settings.task == Task.TRANSLATE.value and not model.multilingual:
        raise ConfigError(f"--task translate: {model.name} is English only")
    return model


def _pipeline(settings: Settings, model: Model, scheduler: Scheduler) -> Pipeline:
    def samples(milliseconds: int) -> int:
        return milliseconds * SAMPLE_RATE // 1000

    try:
        segmenting = SegmentingOptions(
            max_samples=model.window_s * SAMPLE_RATE,
            pre_roll_samples=samples(settings.pre_roll_ms),
            tail_samples=samples(settings.tail_ms),
            pause_samples=samples(settings.vad_min_silence_ms),
            endpointing=EndpointingOptions(
                onset=settings.vad_threshold,
                release=settings.vad_threshold - _HYSTERESIS,
                min_speech_samples=samples(settings.vad_min_speech_ms),
            ),
        )
    except ValueError as error:
        raise ConfigError(f"{model.name} cannot be used with these settings: {error}") from error
    eager = None if settings.no_eager else EagerOptions(samples(settings.eager_pause_ms))
    vad = _in_thread(SileroVad)
    return Pipeline(vad, scheduler, segmenting, _decoding(settings), eager)


def _decoding(settings: Settings) -> DecodeOptions:
    return DecodeOptions(
        language=normalize_language(settings.language),
        task=Task(settings.task),
        prompt=settings.initial_prompt,
        beam_size=settings.beam_size or 1,
    )


def _service_info(settings: Settings, model: Model) -> ServiceInfo:
    return ServiceInfo(
        program=settings.name,
        version=__version__,
        model=model.name,
        model_description=model.description,
        model_author=model.author,
        model_url=model.url,
        languages=model.languages,
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


async def _in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a slow function in a daemon thread, which does not keep the program from ending.

    Cancelling is safe; the function runs on and its result is dropped.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def deliver(value: T | None, error: Exception | None) -> None:
        if result.cancelled():
            return
        if error is not None:
            result.set_exception(error)
        else:
            result.set_result(cast(T, value))

    def run() -> None:
        value, raised = None, None
        try:
            value = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - delivered to who waits
            raised = error
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(deliver, value, raised)

    threading.Thread(target=run, name=function.__name__, daemon=True).start()
    return await result


def _first_cause(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
