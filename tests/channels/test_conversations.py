import asyncio
import hashlib
import json
from uuid import UUID

import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy.exc import OperationalError

from coproduction.channels.conversations import TEXT_LIMIT, Patience
from coproduction.channels.live import LiveConversations
from coproduction.errors import UserError


async def agreed(conversations):
    """A conversation whose citizen gave consent, so that it is stored; its id."""
    first = await conversations.start()
    await conversations.send_choice(first.conversation, "m2-1")
    return first.conversation


async def refusal(awaitable):
    with pytest.raises(UserError) as caught:
        await awaitable
    return caught.value.code


def texts(turn):
    return [message.text for message in turn.messages]


# Starting


async def test_a_start_greets_and_asks_for_consent_with_yes_first(conversations):
    turn = await conversations.start("en")
    assert [message.id for message in turn.messages] == ["m1", "m2"]
    assert turn.messages[1].question == "consent"
    assert [(choice.id, choice.title) for choice in turn.messages[1].choices] == [
        ("m2-1", "Yes, keep my answers"),
        ("m2-2", "No, just chat with me"),
    ]


async def test_the_start_tells_rasa_language_mode_country_interview_reference_and_duration(conversations, rasa):
    await conversations.start("cy", mode="sms")
    payload = rasa.received[0]["payload"]
    assert payload.startswith("/start{")
    entities = json.loads(payload.removeprefix("/start"))
    assert (entities["language"], entities["mode"], entities["country"]) == ("cy", "sms", "GB")
    assert UUID(entities["interview_id"]).version == 4
    assert len(entities["reference"]) == 9
    assert entities["duration"].endswith(" short questions")


async def test_only_the_hash_of_the_token_leaves_the_server(conversations, rasa):
    turn = await conversations.start()
    assert len(turn.token) >= 43
    assert rasa.received[0]["metadata"] == {"token_hash": hashlib.sha256(turn.token.encode()).hexdigest()}
    assert turn.token not in json.dumps(rasa.received)


async def test_a_language_the_council_does_not_offer_is_refused_by_name(conversations):
    with pytest.raises(UserError, match="en, cy") as caught:
        await conversations.start("fr")
    assert caught.value.code == "bad_request"


async def test_a_start_whose_answer_was_lost_starts_another_conversation(conversations, rasa):
    rasa.mishaps = ["drop_after"]
    turn = await conversations.start()
    assert len({message["sender"] for message in rasa.received}) == 2
    assert turn.conversation == rasa.received[1]["sender"]


# Tokens


async def test_the_token_opens_the_conversation_also_after_a_restart(conversations, serve):
    first = await conversations.start()
    await conversations.authenticate(first.conversation, first.token)
    await conversations.send_choice(first.conversation, "m2-1")
    await serve().authenticate(first.conversation, first.token)


async def test_a_wrong_token_opens_nothing(conversations):
    first, other = await conversations.start(), await conversations.start()
    assert await refusal(conversations.authenticate(first.conversation, other.token)) == "unauthorized"


async def test_an_unknown_conversation_is_not_found(conversations):
    assert await refusal(conversations.authenticate("nobody", "token")) == "not_found"


# Sending


@pytest.mark.parametrize("typed", ['/answer{"code":1}', "/restart", "", "  ", "two\nlines", "ü🙂"])
async def test_what_a_citizen_types_is_sent_as_text_never_as_a_command(conversations, rasa, typed):
    first = await conversations.start()
    await conversations.send_text(first.conversation, typed)
    assert rasa.said == [{"text": typed}]


async def test_text_over_the_limit_is_refused_and_not_sent(conversations, rasa):
    first = await conversations.start()
    assert await refusal(conversations.send_text(first.conversation, "x" * (TEXT_LIMIT + 1))) == "text_too_long"
    await conversations.send_text(first.conversation, "x" * TEXT_LIMIT)
    assert len(rasa.said) == 1


