"""The secret of an installation."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from coproduction.errors import UserError
from coproduction.secret import FILE, SECRET_BYTES, read_secret


def test_a_secret_is_made_once_and_kept_for_the_owner_only(tmp_path):
    first = read_secret(tmp_path / "data", {})
    assert len(first) == SECRET_BYTES
    assert read_secret(tmp_path / "data", {}) == first
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == [FILE]


def test_processes_that_start_together_have_the_same_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: read_secret(tmp_path, {}), range(8)))) == 1


def test_a_set_secret_needs_no_file(tmp_path):
    one, other = (read_secret(tmp_path, {"SECRET_KEY": key}) for key in ("a" * 32, "b" * 32))
    assert len(one) == SECRET_BYTES
    assert one != other
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused_and_not_repeated(tmp_path):
    with pytest.raises(UserError, match="SECRET_KEY") as caught:
        read_secret(tmp_path, {"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)
