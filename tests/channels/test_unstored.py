import msgspec

from coproduction.channels.assistant import Unstored
from coproduction.channels.unstored import UnstoredCopy


def told(start, *names, refused_at=None):
    return Unstored(start, [msgspec.Raw(msgspec.json.encode({"event": name})) for name in names], refused_at)


def names(copy):
    return [event["event"] for event in copy.events()]


def test_a_copy_grows_turn_by_turn():
    copy = UnstoredCopy()
    copy.take(told(0, "user", "bot"))
    copy.take(told(2, "slot", refused_at=5.0))
    assert names(copy) == ["user", "bot", "slot"]
    assert copy.for_rasa() == {"events": copy.events(), "refused_at": 5.0}


def test_a_conversation_that_is_stored_now_has_no_copy():
    copy = UnstoredCopy()
    copy.take(told(0, "user"))
    copy.take(None)
    assert not copy


def test_a_conversation_taken_out_of_the_store_is_copied_whole():
    copy = UnstoredCopy()
    copy.take(told(0, "user"))
    copy.take(told(0, "user", "bot", "user"))
    assert names(copy) == ["user", "bot", "user"]


def test_a_copy_that_lacks_a_turn_is_none():
    copy = UnstoredCopy()
    copy.take(told(0, "user"))
    copy.take(told(3, "user"))
    assert not copy
