"""`kill -9` in the middle of an interview loses no acknowledged answer, and the conversation goes on."""

import sqlite3
import time

import pytest

from tests.end_to_end.conftest import ROOT


@pytest.mark.parametrize("name", ["rasa", "web", "actions"])
def test_a_killed_process_loses_nothing_and_the_interview_goes_on(own_assistant, name):
    citizen = own_assistant.citizen()
    citizen.tap(1)
    citizen.choose("Local environment")
    for _ in range(3):
        citizen.choose("Sometimes")
    acknowledged = {"sector": "2", "env1": "2", "env2": "2", "env3": "2"}
    interview = citizen.resume()["interview"]
    old = own_assistant.kill(name)
    assert own_assistant.exported()[interview] | acknowledged == own_assistant.exported()[interview]
    own_assistant.wait_for_restart(name, old)
    citizen.insist({"choice": citizen.choices["Never"]})
    assert citizen.question == "env5"
    for _ in range(8):
        citizen.insist({"text": "skip"} if citizen.question == "topics" else {"choice": _choice(citizen)})
    row = own_assistant.exported()[interview]
    assert row | acknowledged | {"env4": "1", "disposition": "complete"} == row
    for _ in range(100):
        if citizen.cards:
            break
        time.sleep(0.3)
        citizen.insist({"choice": citizen.choices["Try again"]})
    assert citizen.cards
    assert len([m for m in citizen.resume()["messages"] if m.get("question") == "env4"]) == 1


@pytest.mark.parametrize("name", ["rasa", "web", "actions"])
def test_a_conversation_on_no_disk_goes_on_when_a_process_is_killed(own_assistant, name):
    waiting, refused = own_assistant.citizen(), own_assistant.citizen()
    refused.tap(2)
    refused.choose("Local environment")
    before = [citizen.resume()["messages"] for citizen in (waiting, refused)]
    own_assistant.wait_for_restart(name, own_assistant.kill(name))
    waiting.insist({"choice": waiting.choices["Yes, keep my answers"]})
    assert waiting.question == "sector"
    refused.insist({"choice": refused.choices["Often"]})
    assert refused.question == "env2"
    for citizen, messages in zip((waiting, refused), before, strict=True):
        after = citizen.resume()["messages"]
        assert after[: len(messages)] == messages
        assert (
            len([m for m in after if m["author"] == "citizen"])
            == len([m for m in messages if m["author"] == "citizen"]) + 1
        )
    with sqlite3.connect(own_assistant.settings.database_url.removeprefix("sqlite:///")) as database:
        assert database.execute("select sum(count) from counts").fetchone() == (1,), "one refusal, counted once"


def _choice(citizen):
    return citizen.choices.get("45 to 54") or next(iter(citizen.choices.values()))


def test_a_message_lost_on_the_way_back_is_not_doubled(own_assistant):
    citizen = own_assistant.citizen()
    citizen.tap(1)
    citizen.choose("Public health")
    choice = citizen.choices["Often"]
    citizen.send({"choice": choice}, key="once")
    old = own_assistant.kill("web")
    own_assistant.wait_for_restart("web", old)
    citizen.insist({"text": "say that again"})
    assert citizen.question == "hea2"
    said = [m for m in citizen.resume()["messages"] if m["author"] == "citizen"]
    assert [m["text"] for m in said].count("Often") == 1


def test_ctrl_c_stops_everything(own_assistant):
    from coproduction.serve import pids

    running = pids(own_assistant.settings).values()
    assert own_assistant.stop() == 0
    assert not [pid for pid in running if _is_alive(pid)]


def _is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as status:
            return status.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_in_use_is_one_clear_sentence(own_assistant):
    second = own_assistant.command("serve")
    assert second.returncode == 1
    assert second.stderr.startswith(f"Port {own_assistant.settings.port} is in use")
    assert "Traceback" not in second.stderr
    assert str(ROOT) not in second.stderr
