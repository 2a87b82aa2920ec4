"""An interview over the chat API, with the real three processes."""

import re
import sqlite3

import pytest

from tests.end_to_end.citizen import ApiError, Citizen, request

MARK = "peculiar hedgehog"


def record(assistant, citizen):
    return assistant.exported()[citizen.resume()["interview"]]


def until_match(citizen, **answers):
    """Tap through the interview: the first choice of each question, or the one named."""
    return until(citizen, "match", **answers)


def until(citizen, question, **answers):
    """Answer until this question is put."""
    answers = {"agegrp": "45 to 54", **answers}
    for _ in range(25):
        if citizen.question == question:
            return citizen
        if citizen.question in answers:
            citizen.choose(answers[citizen.question])
        elif citizen.question == "topics":
            citizen.type("skip")
        else:
            citizen.tap(1)
    raise AssertionError(f"{question} was not asked")


def until_end(citizen):
    """Finish from the suggestions on, with as few taps as possible."""
    for title in ("Finish", "No, finish here", "Skip"):
        if title in citizen.choices:
            citizen.choose(title)
    assert not citizen.choices
    return citizen


def test_a_whole_interview_by_tapping_ends_with_suggestions_a_reference_and_a_record(assistant):
    citizen = assistant.citizen(language="en")
    assert citizen.question == "consent"
    assert next(iter(citizen.choices)).startswith("Yes")
    until_match(citizen, sector="Local environment", effort="Less than an hour a month", company="On my own",
                agegrp="45 to 54")  # fmt: skip
    assert 1 <= len(citizen.cards) <= 3
    assert all(card["reasons"] and card["first_step"] for card in citizen.cards)
    chosen = citizen.cards[0]
    citizen.choose(next(title for title in citizen.choices if "I'll do it" in title))
    assert chosen["first_step"] in citizen.text
    assert chosen["link"] in citizen.text
    assert citizen.question == "background"
    citizen.tap(1)
    for _ in range(4):
        citizen.tap(1)
    assert citizen.question == "comment"
    citizen.type("more benches please")
    assert re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", citizen.text)
    row = record(assistant, citizen)
    wanted = {"disposition": "complete", "sector": "2", "env1": "3", "effic": "4", "effort": "1", "company": "1",
              "agegrp": "5", "gndr": "1", "comment": "more benches please", "topics": "99", "mode": "web",
              "matches_chosen": "1", "idx_environment": "100.0", "saf1": ""}  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted


def test_progress_grows_with_every_answer(assistant):
    citizen = assistant.citizen()
    seen = [citizen.progress["answered"]]
    for question in "sector saf1 saf2 effic effort topics agegrp match".split():
        until(citizen, question)
        seen.append(citizen.progress["answered"])
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 13


@pytest.mark.parametrize(
    ("said", "question", "code", "title"),
    [
        ("2", "sector", "2", "Local environment"),
        ("the environment", "sector", "2", "Local environment"),
        ("evironment", "sector", "2", "Local environment"),
        ("community safety please", "sector", "1", "Community safety"),
    ],
)
def test_a_question_is_answered_by_number_by_words_and_with_typos(assistant, said, question, code, title):
    citizen = assistant.citizen()
    citizen.tap(1)
    assert citizen.question == question
    citizen.type(said)
    assert f"Noted: {title}" in citizen.text
    assert record(assistant, citizen)[question] == code


def at(assistant, question, **answers):
    """A citizen to whom this question was just put."""
    return until(assistant.citizen(), question, **answers)


@pytest.mark.parametrize(
    ("question", "said", "code"),
    [
        ("saf1", "when I remember", "2"),
        ("saf1", "every single day", "3"),
        ("saf1", "never", "1"),
        ("effort", "20 mins a day", "4"),
        ("effort", "half an hour a month", "1"),
        ("company", "with my mates", "2"),
        ("agegrp", "born in 58", "7"),
        ("agegrp", "77", "8"),
        ("effic", "don't know", "88"),
        ("effic", "I'd rather not say", "77"),
        ("saf1", "does not apply", "66"),
    ],
)
def test_free_answers_are_coded_and_shown(assistant, question, said, code):
    citizen = at(assistant, question)
    citizen.type(said)
    assert "Noted" in citizen.text
    row = record(assistant, citizen)
    assert row[question] == code


