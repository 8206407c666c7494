"""What `wyoming-whisper doctor` looks at, in which order, for which settings."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec

from wyoming_whisper import __version__
from wyoming_whisper.app_wiring import decode_options, home_assistant, http_options
from wyoming_whisper.config.address import TcpAddress
from wyoming_whisper.config.device import Device
from wyoming_whisper.discovery.network import read_network
from wyoming_whisper.doctor import device, machine, network
from wyoming_whisper.doctor import model as models
from wyoming_whisper.doctor.examination import Check, examine
from wyoming_whisper.doctor.finding import Verdict, ok
from wyoming_whisper.doctor.trial import Trial
from wyoming_whisper.doctor.wording import short
from wyoming_whisper.engines.whisper import cuda, diagnosis
from wyoming_whisper.engines.whisper.model import LoadableWhisper
from wyoming_whisper.engines.whisper.model_bin import read_weights_file
from wyoming_whisper.engines.whisper.model_files import download_bytes
from wyoming_whisper.errors import DeviceUnavailable, ModelNotFound
from wyoming_whisper.system.cgroups import ROOT, read
from wyoming_whisper.system.cpu_cores import usable_cores
from wyoming_whisper.system.daemon_thread import in_daemon_thread
from wyoming_whisper.system.memory import available_bytes
from wyoming_whisper.values import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wyoming_whisper.config.settings import Settings
    from wyoming_whisper.doctor.examination import Look
    from wyoming_whisper.doctor.finding import Finding
    from wyoming_whisper.engines.engine import Model, ModelFacts
    from wyoming_whisper.engines.whisper.model_files import ModelFiles

P = ParamSpec("P")

_PACKAGES: Final = (
    "ctranslate2", "faster-whisper", "numpy", "av", "soxr", "huggingface-hub", "wyoming",
    "zeroconf", "fastapi", "uvicorn",
)  # fmt: skip
# The first release is not older.
_RELEASED: Final = date(2026, 1, 1)
_NAME_S: Final = 5.0
_HUB_S: Final = 5.0
_SIGHT_S: Final = 3.0
# A model of 3 GB is read from a slow card, and loaded by a slow machine, in this time.
_SLOW_S: Final = 300.0
_NO_MODEL: Final = "not looked at: there is no model on disk"
_PACKAGE: Final = Path(__file__).parent
_REINSTALL: Final = "install the program again: pip install --force-reinstall wyoming-whisper"


class Examination:
    """The checks for a server with these settings.

    Args:
        settings: What its owner decides.
        find: Finds its model; raises `ModelNotFound`.
        suits: Raises `ConfigError` where a model cannot do what the owner wants.
        download_dir: Where a download would go.
        available: Tells the memory that may still be taken; ``None`` where nobody knows.
    """

    def __init__(
        self,
        settings: Settings,
        find: Callable[[], Model],
        suits: Callable[[ModelFacts], None],
        download_dir: Path,
        *,
        available: Callable[[], int | None] = available_bytes,
    ) -> None:
        self._settings = settings
        self._suits = suits
        self._download_dir = download_dir
        self._available = available
        # The model that is wanted, the one that serves until that is there, or why there is none.
        self._wanted: LoadableWhisper | None = None
        self.model: LoadableWhisper | None = None
        self._why_not: Exception | None = None
        try:
            found = find()
            if isinstance(found, LoadableWhisper):  # there is no other engine
                self._wanted, self.model = found, found.stand_in or found
        except ModelNotFound as error:
            self._why_not = error
        self._n_gpus = cuda.device_count()
        self._cublas = cuda.preload_cublas() if self._uses_gpu else None

    @property
    def _uses_gpu(self) -> bool:
        return self._settings.device.kind != "cpu" and self._n_gpus > 0

    @property
    def _device(self) -> Device:
        """Where a model is loaded, as far as is known before."""
        if self._settings.device.kind != "auto":
            return self._settings.device
        return Device("cuda" if self._uses_gpu and self._cublas else "cpu")

    @property
    def _folder(self) -> Path | None:
        """Where the model lies."""
        return self.model.files.path if self.model is not None else None

    @property
    def _downloads(self) -> bool:
        """Whether a server would download its model."""
        may = not self._settings.local_files_only
        return may and self._wanted is not None and self._wanted.is_remote

    async def run(self) -> list[Finding]:
        """Look at everything."""
        trial = self._trial()
        try:
            return await examine(
                [*self._of_the_machine(), *self._of_the_model(), *self._of_the_network(),
                 *self._of_the_decoder(trial)]
            )  # fmt: skip
        finally:
            if trial is not None:
                await trial.close()

    def _of_the_machine(self) -> Iterator[Check]:
        settings = self._settings
        system = (
            f"wyoming-whisper {__version__}, Python {platform.python_version()}, "
            f"{platform.system()} {platform.machine()}"
        )
        yield Check(
            "versions", _beside(machine.versions, _PACKAGES, _version_of, system), _REINSTALL
        )
        yield Check("settings", _beside(self._check_settings), "correct that option")
        today = datetime.now(UTC).date()
        yield Check("clock", _beside(machine.clock, today, _RELEASED, downloads=self._downloads))
        folders = dict.fromkeys(
            (*(path.expanduser() for path in settings.data_dir), self._download_dir)
        )
        first = settings.data_dir[0].expanduser()
        for folder in folders:
            written = folder in {first, self._download_dir}
            yield Check("disk", _beside(_disk, folder, is_written=written))
        yield Check("cpu", _beside(_cpu), _REINSTALL, deadline_s=60)

    def _of_the_model(self) -> Iterator[Check]:
        settings, driver = self._settings, diagnosis.driver_version()
        yield Check("device", _beside(device.device, settings.device, self._n_gpus, driver))
        yield Check(
            "libraries",
            _beside(
                device.libraries,
                is_needed=self._uses_gpu,
                falls_back=settings.device.kind == "auto",
                cublas=self._cublas,
                cure=cuda.CURE,
            ),
        )
        yield Check("compute type", _beside(self._compute_type), "--device cpu, or auto")
        yield Check(
            "model",
            _beside(self._presence),
            "give --model a name (home-en, base, small.en, …), a Hub id, or a whole directory",
        )
        if self._wanted is not None and self._downloads:
            look = _beside(self._download, self._wanted.files)
            yield Check("download", look, "correct the name given as --model")
        yield Check("digest", _beside(self._digest), models.FETCH_AGAIN, _SLOW_S)
        yield Check("threads", _beside(self._threads))
        yield Check("memory", _beside(self._memory), models.FETCH_AGAIN)

    def _of_the_network(self) -> Iterator[Check]:
        settings = self._settings
        for address in settings.addresses:
            yield Check("wyoming", partial(network.wyoming_port, address))
        for http in settings.http_addresses:
            optional = settings.http_is_optional
            yield Check("http", partial(network.http_port, http, is_optional=optional))
        hosts = [socket.gethostname(), *settings.advertise]
        if self._downloads:
            from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - seldom needed

            hosts.append(hub.host())
        resolve = partial(socket.getaddrinfo, port=None)
        yield Check("names", partial(network.names, hosts, resolve, _NAME_S), deadline_s=60)
        yield Check("discovery", self._discovery)
        if access := home_assistant(settings, os.environ):
            from wyoming_whisper.doctor import home  # noqa: PLC0415 - it takes half a second

            cure = "see that Home Assistant is well, or do without --hass-token"
            yield Check("home", partial(home.names, access), cure, deadline_s=60)

    def _of_the_decoder(self, trial: Trial | None) -> Iterator[Check]:
        if trial is None:
            for name in ("load", "decode"):
                yield Check(name, _beside(ok, self._why_no_trial() or "not tried"))
            return
        cure = "see the lines on the device, the memory and the model"
        yield Check("load", trial.load, cure, _SLOW_S)
        yield Check("decode", trial.decode, cure, _SLOW_S)

    def _check_settings(self) -> Verdict:
        """Try what a server would refuse to start with.

        Raises:
            ConfigError: If there is something.
        """
        http_options(self._settings)
        if self.model is not None:
            self._suits(self.model.facts)
        return ok("they fit together")

    def _presence(self) -> Verdict:
        if self.model is None:
            raise self._why_not or ModelNotFound("no model")
        may_download = not self._settings.local_files_only
        place = _place(self._folder) if self._folder is not None else ""
        wanted = self._wanted if self._wanted is not self.model else None
        return models.presence(self.model, place, wanted, may_download=may_download)

    def _download(self, files: ModelFiles) -> Verdict:
        from wyoming_whisper.engines.whisper import hub  # noqa: PLC0415 - as above

        n_bytes = partial(download_bytes, files, _HUB_S)
        return models.download(hub.host(), n_bytes, self._download_dir, _free_bytes)

    def _digest(self) -> Verdict:
        if self.model is None or self._folder is None:
            return ok(_NO_MODEL)
        weights = self._folder / "model.bin"
        read_weights_file(weights)
        expected = diagnosis.expected_digest(self.model.files)
        return models.digest(self.model.facts.name, expected, partial(diagnosis.digest_of, weights))

    def _compute_type(self) -> Verdict:
        return device.compute_type(self._settings.compute_type, *self._compute_types())

    def _threads(self) -> Verdict:
        if self.model is None:
            return ok(_NO_MODEL)
        n_threads, n_decodes = diagnosis.threads_and_decodes(
            self.model.files, self._device.kind, self._settings.cpu_threads
        )
        return machine.threads(usable_cores(), os.cpu_count() or 1, n_threads, n_decodes)

    def _memory(self) -> Verdict:
        wanted = self._wanted_bytes()
        if self.model is None or wanted is None:
            return ok(_NO_MODEL)
        by = f"{self.model.facts.name} as {self._chosen_type()}"
        if self._device.kind == "cuda":
            by += " passes through it on its way to the GPU, and"
        return machine.memory(self._available(), wanted, by)

    async def _discovery(self) -> Verdict:
        settings = self._settings
        if settings.no_zeroconf:
            return ok("off: --no-zeroconf")
        if not any(isinstance(address, TcpAddress) for address in settings.addresses):
            return ok("nothing to announce: the server listens at Unix sockets only")
        from wyoming_whisper.discovery.self_sight import look  # noqa: PLC0415 - takes 20 ms

        found = await in_daemon_thread(read_network)
        plan = await in_daemon_thread(
            network.planned_announcement, settings.addresses, found, settings.advertise
        )
        return await network.discovery(plan, look, _SIGHT_S)

    def _trial(self) -> Trial | None:
        """Return a trial of the model, unless it would fail, or harm a server that runs."""
        if self.model is None or self._why_no_trial():
            return None
        settings, facts = self._settings, self.model.facts
        options = replace(
            decode_options(settings),
            task=Task.TRANSCRIBE,
            # An owner's words would be heard in the recording, and stand in the report.
            prompt="",
            beam_size=settings.beam_size or facts.beam_size,
        )
        return Trial(self.model, options, settings.language_codes or facts.languages)

    def _why_no_trial(self) -> str:
        try:
            wanted = self._wanted_bytes()
        except (ModelNotFound, DeviceUnavailable) as error:
            return f"not tried: {error}"
        if wanted is None:
            return "not tried: there is no model on disk"
        free = self._available()
        if free is not None and free < wanted:
            return "not tried: it would not fit into the memory"
        return ""

    def _wanted_bytes(self) -> int | None:
        """Return the memory that the model needs; ``None`` where it is not on disk.

        Raises:
            ModelNotFound: If its file is damaged.
            DeviceUnavailable: If the device does not say what it computes in.
        """
        if self.model is None or self._folder is None:
            return None
        weights = read_weights_file(self._folder / "model.bin")
        return diagnosis.memory_bytes(weights, self._chosen_type(), self.model.facts.window_s)

    def _chosen_type(self) -> str:
        wanted = self._settings.compute_type
        return self._compute_types()[1] if wanted == "auto" else wanted

    def _compute_types(self) -> tuple[frozenset[str], str]:
        try:
            return diagnosis.compute_types(self._device.kind, self._device.numbers)
        except (RuntimeError, ValueError) as error:
            raise DeviceUnavailable(f"{self._device} does not work: {error}") from error


def _beside(look: Callable[P, Verdict], *args: P.args, **kwargs: P.kwargs) -> Look:
    """Return a look that leaves the event loop alone."""
    return partial(in_daemon_thread, look, *args, **kwargs)


def _place(folder: Path) -> str:
    return "the package" if folder.is_relative_to(_PACKAGE) else short(folder)


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> Verdict:
    name = machine.cpu_name(read(ROOT / "proc/cpuinfo"), platform.machine())
    use = diagnosis.cpu_use()
    return machine.cpu(name, use.instruction_set, use.features)


def _disk(folder: Path, *, is_written: bool) -> Verdict:
    return machine.disk(folder, is_written=is_written, may=os.access, free_bytes=_free_bytes)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
