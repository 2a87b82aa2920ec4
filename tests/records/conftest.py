"""What tests of several modules of the record share."""

import pytest

from coproduction.records.spool import Recorded, Said, Spool
from tests.records.events import interview, slot
from tests.records.test_erasure import SECRET, fill


@pytest.fixture
def spooled(engine, tmp_path):
    """A spool with what two people said while the database was away; of the first, something is stored too."""
    fill(engine)
    spool = Spool(tmp_path / "spool")
    for identifier, reference in (("i-1", "7K3M-QX9T"), ("i-2", "AAAA-BBBB"), ("i-3", "CCCC-DDDD")):
        who = interview(identifier, reference)
        spool.append(Recorded([slot("consent", 1, who), slot("comment", f"{SECRET} {identifier}", who)], identifier))
        spool.append(Said(f"c-{identifier}", 1, 1.0, [{"event": "user", "text": SECRET}], identifier))
    return spool