async def test_a_choice_is_sent_as_the_payload_it_stands_for_with_its_title(conversations, rasa):
    first = await conversations.start()
    await conversations.send_choice(first.conversation, "m2-2", "key-1")
    assert rasa.said == [{"payload": '/answer{"code": 2}'}]
    assert rasa.received[-1]["metadata"] == {"title": "No, just chat with me", "idempotency_key": "key-1"}


@pytest.mark.parametrize("choice", ["m2-3", "m9-1", "", '/answer{"code": 1}', "Yes, keep my answers"])
async def test_a_choice_that_was_not_offered_is_refused(conversations, rasa, choice):
    first = await conversations.start()
    assert await refusal(conversations.send_choice(first.conversation, choice)) == "unknown_choice"
    assert rasa.said == []


async def test_a_choice_of_a_question_that_was_passed_changes_nothing(conversations, rasa):
    conversation = await agreed(conversations)
    await conversations.send_choice(conversation, "m4-2", "key-1")
    assert await refusal(conversations.send_choice(conversation, "m4-1")) == "choice_passed"
    assert await refusal(conversations.send_choice(conversation, "m2-2")) == "choice_passed"
    await conversations.send_choice(conversation, "m4-2", "key-1")  # sent again, because the answer was lost
    assert len(rasa.said) == 2


async def test_an_old_button_of_the_question_that_is_open_again_is_taken(conversations, rasa):
    conversation = await agreed(conversations)
    await conversations.send_text(conversation, "why")
    await conversations.send_choice(conversation, "m4-2")
    assert len(rasa.said) == 3


async def test_the_latest_cards_can_be_chosen_whatever_was_said_since(conversations, rasa):
    conversation = await agreed(conversations)
    for choice in ("m4-2", "m6-1"):
        await conversations.send_choice(conversation, choice)
    turn = await conversations.send_text(conversation, "bees")
    await conversations.send_choice(conversation, turn.messages[-1].choices[0].id)
    await conversations.send_choice(conversation, turn.messages[-1].choices[1].id)
    assert len(rasa.said) == 6


async def test_choices_of_another_conversation_are_refused(conversations):
    await agreed(conversations)
    other = await conversations.start()
    assert await refusal(conversations.send_choice(other.conversation, "m4-1")) == "unknown_choice"


async def test_suggestions_carry_cards_and_choices_that_belong_to_them(conversations):
    conversation = await agreed(conversations)
    for choice in ("m4-2", "m6-1"):
        await conversations.send_choice(conversation, choice)
    turn = await conversations.send_text(conversation, "bees")
    message = turn.messages[-1]
    assert message.question == "match"
    assert [card["title"] for card in message.cards] == ["Water a street tree", "Leave a gap for hedgehogs"]
    assert [choice.card for choice in message.choices] == ["council:water", "council:hedgehog", None]


async def test_a_proposal_tells_the_code_to_confirm(conversations):
    conversation = await agreed(conversations)
    turn = await conversations.send_text(conversation, "hedges and that")
    assert (turn.messages[0].question, turn.messages[0].proposal) == ("sector", 2)


# Repeated messages


async def test_a_repeated_key_gives_the_same_answer_and_sends_nothing(conversations, rasa):
    first = await conversations.start()
    answer = await conversations.send_choice(first.conversation, "m2-1", "key-1")
    assert await conversations.send_choice(first.conversation, "m2-1", "key-1") == answer
    assert len(rasa.said) == 1


async def test_two_requests_with_one_key_at_the_same_time_are_one_message(conversations, rasa):
    first = await conversations.start()
    rasa.mishaps = ["hold"]
    both = [asyncio.create_task(conversations.send_text(first.conversation, "why", "key-1")) for _ in range(2)]
    await rasa.held.wait()
    rasa.release.set()
    one, two = await asyncio.gather(*both)
    assert one == two
    assert len(rasa.said) == 1


