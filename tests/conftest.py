"""What tests of several packages share: databases with the product's schema, and a browser."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from coproduction.database import connect
from coproduction.records.schema import upgrade_schema
from tests.records.events import KEY
from tests.survey.instrument_files import three_versions

hypothesis.settings.register_profile("untimed", deadline=None)  # how long an example takes is no matter of a test
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg2://postgres@127.0.0.1:5432/postgres")


def _postgresql_database():
    server = sa.create_engine(POSTGRESQL, future=True, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            name = f"coproduction_test_{uuid.uuid4().hex[:12]}"
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
    except sa.exc.OperationalError:
        if os.environ.get("CI"):
            raise
        pytest.skip("No PostgreSQL answers: start one and set TEST_POSTGRESQL_URL to run these tests on it too.")
    return server, name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_engine(request, tmp_path):
    """An engine of each kind on a database without tables."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'records.db'}", secret=KEY)
        yield engine
        engine.dispose()
        return
    server, name = _postgresql_database()
    engine = connect(str(sa.engine.make_url(POSTGRESQL).set(database=name)), secret=KEY)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def engine(empty_engine):
    """An engine of each kind with the product's schema."""
    upgrade_schema(empty_engine)
    return empty_engine


@pytest.fixture
def sqlite_engine(tmp_path):
    """A SQLite engine with the product's schema, where the kind of database does not matter."""
    engine = connect(f"sqlite:///{tmp_path / 'coproduction.db'}", secret=KEY)
    upgrade_schema(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def versions(tmp_path):
    """Three versions of the instrument, two of them invented."""
    return three_versions(tmp_path)


@pytest.fixture
async def browser():
    """Chromium without a window."""
    from tests.browser import CHROMIUM, playwright

    async with playwright.async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        await browser.close()
