"""One measurement after the other, contenders interleaved, so that a noisy minute hits all."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.contenders import ROOT, Contender, environment, ours
from bot.bench.drawing import draw
from bot.bench.pages import write
from bot.bench.processes import cpu, memory, on_core, running, wait_for
from bot.config import Settings
from bot.errors import BotError

BOT_CORE, LOAD_CORE = 0, 1
_SETTLE = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: `seconds` of tapping by `readers` per contender and round.

    The `first` taps meet a bot that has just started. Then each of the parts (the first `parts`
    of all, None for all) is tapped once before the rate is taken. After that come fixed `rates`
    of taps per second, and all of it again with `delay` seconds on each way to Telegram and back.
    Memory is read at the end.
    """

    rounds: int = 5
    seconds: float = 4.0
    readers: int = 200
    first: int = 200
    parts: int | None = None
    rates: tuple[int, ...] = (10, 100, 300)
    delay: float = 0.015


@dataclass(frozen=True, slots=True)
class Load:
    """Taps at a fixed rate (0: as many as are served), `delay` seconds on each way.

    `served` per second; `p50` and `p99` in milliseconds from tap to new text; `cpu` in ms per tap.
    """

    rate: int
    delay: float
    served: float
    p50: float
    p99: float
    cpu: float | None
    taps: int
    early: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One contender in one round. None: this system does not tell (no /proc).

    `first_rate` is that of the first taps, `rate` the settled one, in taps per second.
    `start` in seconds to the log line that says it serves, `memory` in MB, `cpu` in ms per tap.
    `busy` and `load_busy`: how much of a core the bot and the load server used; a bot that works
    without a pause and is still far below 1 had to share its core. `early` taps were acknowledged
    before their edit had arrived.
    """

    start: float
    memory: float | None
    taps: int
    first_rate: float
    rate: float
    cpu: float | None
    busy: float | None
    load_busy: float | None
    early: int
    loads: tuple[Load, ...]


class LoadServer:
    """The load server's process, as seen from here."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = process.pid
        self.address = f"http://127.0.0.1:{self._heard()}"

    def run(self, **order: float) -> dict[str, Any]:
        """Let the readers tap; BotError unless every tap got what it should."""
        assert self._process.stdin is not None  # noqa: S101 - for the type
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        result: dict[str, Any] = self._heard()
        if result["wrong"] or result["unanswered"]:
            raise BotError(
                f"{result['unanswered']} taps were not served and {result['wrong']} calls were "
                f"not what was tapped for: {'; '.join(result['complaints'])}"
            )
        return result

    def _heard(self) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdout is not None  # noqa: S101 - for the type
        line = self._process.stdout.readline()
        if not line:
            raise BotError("the load server of the bench ended")
        return json.loads(line)


def prepare(settings: Settings, folder: Path, parts: int | None) -> int:
    """Copy the content, draw its pages and make the database; return how many parts there are.

    The copy keeps an edit during the bench from looking like a fault.
    """
    shutil.copytree(settings.content_dir, folder / "content")
    shutil.copytree(settings.locales_dir, folder / "locales")
    ready = ours(folder, webhook=False).settings
    changes = {
        "content_dir": folder / "content",
        "locales_dir": folder / "locales",
        "contact": ready["BOT_CONTACT"],
        "min_status": "submitted",
        "doses": True,
    }
    pages = draw(settings.model_copy(update=changes))[:parts]
    write(pages, folder / "pages.json")
    subprocess.run(
        (sys.executable, "-m", "bot", "db", "upgrade"),
        env=environment(ready, "http://127.0.0.1:9"),
        cwd=ROOT,
        check=True,
    )
    return len(pages)


def measure(
    plan: Plan,
    parts: int,
    contenders: tuple[Contender, ...],
    folder: Path,
    tell: Callable[[str], None],
) -> dict[str, list[Measured]]:
    """Return what each contender did, round by round.

    `parts` is what `prepare` returned, or fewer; `tell` is given a line per measurement.
    """
    found: dict[str, list[Measured]] = {contender.name: [] for contender in contenders}
    for number in range(1, plan.rounds + 1):
        for contender in contenders:
            try:
                one = _one(plan, contender, folder, parts)
            except BotError as error:
                raise BotError(f"{contender.name}: {error}") from error
            found[contender.name].append(one)
            tell(
                f"  round {number} of {plan.rounds}  {contender.name:<30}"
                f"{one.start:6.2f} s to start {one.rate:7.0f} taps/s"
            )
    return found


