"""The two variants: how each is trained, started, talked to, and stopped, and how much memory it uses."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.load import Answer, Channel
from benchmarks.stock_project import question_title, write_stock_project
from coproduction.serve import MODEL, QUIET, prepare_database, programs
from coproduction.settings import Settings
from coproduction.survey.instrument import Instrument, current_instrument

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 300
STOP_SECONDS = 15

Command = list[str]


@dataclass
class Variant:
    """One variant: its commands and the processes started from them."""

    name: str
    channel: Channel
    health: list[str]
    train: Command
    train_in: Path
    serve: dict[str, Command]
    serve_in: Path
    environment: dict[str, str]
    logs: Path
    model: Path
    database: Path
    count_conversations: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def measure_training(self) -> float:
        """Train, and give the seconds it took; raises `RuntimeError` with the log's place where it failed."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{self.name}-train.log"
        began = time.perf_counter()
        with log.open("wb") as output:
            code = subprocess.call(
                self.train, cwd=self.train_in, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
        if code != 0 or not self.model.exists():
            raise RuntimeError(f"training {self.name} failed, see {log}")
        return time.perf_counter() - began

    def start(self) -> float:
        """Start all processes and give the seconds until they answer."""
        if any(map(_answers, self.health)):
            raise RuntimeError(f"the ports of {self.name} are taken; choose others with --port")
        self.logs.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        for name, command in self.serve.items():
            with (self.logs / f"{self.name}-{name}.log").open("wb") as output:
                self.running[name] = subprocess.Popen(
                    command,
                    cwd=self.serve_in,
                    env=self.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        while not all(map(_answers, self.health)):
            dead = [name for name, process in self.running.items() if process.poll() is not None]
            if dead or time.perf_counter() - began > START_SECONDS:
                raise RuntimeError(f"{self.name} did not start ({', '.join(dead) or 'too slow'}), see {self.logs}")
            time.sleep(0.2)
        return time.perf_counter() - began

    def stop(self) -> None:
        """End the processes that `start` started, and no others."""
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            _wait_or_kill(process, deadline - time.monotonic())
        self.running.clear()

    def stored(self) -> int:
        """How many conversations are in the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute(self.count_conversations).fetchone()[0])

    def cpu_seconds(self) -> float:
        """Processor time that the processes have used so far."""
        return sum(cpu_seconds(process.pid) for process in self.running.values())

    def memory(self) -> dict[str, float]:
        """Process name → resident memory in MB (RSS: what it shares with others counts in full)."""
        return {name: resident_mb(process.pid) for name, process in self.running.items()}


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)  # its own session, so the group is what it started


def _wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(max(0.1, seconds))
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def resident_mb(pid: int) -> float:
    """Resident memory of a process, from the kernel."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Rss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process in user and system mode, all threads, from the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- ours -------------------------------------------------------------------------------------------------------


class ChatChannel:
    """Our channel between web server and Rasa."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/webhooks/chat/webhook"

    def request(self, sender: str, *, payload: str | None = None, text: str | None = None) -> dict[str, Any]:
        """A choice and a typed text are told apart."""
        return {"sender": sender, **({"payload": payload} if payload is not None else {"text": text})}

    def start_payload(self) -> str:
        """What the web server begins a conversation with."""
        entities = {
            "language": "en",
            "mode": "web",
            "country": "GB",
            "interview_id": str(uuid4()),
            "reference": uuid4().hex[:10].upper(),
            "duration": "about two minutes",
        }
        return f"/start{json.dumps(entities)}"

    def read(self, body: Any) -> Answer | None:
        """The last message tells the question; a proposal is no answer to a scripted turn."""
        messages = body.get("messages") or []
        if not messages or not all(message["text"] for message in messages):
            return None
        last = messages[-1]
        asked = f"{last['question']} (to confirm)" if "proposal" in last else last.get("question")
        return Answer(asked, {button["title"]: button["payload"] for button in last["buttons"]})


def ours(work: Path, port: int) -> Variant:
    """The assistant as `make serve` runs it, with a database and a model of its own."""
    data = work / "ours"
    database = data / "coproduction.db"
    model = data / "models" / "ours.tar.gz"
    data.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        port=port,
        rasa_port=port + 1,
        actions_port=port + 2,
        data_dir=data,
        database_url=f"sqlite:///{database}",
        council_file=ROOT / "council.yml",
    )
    environment = {
        **_environment(work, "ours"),
        "RATE_LIMITS": "off",  # the load comes from one address
        "PORT": str(settings.port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(data),
        "COUNCIL_FILE": str(settings.council_file),
    }
    for file in data.glob("coproduction.db*"):
        file.unlink()
    prepare_database(settings, lambda _said: None)
    commands = programs(settings)
    return Variant(
        name="ours",
        channel=ChatChannel(settings.rasa_port),
        health=[f"{settings.rasa_url}/webhooks/chat/", f"{settings.actions_url}/health"],
        train=_training(model, ["--data", "data"]),
        train_in=ROOT,
        serve={
            "actions": commands["actions"],
            "rasa": [str(model) if word == str(MODEL) else word for word in commands["rasa"]],
        },
        serve_in=ROOT,
        environment=environment,
        logs=work / "logs",
        model=model,
        database=database,
        count_conversations="SELECT count(*) FROM conversations",
    )


# --- stock ------------------------------------------------------------------------------------------------------


class RestChannel:
    """Rasa's own REST channel. Which question a message asks is told by its words."""

    def __init__(self, port: int, instrument: Instrument) -> None:
        self.url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        self._question_of = {question_title(instrument, q): q.name for q in instrument.questions}

    def request(self, sender: str, *, payload: str | None = None, text: str | None = None) -> dict[str, Any]:
        """A button's payload is sent as if it had been typed."""
        return {"sender": sender, "message": payload if payload is not None else text}

    def start_payload(self) -> str:
        """The intent with which the form begins."""
        return "/start"

    def read(self, body: Any) -> Answer | None:
        """The last message tells the question."""
        if not isinstance(body, list) or not body or not all(message.get("text") for message in body):
            return None
        last = body[-1]
        buttons = {button["title"]: button["payload"] for button in last.get("buttons") or []}
        return Answer(self._question_of.get(last["text"]), buttons)


def stock(work: Path, port: int) -> Variant:
    """The stock variant on the same data, with Rasa's own commands and a SQLite tracker store."""
    project = work / "stock"
    model = work / "stock-models" / "stock.tar.gz"
    database = project / "conversations.db"
    write_stock_project(project, ROOT, actions_port=port + 2, database=database)
    python = [sys.executable, "-m"]
    loopback = ["--interface", "127.0.0.1", "--port", str(port + 1)]
    actions = ["--actions", "benchmarks.stock.actions", "--port", str(port + 2)]
    return Variant(
        name="stock",
        channel=RestChannel(port + 1, current_instrument()),
        health=[f"http://127.0.0.1:{port + 1}/webhooks/rest/", f"http://127.0.0.1:{port + 2}/health"],
        train=_training(model, ["--data", "data", str(ROOT / "data" / "nlu")]),
        train_in=project,
        serve={
            "actions": [*python, "rasa_sdk", *actions],
            "rasa": [*python, "rasa", "run", "--model", str(model), *loopback],
        },
        serve_in=project,
        environment={**_environment(work, "stock"), "PYTHONPATH": str(ROOT)},
        logs=work / "logs",
        model=model,
        database=database,
        count_conversations="SELECT count(DISTINCT sender_id) FROM events",
    )


def _environment(work: Path, name: str) -> dict[str, str]:
    return {**os.environ, **QUIET, "RASA_CACHE_DIRECTORY": str(work / "caches" / name)}


def _training(model: Path, data: Command) -> Command:
    out = ["--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz")]
    return [sys.executable, "-m", "rasa", "train", "--force", *data, *out]