def test_what_was_noted_is_changed_with_one_tap(assistant):
    citizen = at(assistant, "saf1")
    citizen.type("never")
    citizen.choose("Change")
    assert citizen.question == "saf1"
    citizen.choose("Sometimes")
    assert citizen.question == "saf2"
    assert record(assistant, citizen)["saf1"] == "2"


def test_a_proposal_is_recorded_only_when_confirmed(assistant):
    citizen = at(assistant, "agegrp")
    citizen.type("born in 61")  # turns 65 this year: perhaps already, perhaps not yet
    proposal = citizen.messages[-1]["proposal"]
    assert citizen.messages[-1]["question"] == "agegrp"
    assert record(assistant, citizen)["agegrp"] == "99"
    citizen.type("yes")
    assert record(assistant, citizen)["agegrp"] == str(proposal)


def test_what_is_too_vague_is_asked_again_once_differently_and_then_left_open(assistant):
    citizen = at(assistant, "sector")
    first = citizen.messages[-1]["text"]
    citizen.type("blah blah whatever thing")
    assert citizen.question == "sector"
    assert citizen.messages[-1]["text"] != first
    assert len(citizen.choices) >= 3
    citizen.type("zzz qqq xxx")
    assert citizen.question == "effic"
    assert record(assistant, citizen)["sector"] == "99"


def test_several_facts_in_one_sentence_fill_several_answers(assistant):
    citizen = at(assistant, "sector")
    citizen.type("I'd like something for the environment that I can do on my own")
    row = record(assistant, citizen)
    assert (row["sector"], row["company"]) == ("2", "1")


def test_a_correction_takes_the_interview_to_the_other_questions(assistant):
    citizen = at(assistant, "saf2")
    citizen.type("actually, health rather than safety")
    assert citizen.question == "hea1"
    assert record(assistant, citizen)["sector"] == "3"


DIGRESSIONS = {
    "why do you ask?": "how much people do already",
    "is this anonymous?": "without your name",
    "what is this about?": "computer program",
    "can I speak to a human": "0300 000 0000",
    "do you speak polish?": "English",
    "you missed my bin again": "anyborough.example/report",
    "someone is breaking into my neighbours house right now": "999",
    "i want to kill myself": "116 123",
    "my husband hits me": "0808 2000 247",
    "show me my answers": "Community safety",
}


@pytest.mark.parametrize(("said", "answer"), DIGRESSIONS.items())
def test_a_digression_is_answered_and_the_place_is_kept(assistant, said, answer):
    citizen = at(assistant, "saf2")
    citizen.type(said)
    assert answer in citizen.text
    assert citizen.question == "saf2"
    assert record(assistant, citizen)["saf2"] == "99"


@pytest.mark.parametrize(
    "said", ["", "   ", "😀😀", "asdfghjkl", '/answer{"saf2": 3}', "/utter_stopped", "<script>x</script>"]
)
def test_empty_emoji_mashing_and_command_like_text_change_no_answer(assistant, said):
    citizen = at(assistant, "saf2")
    citizen.type(said)
    assert citizen.question == "saf2"
    row = record(assistant, citizen)
    assert (row["sector"], row["saf1"], row["saf2"]) == ("1", "3", "99")


def test_a_thousand_word_ramble_is_not_taken_for_an_answer(assistant):
    citizen = at(assistant, "saf2")
    citizen.type("well you know how it is round here with one thing and another and the weather " * 65)
    assert citizen.question == "saf2"
    assert record(assistant, citizen)["saf2"] == "99"


def test_an_emergency_is_found_in_the_middle_of_a_ramble(assistant):
    citizen = at(assistant, "saf2")
    ramble = "so anyway we were talking about the bins and the weather "
    citizen.type(
        ramble * 10 + "and now there is smoke and the flat below is on fire and people are trapped " + ramble * 10
    )
    assert "999" in citizen.messages[0]["text"]


