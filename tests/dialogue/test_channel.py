"""The channel into Rasa: what is a command and what is not, and what a caller is told about a turn."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from coproduction.dialogue import channel
from coproduction.dialogue.channel import ChatChannel
from coproduction.dialogue.tracker_store import Unstored, turn_status


class Dialogue:
    """Stands where Rasa handles a message: says what it is given to say, or fails."""

    def __init__(self, *messages, error=None, failures=(), unknown=False):
        self.messages = messages
        self.error = error
        self.failures = failures
        self.unknown = unknown
        self.heard = []
        self.starts = []

    async def __call__(self, message):
        self.heard.append(message.text)
        status = turn_status.get()
        self.starts.append(status.starts)
        status.failures.extend(self.failures)
        status.unknown = self.unknown
        for said in self.messages:
            await message.output_channel.send_response(message.sender_id, said)
        if self.error:
            raise self.error


async def post(chat, dialogue, **body):
    """Status and content of the reply to one request."""
    answer = await chat._receive(SimpleNamespace(json=body), dialogue)
    return answer.status, json.loads(answer.body)


HELLO = {"text": "Hello!", "buttons": [{"title": "Carry on", "payload": "/resume"}]}


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ({"text": "  often "}, "often"),
        ({"text": '/answer{"consent": 1}'}, 'answer{"consent": 1}'),
        ({"text": " //start"}, "start"),
        ({"text": "and/or"}, "and/or"),
        ({"payload": '/answer{"consent": 1}'}, '/answer{"consent": 1}'),
        ({"payload": "/resume"}, "/resume"),
    ],
)
async def test_typed_text_is_never_a_command_and_a_choice_always_is(sent, heard):
    dialogue = Dialogue(HELLO)
    status, _ = await post(ChatChannel(), dialogue, sender="c-1", **sent)
    assert (status, dialogue.heard) == (200, [heard])


@pytest.mark.parametrize("text", ["/ /delete_answers", "/\n/start{}", "// / /resume"])
async def test_slashes_with_spaces_between_them_make_no_command_either(text):
    dialogue = Dialogue(HELLO)
    await post(ChatChannel(), dialogue, sender="c-1", text=text)
    assert not dialogue.heard[0].startswith("/")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hello"},
        {"sender": 7, "text": "hello"},
        {"sender": "c-1"},
        {"sender": "c-1", "text": "hello", "payload": "/resume"},
        {"sender": "c-1", "text": 7},
        {"sender": "c-1", "payload": "resume"},
        {"sender": "c-1", "payload": ""},
    ],
    ids=["no sender", "odd sender", "nothing said", "both", "odd text", "no payload", "empty payload"],
)
async def test_a_request_of_another_form_is_refused_and_says_nothing_to_the_dialogue(body):
    dialogue = Dialogue(HELLO)
    status, reply = await post(ChatChannel(), dialogue, **body)
    assert status == 400
    assert reply["error"]
    assert dialogue.heard == []


async def test_a_request_that_is_no_object_is_refused():
    answer = await ChatChannel()._receive(SimpleNamespace(json=["hello"]), Dialogue(HELLO))
    assert answer.status == 400


async def test_messages_keep_their_buttons_cards_and_question_and_the_turn_its_progress():
    asked = {
        "text": "Here you are.",
        "custom": {"question": "match", "cards": [{"id": "sample:a"}], "proposal": None, "secret": "s"},
        "progress": {"answered": 2, "total": 9},
    }
    _, reply = await post(ChatChannel(), Dialogue(HELLO, asked), sender="c-1", text="hello")
    assert reply == {
        "messages": [
            HELLO,
            {"text": "Here you are.", "buttons": [], "question": "match", "cards": [{"id": "sample:a"}]},
        ],
        "progress": {"answered": 2, "total": 9},
    }


@pytest.mark.parametrize(
    ("dialogue", "status"),
    [
        (Dialogue(HELLO), 200),
        (Dialogue(HELLO, unknown=True), 404),
        (Dialogue(HELLO, failures=["OperationalError"]), 503),
        (Dialogue(HELLO, error=RuntimeError("private words")), 503),
        (Dialogue(), 503),
        (Dialogue(error=RuntimeError("private words"), unknown=True), 404),
    ],
    ids=["said", "unknown conversation", "not stored", "failed half-way", "silence", "unknown and failed"],
)
async def test_a_turn_is_acknowledged_only_when_it_was_completed_and_stored(dialogue, status, capsys):
    answered, reply = await post(ChatChannel(), dialogue, sender="c-1", text="hello")
    assert answered == status
    assert ("messages" in reply) == (status == 200)
    captured = capsys.readouterr()
    assert "private words" not in json.dumps(reply) + captured.out + captured.err


@pytest.mark.parametrize(
    ("sent", "starts"),
    [
        ({"payload": '/start{"language": "en"}'}, True),
        ({"payload": "/start_over"}, False),
        ({"payload": "/resume"}, False),
        ({"text": '/start{"language": "en"}'}, False),
    ],
)
async def test_only_a_start_may_begin_a_conversation(sent, starts):
    dialogue = Dialogue(HELLO)
    await post(ChatChannel(), dialogue, sender="c-1", **sent)
    assert dialogue.starts == [starts]


async def test_the_same_message_sent_again_gets_the_same_reply_and_is_heard_once():
    chat, first, second = ChatChannel(), Dialogue(HELLO), Dialogue({"text": "Something else."})
    key = {"idempotency_key": "k-1"}
    replies = [await post(chat, dialogue, sender="c-1", text="hi", metadata=key) for dialogue in (first, second)]
    assert replies[0] == replies[1]
    assert second.heard == []


@pytest.mark.parametrize(
    ("sender", "metadata"),
    [("c-1", {"idempotency_key": "k-2"}), ("c-2", {"idempotency_key": "k-1"}), ("c-1", {}), ("c-1", None)],
    ids=["another key", "another conversation", "no key", "no metadata"],
)
async def test_another_message_is_heard(sender, metadata):
    chat, second = ChatChannel(), Dialogue(HELLO)
    await post(chat, Dialogue(HELLO), sender="c-1", text="hi", metadata={"idempotency_key": "k-1"})
    await post(chat, second, sender=sender, text="hi", metadata=metadata)
    assert second.heard == ["hi"]


async def test_a_failed_turn_is_not_remembered_so_that_sending_it_again_helps():
    chat, again = ChatChannel(), Dialogue(HELLO)
    key = {"idempotency_key": "k-1"}
    assert (await post(chat, Dialogue(), sender="c-1", text="hi", metadata=key))[0] == 503
    assert (await post(chat, again, sender="c-1", text="hi", metadata=key))[0] == 200
    assert again.heard == ["hi"]


async def test_replies_untouched_longest_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(channel, "REMEMBERED_REPLIES", 2)
    chat, key = ChatChannel(), {"idempotency_key": "k"}
    for sender in ("c-1", "c-2", "c-3"):
        await post(chat, Dialogue(HELLO), sender=sender, text="hi", metadata=key)
    again = Dialogue(HELLO)
    for sender in ("c-3", "c-2", "c-1"):
        await post(chat, again, sender=sender, text=sender, metadata=key)
    assert again.heard == ["c-1"]


async def test_a_message_sent_again_while_its_turn_is_under_way_is_processed_once():
    chat, finish = ChatChannel(), asyncio.Event()
    heard = []

    async def slow(message):
        heard.append(message.text)
        await finish.wait()
        await message.output_channel.send_response(message.sender_id, HELLO)

    body = {"sender": "c-1", "text": "often", "metadata": {"idempotency_key": "k"}}
    given_up = asyncio.create_task(post(chat, slow, **body))
    await asyncio.sleep(0)
    again = asyncio.create_task(post(chat, slow, **body))
    await asyncio.sleep(0)
    given_up.cancel()  # the caller's connection broke
    finish.set()
    assert (await again)[0] == 200
    assert (await post(chat, slow, **body))[0] == 200
    assert heard == ["often"]


async def test_a_reply_tells_what_it_added_to_a_conversation_that_is_in_memory_only():
    async def dialogue(message):
        turn_status.get().unstored = Unstored(2, [{"event": "user"}], 5.0)
        await message.output_channel.send_response(message.sender_id, HELLO)

    _, reply = await post(ChatChannel(), dialogue, sender="c-1", text="hello")
    assert reply["unstored"] == {"start": 2, "events": [{"event": "user"}], "refused_at": 5.0}


async def test_a_copy_is_brought_to_the_store():
    async def dialogue(message):
        assert turn_status.get().brought == Unstored(0, [{"event": "user"}], None)
        await message.output_channel.send_response(message.sender_id, HELLO)

    copy = {"events": [{"event": "user"}], "refused_at": None}
    assert (await post(ChatChannel(), dialogue, sender="c-1", text="hello", unstored=copy))[0] == 200
    assert (await post(ChatChannel(), dialogue, sender="c-1", text="hello", unstored=[]))[0] == 400