async def test_turns_of_one_conversation_wait_for_each_other_and_others_do_not(conversations, rasa):
    first, other = await conversations.start(), await conversations.start()
    rasa.mishaps = ["hold"]
    slow = asyncio.create_task(conversations.send_text(first.conversation, "why one"))
    await rasa.held.wait()
    waiting = asyncio.create_task(conversations.send_text(first.conversation, "why two"))
    await conversations.send_text(other.conversation, "why other")
    assert rasa.said == [{"text": "why other"}]
    rasa.release.set()
    await asyncio.gather(slow, waiting)
    assert rasa.said[1:] == [{"text": "why one"}, {"text": "why two"}]


async def test_a_repeated_key_gives_the_same_answer_after_a_restart(conversations, serve, rasa):
    conversation = await agreed(conversations)
    answer = await conversations.send_text(conversation, "why", "key-1")
    await conversations.send_choice(conversation, "m4-2", "key-2")
    again = await serve().send_text(conversation, "why", "key-1")
    assert again.messages == answer.messages
    assert len(rasa.said) == 3


# When Rasa fails


@pytest.mark.parametrize("mishap", ["refuse", "drop_before", "drop_after"])
async def test_a_failed_turn_is_sent_again_and_never_processed_twice(conversations, rasa, mishap):
    conversation = await agreed(conversations)
    rasa.mishaps = [mishap]
    turn = await conversations.send_choice(conversation, "m4-2", "key-1")
    assert texts(turn) == ["Thank you.", "How often do you sort your rubbish?"]
    assert [message.id for message in turn.messages] == ["m5", "m6"]
    assert len(rasa.said) == 2


async def test_a_lost_answer_is_found_also_when_the_client_gave_no_key(conversations, rasa):
    conversation = await agreed(conversations)
    rasa.mishaps = ["drop_after"]
    await conversations.send_choice(conversation, "m4-2")
    assert len(rasa.said) == 2


async def test_a_message_that_cannot_be_delivered_is_unavailable_and_can_be_sent_again(conversations, serve, rasa):
    conversation = await agreed(conversations)
    deaf = serve(url=f"http://127.0.0.1:{unused_port()}", patience=Patience(total=0.05, pause=0.01))
    assert await refusal(deaf.send_choice(conversation, "m4-2", "key-1")) == "unavailable"
    assert await refusal(deaf.start()) == "unavailable"
    await conversations.send_choice(conversation, "m4-2", "key-1")
    assert len(rasa.said) == 2


async def test_a_lost_answer_found_only_at_the_next_request_is_not_sent_again(serve, rasa):
    conversations = serve(patience=Patience(total=0, pause=0.01))
    conversation = await agreed(conversations)
    rasa.mishaps = ["drop_after"]
    assert await refusal(conversations.send_choice(conversation, "m4-2", "key-1")) == "unavailable"
    turn = await conversations.send_choice(conversation, "m4-2", "key-1")
    assert texts(turn)[0] == "Thank you."
    assert len(rasa.said) == 2


async def test_a_request_given_up_in_the_middle_of_a_turn_is_not_sent_again(conversations, rasa):
    conversation = await agreed(conversations)
    rasa.mishaps = ["hold"]
    given_up = asyncio.create_task(conversations.send_choice(conversation, "m4-2", "key-1"))
    await rasa.held.wait()
    given_up.cancel()
    rasa.release.set()
    await asyncio.gather(given_up, return_exceptions=True)
    while len(rasa.said) < 2:
        await asyncio.sleep(0)
    await conversations.send_choice(conversation, "m4-2", "key-1")
    assert len(rasa.said) == 2


async def test_a_conversation_that_rasa_forgot_is_not_found(conversations, rasa):
    first = await conversations.start()
    rasa.mishaps = ["gone", "gone"]
    rasa.interviews.clear()
    assert await refusal(conversations.send_text(first.conversation, "hello")) == "not_found"
    assert await refusal(conversations.resume(first.conversation)) == "not_found"


