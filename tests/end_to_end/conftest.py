"""The real three processes, started the way `make serve` starts them, on ports and a database of their own."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from coproduction.serve import pids
from coproduction.settings import Settings, read_settings
from tests.end_to_end.citizen import Citizen
from tests.end_to_end.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 600
"""Long enough to train the model first, on a slow machine."""


def free_ports() -> int:
    """The first of three ports in a row that nobody uses."""
    for port in range(20000 + os.getpid() % 20000, 60000, 3):
        try:
            for offset in range(3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
        except OSError:
            continue
        return port
    raise RuntimeError("no three free ports")


class Assistant:
    """A running assistant."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.environment = {
            **os.environ,
            "PORT": str(free_ports()),
            "DATA_DIR": str(data_dir),
            "RATE_LIMITS": "off",  # many citizens, one address
            **environment,
        }
        for name in ("RASA_PORT", "ACTIONS_PORT", "DATABASE_URL", "COUNCIL_FILE"):
            if name not in environment:
                self.environment.pop(name, None)
        self.settings: Settings = read_settings(self.environment)
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self.output = data_dir / "output.txt"
        data_dir.mkdir(parents=True, exist_ok=True)
        self.start()

    def start(self) -> None:
        """Start it, or start it again on what it kept."""
        command = [sys.executable, "-W", "ignore", "-m", "coproduction.cli", "serve"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )

    def wait_until_ready(self) -> None:
        """Wait for the line that says the address."""
        deadline = time.monotonic() + READY_SECONDS
        while f"{self.url}/" not in self.output.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the assistant did not start: {self.output.read_text()}")
            time.sleep(0.1)

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal to one of the processes; returns its id."""
        pid = pids(self.settings)[name]
        os.kill(pid, number)
        return pid

    def kill(self, name: str) -> int:
        """`kill -9` one of the processes; returns the id it had."""
        return self.signal(name, signal.SIGKILL)

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """One of the processes stands still meanwhile: it takes requests, and answers none."""
        pid = self.signal(name, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):  # it was killed
                os.kill(pid, signal.SIGCONT)

    def under_way(self, port: int) -> int:
        """How many requests to this port wait for an answer; for clients that use no connection twice."""
        established = "01"
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(local.endswith(f":{port:04X}") and state == established for _, local, _, state, *_ in lines)

    def wait_for_restart(self, name: str, old: int) -> None:
        """Wait until the supervisor has started a killed process again."""
        deadline = time.monotonic() + 60
        while pids(self.settings)[name] == old:
            assert time.monotonic() < deadline, f"{name} was not started again"
            time.sleep(0.05)

    def stop(self) -> int:
        """Ctrl-C; returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def crash(self) -> int:
        """`kill -9` the supervisor; returns the exit code."""
        os.kill(int((self.settings.data_dir / "supervisord.pid").read_text()), signal.SIGKILL)
        return self.process.wait(timeout=60)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `coproduction` command on this assistant's database."""
        command = [sys.executable, "-W", "ignore", "-m", "coproduction.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def exported(self) -> dict[str, dict[str, str]]:
        """The record: interview id → its row."""
        done = self.command("export", "--format", "csv")
        assert done.returncode == 0, done.stderr
        return {row["interview_id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}

    def citizen(self, **start: str) -> Citizen:
        """Someone who opens the chat."""
        return Citizen(self.url, **start)


@contextmanager
def running(data_dir: Path, **environment: str) -> Iterator[Assistant]:
    """A running assistant; afterwards it is stopped, unless the test did so."""
    assistant = Assistant(data_dir, **environment)
    try:
        assistant.wait_until_ready()
        yield assistant
    finally:
        if assistant.process.poll() is None:
            assistant.stop()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory):
    """One assistant for all tests that do not break it."""
    with running(tmp_path_factory.mktemp("assistant")) as assistant:
        yield assistant


@pytest.fixture
def interviews(assistant):
    """Asserts that there are so many new interviews, and that each holds exactly the answers of `INTERVIEW`."""
    from tests.end_to_end.visitor import ANSWERS, answers

    before = set(assistant.exported())

    def are(number: int) -> None:
        rows = assistant.exported()
        assert [answers(rows[interview]) for interview in set(rows) - before] == [ANSWERS] * number

    return are


@pytest.fixture
def own_assistant(tmp_path):
    """An assistant that a test may break."""
    with running(tmp_path / "assistant") as assistant:
        yield assistant


@pytest.fixture
def server():
    """A PostgreSQL server that a test may stop, and whose files it may read."""
    server = PostgreSQL()
    try:
        server.start()
        yield server
    finally:
        server.remove()
