"""Writes the stock variant: the same interview as a form, in a Rasa project with the defaults of `rasa init`.

Questions, buttons and order come from the instrument, the examples from `data/nlu`, the digressions from
`data/rules.yml`, so that the stock variant holds the same interview whatever becomes of ours. Run alone,
`python -m benchmarks.stock_project DIRECTORY` writes the project for a look at it.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from coproduction.survey.instrument import Code, Instrument, Question, current_instrument

FORM = "interview_form"
SUGGESTION = "Here is something small you could do: look in on a neighbour this week."
FINISH = "Finish"
CLOSING = "That is all. Thank you!"
REPHRASE = "Sorry, I did not understand that. Could you say it in other words?"

LANGUAGE = "en"
YES_NO = {"consent": (1, 2), "willingness": (1, 3), "background": (1, 2)}
"""Scale → codes of a plain yes and no."""
MISSING_INTENTS = {"dont_know": 88, "refuse_answer": 77, "not_applicable": 66, "skip": 99}
TYPED_FREELY = ("topics", "comment", "agegrp")
"""Questions answered in words of one's own or with a number; all others are answered with an intent."""

Content = dict[str, Any]


def write_stock_project(directory: Path, root: Path, actions_port: int, database: Path) -> None:
    """Write the project into a directory; `root` is this repository, `database` the SQLite file of the tracker store.

    `config.yml` is the file that `rasa init` writes: it names no pipeline and no policies, so Rasa trains its
    defaults.
    """
    instrument = current_instrument()
    digressions = read_digressions(root / "data" / "rules.yml")
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "data").mkdir(parents=True)
    shutil.copy(initial_project() / "config.yml", directory / "config.yml")
    _write(directory / "domain.yml", domain(instrument, digressions, root))
    _write(directory / "data" / "rules.yml", {"version": "3.1", "rules": rules(digressions)})
    _write(directory / "data" / "stories.yml", {"version": "3.1", "stories": stories(digressions)})
    _write(directory / "credentials.yml", {"rest": None})
    _write(
        directory / "endpoints.yml",
        {
            "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(database)},
        },
    )


def initial_project() -> Path:
    """The files that `rasa init` copies."""
    package = find_spec("rasa")
    if package is None or package.origin is None:
        raise RuntimeError("rasa is not installed")
    return Path(package.origin).parent / "cli" / "initial_project"


def _write(path: Path, content: Content) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def read_digressions(path: Path) -> dict[str, str]:
    """Intent → response, for every rule of ours that says one thing and goes on with the interview."""
    found = {}
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
        steps = rule["steps"]
        goes_on = rule.get("wait_for_user_input") is False
        if goes_on and len(steps) == 2 and steps[1]["action"].startswith("utter_") and steps[0]["intent"] != "start":
            found[steps[0]["intent"]] = steps[1]["action"]
    return found


def question_title(instrument: Instrument, question: Question) -> str:
    """What the form says to ask a question."""
    return SUGGESTION if question.name == "match" else question.text


def button(title: str, variable: str, code: Code) -> dict[str, str]:
    """A button that fills one slot."""
    return {"title": title, "payload": f"/inform{json.dumps({variable: code})}"}


# --- domain ---------------------------------------------------------------------------------------------------


def domain(instrument: Instrument, digressions: dict[str, str], root: Path) -> Content:
    """The domain: intents of the examples, a slot and a response for each question, the form."""
    names = [question.name for question in instrument.questions]
    intents = sorted({"start", "inform", "nlu_fallback", *digressions, *_example_intents(root)})
    return {
        "version": "3.1",
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
        "intents": intents,
        "entities": names,
        "slots": {question.name: _slot(instrument, question, intents) for question in instrument.questions},
        "forms": {FORM: {"required_slots": names}},
        "responses": {**_question_responses(instrument), **_other_responses(digressions, root)},
        "actions": [f"validate_{FORM}", "action_ask_match"],
    }


def _example_intents(root: Path) -> set[str]:
    files = (root / "data" / "nlu" / LANGUAGE).glob("*.yml")
    return {group["intent"] for file in files for group in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]}