async def test_a_database_that_does_not_answer_is_unavailable(serve):
    def broken(_conversation):
        raise OperationalError("select", {}, Exception("locked"))

    assert await refusal(serve(load_events=broken).authenticate("anyone", "token")) == "unavailable"


def away(_conversation):
    raise OperationalError("select", {}, Exception("no connection"))


async def test_a_conversation_in_memory_goes_on_and_resumes_while_the_database_is_away(serve, rasa):
    conversations = serve(load_events=away)
    conversation = await agreed(conversations)
    await conversations.send_choice(conversation, "m4-2")
    turn = await conversations.resume(conversation)
    assert texts(turn)[-1] == "How often do you sort your rubbish?"
    assert turn.messages[-1].id == "m6"


async def test_an_answer_lost_while_the_database_is_away_is_asked_for_again_with_its_key(serve, rasa):
    conversations = serve(load_events=away)
    conversation = await agreed(conversations)
    rasa.mishaps = ["refuse"]
    turn = await conversations.send_choice(conversation, "m4-2", "key-1")
    assert texts(turn)[0] == "Thank you."
    rasa.mishaps = ["drop_before"]
    turn = await conversations.send_choice(conversation, "m6-1", "key-2")
    assert texts(turn)[0] == "Thank you."
    assert len(rasa.said) == 3


async def test_after_a_lost_answer_nothing_else_is_said_until_it_can_be_found(serve, rasa):
    stored = []
    conversations = serve(
        load_events=lambda c: rasa.load_events(c) if stored else away(c), patience=Patience(total=0, pause=0.01)
    )
    conversation = await agreed(conversations)
    rasa.mishaps = ["drop_after"]
    assert await refusal(conversations.send_choice(conversation, "m4-2", "key-1")) == "unavailable"
    assert await refusal(conversations.send_text(conversation, "why?", "key-2")) == "unavailable"
    assert await refusal(conversations.resume(conversation)) == "unavailable"
    stored.append(True)
    await conversations.send_text(conversation, "why?", "key-2")
    assert len(rasa.said) == 3


# Resuming


async def test_resuming_gives_the_whole_conversation_in_order(conversations):
    conversation = await agreed(conversations)
    await conversations.send_text(conversation, "why?")
    turn = await conversations.resume(conversation)
    assert [(m.id, m.author) for m in turn.messages] == [
        ("m1", "assistant"),
        ("m2", "assistant"),
        ("c1", "citizen"),
        ("m3", "assistant"),
        ("m4", "assistant"),
        ("c2", "citizen"),
        ("m5", "assistant"),
        ("m6", "assistant"),
    ]
    assert [m.text for m in turn.messages if m.author == "citizen"] == ["Yes, keep my answers", "why?"]


async def test_the_conversation_is_the_same_after_a_restart(serve):
    from_memory, from_the_store = serve(), serve()
    first = await from_memory.start()
    conversation = first.conversation
    turns = [first, *[await from_memory.send_choice(conversation, choice) for choice in ("m2-1", "m4-2", "m6-1")]]
    turns.append(await from_memory.send_text(conversation, "bees"))
    after = await from_the_store.resume(conversation)
    said = [message for message in after.messages if message.author == "assistant"]
    assert said == [message for turn in turns for message in turn.messages]
    turn = await from_the_store.send_choice(conversation, "m10-3")
    assert turn.messages[0].id == "m11"


async def test_the_interview_id_is_told_once_consent_was_given(conversations, rasa):
    first = await conversations.start()
    assert (await conversations.resume(first.conversation)).interview is None
    await conversations.send_choice(first.conversation, "m2-1")
    interview = rasa.interviews[first.conversation].slots["interview_id"]
    assert (await conversations.resume(first.conversation)).interview == interview
    assert interview != first.conversation


