"""What the assistant says: domain.yml's responses, translated, with the interview's and council's facts in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from babel import Locale
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from coproduction.channels.payloads import answer_payload, payload
from coproduction.council import Council, Line, read_council
from coproduction.dialogue.channel import PROGRESS_KEY
from coproduction.dialogue.state import PROPOSE, Pending, pending_question, read_answers
from coproduction.records.recorder import question_asked
from coproduction.settings import read_settings
from coproduction.survey.instrument import current_instrument
from coproduction.survey.routing import progress
from coproduction.survey.wording import describe
from coproduction.translation import Translate, translation

Message = dict[str, Any]


class InterviewResponses(TemplatedNaturalLanguageGenerator):
    """Generates messages from the domain's responses (endpoints.yml, `nlg`).

    Placeholders in a response are filled from slots, the council's configuration and what the interview is
    about: `{why}` the pending question's reason, `{noted}` what was understood, `{proposed}` what is proposed.
    Every message says which question it asks and how far the interview is.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        council: Council | None = None,
    ) -> None:
        super().__init__(domain.responses if domain else {})  # Rasa sets them again when the model is loaded
        self._instrument = current_instrument()
        self._council = council or read_council(read_settings().council_file)
        self._council_facts = council_facts(self._council)

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Message | None:
        """The message of a response; None where the domain has none of that name."""
        variations = self.responses.get(utter_action)
        if not variations:
            return None
        translate = translation(tracker.get_slot("language") or self._council.languages[0])
        template = variations[0]
        facts = self._facts(tracker, translate)
        facts.update(kwargs)
        message: Message = {
            "text": translate(template["text"]).format_map(facts),
            "buttons": [
                {"title": translate(button["title"]).format_map(facts), "payload": button["payload"]}
                for button in template.get("buttons", [])
            ],
            "custom": {},
            PROGRESS_KEY: asdict(progress(self._instrument, read_answers(tracker, self._instrument))),
        }
        self._add_question(message, utter_action, tracker, translate)
        return message

    def _facts(self, tracker: DialogueStateTracker, translate: Translate) -> dict[str, Any]:
        pending = pending_question(tracker)
        entities = tracker.latest_message.entities if tracker.latest_message else []
        why = self._instrument.question(pending.question).why if pending else ""
        return {
            **self._council_facts,
            "reference": tracker.get_slot("reference") or "",
            "reference_note": _reference_note(tracker, translate),
            "duration": tracker.get_slot("duration") or "",
            "why": translate(why) if why else "",
            "noted": ", ".join(self._noted(entities, translate)),
            "proposed": self._proposed(entities, pending, translate),
        }

    def _noted(self, entities: list[dict[str, Any]], translate: Translate) -> list[str]:
        return [
            describe(self._instrument, entity["entity"], entity["value"], translate)
            for entity in entities
            if entity["entity"] in self._instrument
        ]

    def _proposed(self, entities: list[dict[str, Any]], pending: Pending | None, translate: Translate) -> str:
        """What is proposed; with the question's label where it is not the one that waits for an answer."""
        proposal = next((e for e in entities if e["entity"] == "proposal"), None)
        if proposal is None:
            return ""
        answer = describe(self._instrument, proposal["role"], proposal["value"], translate)
        label = self._instrument.question(proposal["role"]).label
        if label is None or pending is None or pending.question == proposal["role"]:
            return answer
        return f"{translate(label)}: {answer}"

    def _add_question(
        self, message: Message, utter_action: str, tracker: DialogueStateTracker, translate: Translate
    ) -> None:
        entities = tracker.latest_message.entities if tracker.latest_message else []
        question = question_asked(utter_action)
        if question is not None:
            message["custom"]["question"] = question
        elif utter_action == PROPOSE:
            proposal = next(e for e in entities if e["entity"] == "proposal")
            message["custom"].update(question=proposal["role"], proposal=proposal["value"])
            yes, no = message["buttons"]
            yes["payload"] = answer_payload(proposal["role"], proposal["value"])
            no["payload"] = payload("change", question=proposal["role"])
        elif utter_action == "utter_noted":
            message["buttons"] = self._change_buttons(entities, translate)

    def _change_buttons(self, entities: list[dict[str, Any]], translate: Translate) -> list[Message]:
        names = [e["entity"] for e in entities if e["entity"] in self._instrument]
        change = translate("Change")
        return [
            {
                "title": change
                if len(names) == 1
                else f"{change}: {translate(self._instrument.question(name).label or name)}",
                "payload": payload("change", question=name),
            }
            for name in names
        ]


def _reference_note(tracker: DialogueStateTracker, translate: Translate) -> str:
    """How to have the answers deleted later; nothing where none are kept."""
    if tracker.get_slot("consent") != 1:
        return ""
    return translate("With the reference code {reference} you can have your answers deleted later.").format(
        reference=tracker.get_slot("reference")
    )


def council_facts(council: Council) -> dict[str, str]:
    """The placeholders that the configuration file fills."""
    numbers = council.numbers
    contact = council.contact
    return {
        "council": council.name,
        "contact": f"{contact.name}: {contact.phone}, {contact.email}, {contact.url}",
        "service_requests_url": council.service_requests_url,
        "privacy_url": council.privacy_url,
        "young_people_url": council.young_people_url,
        "languages": ", ".join(
            Locale.parse(language, sep="-").get_display_name() or language for language in council.languages
        ),
        "emergency_numbers": _lines(numbers.emergency),
        "non_emergency_numbers": _lines(numbers.non_emergency),
        "self_harm_lines": _lines(numbers.helplines.self_harm),
        "abuse_lines": _lines(numbers.helplines.abuse),
    }


def _lines(lines: list[Line]) -> str:
    return "\n".join(f"{line.name}: {line.number}" for line in lines)