def _slot(instrument: Instrument, question: Question, intents: list[str]) -> Content:
    """A slot that a button fills by its entity, and a typed answer by its intent while the question is open."""
    condition = [{"active_loop": FORM, "requested_slot": question.name}]
    mappings: list[Content] = [{"type": "from_entity", "entity": question.name}]
    for intent, code in answers_by_intent(instrument, question).items():
        if intent in intents:
            mappings.append({"type": "from_intent", "intent": intent, "value": code, "conditions": condition})
    if question.name in TYPED_FREELY:
        others = [intent for intent in intents if intent.startswith("ask_") or intent in ("inform", "stop", "skip")]
        mappings.append({"type": "from_text", "not_intent": others, "conditions": condition})
    return {"type": "any", "influence_conversation": False, "mappings": mappings}


def answers_by_intent(instrument: Instrument, question: Question) -> dict[str, Code]:
    """The code each intent answers a question with."""
    if question.name == "match":
        return {"finish": 1}
    answers: dict[str, Code] = {}
    if question.name not in TYPED_FREELY:
        scale = instrument.scale_of(question)
        answers = {f"{question.scale}_{c.name}": c.code for c in scale.categories} if scale else {}
        yes_no = YES_NO.get(question.scale or "")
        answers.update(zip(("affirm", "deny"), yes_no, strict=True) if yes_no else ())
    return {**answers, **MISSING_INTENTS} if question.recorded else answers


def _question_responses(instrument: Instrument) -> Content:
    responses = {}
    for question in instrument.questions:
        if question.name == "match":
            continue  # a custom action asks it
        buttons = [button(choice.title, question.name, choice.code) for choice in instrument.choices(question.name)]
        for one in buttons:  # Rasa takes single braces in a response for the name of a slot
            one["payload"] = one["payload"].replace("{", "{{").replace("}", "}}")
        responses[f"utter_ask_{question.name}"] = [{"text": question.text, **({"buttons": buttons} if buttons else {})}]
    return responses


def _other_responses(digressions: dict[str, str], root: Path) -> Content:
    ours = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))["responses"]
    said = {name: ours[name][0]["text"] for name in ("utter_welcome", "utter_stopped", *digressions.values())}
    said |= {
        "utter_close": CLOSING,
        "utter_please_rephrase": REPHRASE,
        "utter_why": "I ask so that my suggestion fits you.",
    }
    return {name: [{"text": re.sub(r"\{\w+\}", "the council", text)}] for name, text in said.items()}


# --- rules and stories ------------------------------------------------------------------------------------------


def rules(digressions: dict[str, str]) -> list[Content]:
    """Rules that start and end the form, and one for each digression, which goes back to the form."""
    inside = [{"active_loop": FORM}]
    fallback = {"nlu_fallback": "utter_please_rephrase"}
    return [
        {"rule": "A conversation begins", "steps": _begin()},
        {"rule": "The interview is over", "condition": inside, "steps": _end()},
        {
            "rule": "Stop",
            "condition": inside,
            "steps": [
                {"intent": "stop"},
                {"action": "action_deactivate_loop"},
                {"active_loop": None},
                {"action": "utter_stopped"},
            ],
        },
        *(
            {"rule": f"Digression: {intent}", "condition": inside, "steps": _digress(intent, response)}
            for intent, response in {**digressions, **fallback}.items()
        ),
    ]


def stories(digressions: dict[str, str]) -> list[Content]:
    """What TEDPolicy and UnexpecTEDIntentPolicy learn from; `rasa init` writes three stories as well."""
    why, greet = (_digress(intent, digressions[intent]) for intent in ("ask_why", "greet"))
    return [
        {"story": "Straight through", "steps": _begin() + _end()},
        {"story": "With a question back", "steps": _begin() + why + _end()},
        {"story": "With a greeting", "steps": _begin() + greet + _end()},
    ]


def _begin() -> list[Content]:
    return [{"intent": "start"}, {"action": "utter_welcome"}, {"action": FORM}, {"active_loop": FORM}]


def _digress(intent: str, response: str) -> list[Content]:
    return [{"intent": intent}, {"action": response}, {"action": FORM}, {"active_loop": FORM}]


def _end() -> list[Content]:
    return [
        {"action": FORM},
        {"active_loop": None},
        {"slot_was_set": [{"requested_slot": None}]},
        {"action": "utter_close"},
    ]


if __name__ == "__main__":
    target = Path(sys.argv[1])
    write_stock_project(target, Path(__file__).resolve().parents[1], 5055, target / "conversations.db")