async def test_without_consent_there_is_no_interview_and_nothing_after_both_processes_ended(conversations, serve, rasa):
    first = await conversations.start()
    await conversations.send_choice(first.conversation, "m2-2")
    assert (await conversations.resume(first.conversation)).interview is None
    rasa.restart()
    assert await refusal(serve().resume(first.conversation)) == "not_found"


# A conversation that is on no disk: each of the two processes brings it back to the other


@pytest.mark.parametrize("said", [[], ["m2-2"], ["m2-2", "m4-2"]], ids=["before consent", "refused", "later"])
async def test_it_goes_on_after_rasa_was_started_again(conversations, rasa, said):
    first = await conversations.start()
    for choice in said:
        await conversations.send_choice(first.conversation, choice)
    before = await conversations.resume(first.conversation)
    rasa.restart()
    assert rasa.interviews == {}
    turn = await conversations.send_text(first.conversation, "why?")
    assert turn.messages[0].text.startswith("Because it helps")
    after = await conversations.resume(first.conversation)
    assert after.messages[: len(before.messages)] == before.messages
    assert len(after.messages) == len(before.messages) + 3
    rasa.restart()
    assert texts(await conversations.send_text(first.conversation, "why?"))[0].startswith("Because it helps")


@pytest.mark.parametrize("said", [[], ["m2-2"], ["m2-2", "m4-2"]], ids=["before consent", "refused", "later"])
async def test_it_goes_on_after_the_web_server_was_started_again(conversations, serve, rasa, said):
    first = await conversations.start()
    for choice in said:
        await conversations.send_choice(first.conversation, choice, f"key {choice}")
    before = await conversations.resume(first.conversation)
    restarted = serve()
    await restarted.authenticate(first.conversation, first.token)
    assert (await restarted.resume(first.conversation)).messages == before.messages
    for choice in said:  # sent again, because the answer was lost
        await restarted.send_choice(first.conversation, choice, f"key {choice}")
    assert len(rasa.said) == len(said)
    rasa.restart()
    await restarted.send_text(first.conversation, "why?")
    assert len((await restarted.resume(first.conversation)).messages) == len(before.messages) + 3


async def test_a_web_server_started_again_waits_for_rasa_before_it_says_that_a_conversation_is_gone(serve):
    first = await serve().start()
    deaf = serve(url=f"http://127.0.0.1:{unused_port()}")
    assert await refusal(deaf.resume(first.conversation)) == "unavailable"


async def test_with_consent_the_copy_in_memory_is_dropped(serve):
    live = LiveConversations()
    conversations = serve(live=live)
    first = await conversations.start()
    assert live.get(first.conversation).copy
    await conversations.send_choice(first.conversation, "m2-1")
    assert not live.get(first.conversation).copy


@pytest.mark.parametrize("name", ["../../conversations", "a/b", "x" * 32, "é"])
async def test_rasa_is_asked_for_nothing_that_is_no_id(serve, name):
    deaf = serve(url=f"http://127.0.0.1:{unused_port()}")
    assert await refusal(deaf.resume(name)) == "not_found"


async def test_an_erased_conversation_is_gone_from_memory_too(conversations, rasa):
    conversation = await agreed(conversations)
    await conversations.resume(conversation)
    rasa.erased.add(conversation)
    assert await refusal(conversations.resume(conversation)) == "not_found"


async def test_erasing_by_reference_lets_go_of_the_live_conversation(conversations, rasa):
    first, other = await agreed(conversations), await agreed(conversations)
    reference = rasa.interviews[first].slots["reference"]
    rasa.erased.add(first)
    conversations.forget(reference.lower().replace("-", " "))
    assert await refusal(conversations.send_text(first, "hello")) == "not_found"
    await conversations.send_text(other, "hello")


async def test_two_requests_for_a_conversation_not_in_memory_share_one_lock(conversations, serve, rasa):
    conversation = await agreed(conversations)
    restarted = serve()
    await asyncio.gather(*(restarted.send_text(conversation, "why", "key-1") for _ in range(5)))
    assert len(rasa.said) == 2