def _one(plan: Plan, contender: Contender, folder: Path, parts: int) -> Measured:
    log = folder / "bot.log"
    with _load_server(folder / "pages.json", plan.readers) as load:
        told: Mapping[str, str] = {"PAGES": str(folder / "pages.json"), "ADDRESS": load.address}
        command = [told.get(word, word) for word in contender.command]
        surroundings = environment(contender.settings, load.address)
        log.write_bytes(b"")
        began = time.perf_counter()
        with running(command, log, surroundings, ROOT, BOT_CORE) as bot:
            wait_for(bot, log, contender.ready)
            start = time.perf_counter() - began
            first = load.run(taps=plan.first)
            load.run(taps=parts)
            spent, busy = cpu(bot.pid), cpu(load.pid)
            result = load.run(seconds=plan.seconds)
            bot_seconds = _since(spent, cpu(bot.pid))
            load_seconds = _since(busy, cpu(load.pid))
            loads = tuple(
                _load(load, bot.pid, plan.seconds, rate, delay)
                for delay in ((0.0, plan.delay) if plan.delay else (0.0,))
                for rate in (plan.rates if not delay else (*plan.rates, 0))
            )
            resident = memory(bot.pid)
    taps, seconds = result["taps"], result["seconds"]
    return Measured(
        start=start,
        memory=resident,
        taps=taps,
        first_rate=first["taps"] / first["seconds"],
        rate=result["served"] / seconds,
        cpu=None if bot_seconds is None else bot_seconds * 1000 / taps,
        busy=None if bot_seconds is None else bot_seconds / seconds,
        load_busy=None if load_seconds is None else load_seconds / seconds,
        early=result["early"],
        loads=loads,
    )


def layers(contender: Contender, folder: Path, parts: int, plan: Plan) -> dict[str, float]:
    """Return milliseconds per tap of our own bot at full load, as `bot.bench.layers` tells."""
    log, result = folder / "bot.log", folder / "layers.json"
    with _load_server(folder / "pages.json", plan.readers) as load:
        command = (sys.executable, "-m", "bot.bench.layers", str(result))
        surroundings = environment(contender.settings, load.address)
        log.write_bytes(b"")
        with running(command, log, surroundings, ROOT, BOT_CORE) as bot:
            wait_for(bot, log, contender.ready)
            load.run(taps=parts)
            bot.send_signal(signal.SIGUSR1)
            before = cpu(bot.pid)
            taps = load.run(seconds=plan.seconds)["taps"]
            spent = _since(before, cpu(bot.pid)) or 0.0
            bot.send_signal(signal.SIGUSR1)
            time.sleep(_SETTLE)
    shares: dict[str, float] = json.loads(result.read_text("utf-8"))
    return {layer: share * spent * 1000 / taps for layer, share in shares.items()}


def _load(load: LoadServer, bot: int, seconds: float, rate: int, delay: float) -> Load:
    before = cpu(bot)
    order = {"rate": rate} if rate else {}
    result = load.run(seconds=seconds, delay=delay, **order)
    spent = _since(before, cpu(bot))
    waits: list[float] = result["milliseconds"]
    return Load(
        rate=rate,
        delay=delay,
        served=result["served"] / result["seconds"],
        p50=waits[len(waits) // 2],
        p99=waits[len(waits) * 99 // 100],
        cpu=None if spent is None else spent * 1000 / len(waits),
        taps=result["taps"],
        early=result["early"],
    )


def _since(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


@contextmanager
def _load_server(pages: Path, readers: int) -> Iterator[LoadServer]:
    command = (sys.executable, "-m", "bot.bench.load", str(pages), str(readers))
    with on_core(LOAD_CORE):
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
    with process:
        try:
            yield LoadServer(process)
        finally:
            process.kill()
