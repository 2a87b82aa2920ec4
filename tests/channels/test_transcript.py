import msgspec

from coproduction.channels.transcript import from_events
from coproduction.survey.instrument import current_instrument


def test_progress_from_stored_answers_is_that_of_the_instrument():
    events = [
        {"event": "user", "text": "/start", "metadata": {"token_hash": "h"}},
        {"event": "slot", "name": "sector", "value": 2},
        {"event": "slot", "name": "env1", "value": 3},
        {"event": "slot", "name": "env2", "value": None},
        {"event": "slot", "name": "duration", "value": "about 2 minutes"},
    ]
    assert from_events(events, current_instrument()).last.progress.answered == 2


def test_events_that_the_chat_did_not_start_are_no_conversation():
    events = [{"event": "action", "name": "action_listen"}, {"event": "user", "text": "hi", "metadata": None}]
    assert from_events(events, current_instrument()) is None


def test_a_bot_event_without_data_is_a_plain_message():
    events = [
        {"event": "user", "text": "/start", "metadata": {"token_hash": "h"}},
        {"event": "bot", "text": "Hello", "data": None, "metadata": {}},
    ]
    message = from_events(events, current_instrument()).messages[0]
    assert msgspec.to_builtins(message) == {"id": "m1", "text": "Hello", "author": "assistant"}


def test_what_is_kept_is_what_was_said_last_or_else_all_cards():
    def shown(*cards, **custom):
        custom = {**custom, "cards": [{"id": card} for card in cards]}
        return {"event": "bot", "text": "", "data": {"custom": custom}, "metadata": {}}

    start = {"event": "user", "text": "/start", "metadata": {"token_hash": "h"}}
    instrument = current_instrument()
    assert from_events([start], instrument).keep == []
    assert from_events([start, shown("a", "b"), shown("b", "c")], instrument).keep == ["a", "b", "c"]
    assert from_events([start, shown("a", "b"), shown(keep=["b"])], instrument).keep == ["b"]
