"""Disks that are full."""

from __future__ import annotations

import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What the system says when a disk is full, for files of this process: a write that stops half-way."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@contextmanager
def small_disk(path: Path, kilobytes: int = 64) -> Iterator[Path]:
    """A folder that is a disk of its own with so much room."""
    path.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(path)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("Only root may mount a small disk: run the tests as root to run this one.")
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
