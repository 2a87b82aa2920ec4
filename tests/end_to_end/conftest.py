"""The real three processes, started the way `make serve` starts them, on ports and a database of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
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

    def kill(self, name: str) -> int:
        """`kill -9` one of the processes; returns the id it had."""
        pid = pids(self.settings)[name]
        os.kill(pid, signal.SIGKILL)
        return pid

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

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `coproduction` command on this assistant's database."""
        command = [sys.executable, "-W", "ignore", "-m", "coproduction.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def citizen(self, **start: str) -> Citizen:
        """Someone who opens the chat."""
        return Citizen(self.url, **start)


@pytest.fixture(scope="session")
def assistant(tmp_path_factory):
    """One assistant for all tests that do not break it."""
    running = Assistant(tmp_path_factory.mktemp("assistant"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()


@pytest.fixture
def own_assistant(tmp_path):
    """An assistant that a test may break."""
    running = Assistant(tmp_path / "assistant")
    try:
        running.wait_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()


@pytest.fixture
def server():
    """A PostgreSQL server that a test may stop, and whose files it may read."""
    server = PostgreSQL()
    try:
        server.start()
        yield server
    finally:
        server.remove()