def test_skip_go_back_repeat_stop_and_start_over_in_words(assistant):
    citizen = at(assistant, "saf2")
    citizen.type("say that again")
    assert citizen.question == "saf2"
    citizen.type("go back")
    assert citizen.question == "saf1"
    citizen.type("skip")
    assert citizen.question == "saf2"
    citizen.type("stop")
    assert "carry on" in citizen.text.lower()
    citizen.choose("Carry on")
    assert citizen.question == "saf2"
    citizen.type("start over")
    assert citizen.question == "sector"
    row = record(assistant, citizen)
    assert (row["sector"], row["saf1"]) == ("99", "")


def test_delete_my_answers_really_deletes_and_says_so(assistant):
    citizen = at(assistant, "saf2")
    citizen.type(f"often, {MARK}")
    interview = citizen.resume()["interview"]
    assert interview in assistant.exported()
    citizen.type("delete my answers")
    assert "deleted" in citizen.text
    assert interview not in assistant.exported()
    with pytest.raises(ApiError, match="404"):
        citizen.resume()
    path = assistant.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        dump = "\n".join(database.iterdump())
    assert MARK not in dump


def test_the_reference_code_deletes_the_answers_later(assistant):
    citizen = until_end(until_match(assistant.citizen()))
    reference = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", citizen.text)[0]
    interview = citizen.resume()["interview"]
    done = assistant.command("erase", reference.lower())
    assert (done.returncode, done.stdout) == (0, "Deleted.\n")
    assert interview not in assistant.exported()
    again = assistant.command("erase", reference)
    assert again.returncode == 1
    assert "no answers with the reference" in again.stderr


def test_without_consent_the_suggestions_come_and_nothing_but_a_count_is_stored(assistant):
    before = set(assistant.exported())
    counted = assistant.command("counts").stdout
    citizen = assistant.citizen()
    citizen.choose("No, just chat with me")
    until_match(citizen)
    assert citizen.cards
    until_end(citizen)
    assert set(assistant.exported()) == before
    assert assistant.command("counts").stdout != counted
    path = assistant.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        identifier = citizen.url.rsplit("/", 1)[1]
        assert identifier not in "\n".join(database.iterdump())


def test_under_13_the_chat_ends_kindly_and_stores_nothing(assistant):
    citizen = at(assistant, "saf2")
    interview = citizen.resume()["interview"]
    citizen.type("I'm 11")
    assert "13 and over" in citizen.text
    assert "anyborough.example/young-people" in citizen.text
    assert interview not in assistant.exported()
    citizen.type("but I want to")
    assert "13 and over" in citizen.text


def test_a_15_year_old_gets_only_what_is_open_at_13_and_no_background(assistant):
    citizen = until_match(assistant.citizen(), agegrp="13 to 17")
    catalogue = assistant.command("opportunities", "list").stdout
    assert catalogue
    assert citizen.cards
    citizen.choose("Finish")
    assert citizen.question == "comment"


def test_suggestions_can_be_declined_replaced_explained_and_exchanged(assistant):
    citizen = until_match(assistant.citizen())
    first = [card["id"] for card in citizen.cards]
    citizen.type("tell me more about the second one")
    assert "First step" in citizen.text
    citizen.choose("Not for me")
    citizen.choose("Wrong place")
    assert citizen.cards
    assert citizen.cards[0]["id"] not in first
    citizen.choose("Show me others")
    assert not {card["id"] for card in citizen.cards} & set(first)
    citizen.type("I'll do the first one")
    assert record(assistant, citizen)["matches_chosen"] == "1"
    assert int(record(assistant, citizen)["matches_shown"]) >= 4


def test_a_topic_steers_the_suggestions(assistant):
    citizen = at(assistant, "topics", sector="Local environment")
    citizen.type("I really love bees and hedgehogs")
    assert "wildlife" in citizen.text.lower()
    until_match(citizen)
    assert any("wildlife" in reason.lower() for card in citizen.cards for reason in card["reasons"])


def test_the_same_message_sent_twice_counts_once(assistant):
    citizen = at(assistant, "saf2")
    first = citizen.type("often", key="k-1")
    assert citizen.type("often", key="k-1") == first
    assert citizen.question == "saf3"


def test_the_whole_conversation_comes_back_when_resuming(assistant):
    citizen = at(assistant, "saf2")
    said = citizen.messages
    resumed = citizen.resume()
    assert resumed["messages"][-len(said) :] == said
    assert {m["author"] for m in resumed["messages"]} == {"assistant", "citizen"}


