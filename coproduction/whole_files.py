"""Files that are whole or not there."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` at the end; removed where an error comes before.

    A link stays, and what it leads to is replaced. What is no file, like a pipe or a device, stays too: what was
    written goes through it at the end. Raises `OSError` where nothing can be written there, before any work is done.
    """
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    if path.exists() and not path.is_file():
        with tempfile.TemporaryDirectory() as folder:
            aside = Path(folder, path.name)
            yield aside
            with aside.open("rb") as written, path.open("wb") as through:
                shutil.copyfileobj(written, through)
        return
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        beside.open("xb").close()
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        yield beside
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def written_to(path: Path | None) -> Iterator[TextIO]:
    """A text file in UTF-8 that takes the place of `path` at the end, as `replacing` does; None: standard output."""
    if path is None:
        yield sys.stdout
        return
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        yield file