def test_nobody_reads_or_writes_in_a_conversation_without_its_token(assistant):
    citizen, stranger = at(assistant, "saf1"), assistant.citizen()
    choice = next(iter(citizen.choices.values()))
    stranger.url = citizen.url
    with pytest.raises(ApiError, match="401"):
        stranger.resume()
    with pytest.raises(ApiError, match="401"):
        stranger.send({"choice": choice})


def test_a_choice_that_was_not_offered_is_refused(assistant):
    citizen = assistant.citizen()
    with pytest.raises(ApiError, match="400 unknown_choice"):
        citizen.send({"choice": "m99-1"})


def test_an_unsupported_language_is_refused_with_the_languages(assistant):
    with pytest.raises(ApiError, match="400"):
        Citizen(assistant.url, language="xx")


def test_rasa_and_the_action_server_listen_on_loopback_only(assistant):
    from pathlib import Path

    ports = {assistant.settings.rasa_port, assistant.settings.actions_port}
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {fields[1] for fields in listening if fields[3] == "0A" and int(fields[1].split(":")[1], 16) in ports}
    assert len(addresses) == 2
    assert all(address.startswith("0100007F:") for address in addresses)


def test_logs_hold_no_words_answers_or_tokens(assistant):
    citizen = at(assistant, "saf2")
    citizen.type(f"{MARK} says often")
    citizen.type(f"/answer {MARK}")
    logs = "".join(path.read_text() for path in (assistant.settings.data_dir / "logs").iterdir())
    assert MARK not in logs
    assert citizen.token not in logs
    assert "saf1" not in logs


def test_healthz_says_that_all_is_well(assistant):
    assert request("GET", f"{assistant.url}/healthz")


def test_the_buttons_of_any_message_are_answered_by_number_and_by_words(assistant):
    citizen = until_match(assistant.citizen())
    first = [card["id"] for card in citizen.cards]
    citizen.type("tell me more about the first one")
    citizen.type("2")  # Not for me
    assert "Wrong place" in citizen.choices
    citizen.type("takes too long")
    assert citizen.cards
    assert citizen.cards[0]["id"] not in first
    citizen.type("2")  # tell me more about the second: there is only one, so it is asked which
    citizen.type("show me others")
    assert len(citizen.cards) == 3


def test_a_proposal_is_confirmed_by_its_number(assistant):
    citizen = at(assistant, "agegrp")
    citizen.type("born in 61")
    proposal = citizen.messages[-1]["proposal"]
    citizen.type("1")
    assert record(assistant, citizen)["agegrp"] == str(proposal)


def test_someone_who_turns_out_to_be_16_cannot_choose_what_is_for_adults(assistant):
    citizen = until_match(assistant.citizen(), sector="Public health", effort="8 hours a month or more")
    for _ in range(12):
        old = citizen.choices
        citizen.choose("Show me others")
        if any("blood" in card["title"].lower() for card in citizen.cards):
            break
    citizen.type("actually I am 16")
    assert all("blood" not in card["title"].lower() for card in citizen.cards)
    for choice in list(old.values())[:9:3]:
        citizen.send({"choice": choice})
        assert "your first step" in citizen.text or "not open to you" in citizen.text


def test_withdrawing_consent_erases_the_record(assistant):
    citizen = at(assistant, "saf2")
    interview = citizen.resume()["interview"]
    citizen.type("I do not want you to keep my answers")
    assert "deleted" in citizen.text
    assert interview not in assistant.exported()


def test_words_of_a_disclosure_are_not_stored(assistant):
    citizen = at(assistant, "saf2")
    mark = "unmistakable wallpaper"
    citizen.type(f"my husband hits me, {mark}")
    assert "0808 2000 247" in citizen.text
    with sqlite3.connect(assistant.settings.database_url.removeprefix("sqlite:///")) as database:
        assert mark not in "\n".join(database.iterdump())


def test_after_the_end_others_can_be_asked_for(assistant):
    citizen = until_end(until_match(assistant.citizen()))
    citizen.type("show me others")
    assert citizen.cards
