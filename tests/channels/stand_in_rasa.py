"""A stand-in for Rasa: speaks the protocol of its `chat` channel over HTTP, with a short interview behind it.

It can answer slowly, refuse a turn, or break the connection before or after it processed a message.
"""

import asyncio
import json

from aiohttp import web
from aiohttp.test_utils import TestServer

CARDS = [
    {
        "id": "council:water",
        "title": "Water a street tree",
        "summary": "Young trees need two buckets in dry weeks.",
        "organisation": "Anyborough Tree Wardens",
        "link": "https://trees.example/water",
        "first_step": "Choose a tree in your street.",
        "effort": 1,
        "minutes": 20,
        "company": "1 2",
        "place": 2,
        "address": "",
        "starts_on": None,
        "ends_on": "2030-09-30",
        "reasons": ["You can do it on your own", "It is near where you live"],
        "unmet": [],
    },
    {
        "id": "council:hedgehog",
        "title": "Leave a gap for hedgehogs",
        "summary": "A hole of a hand's width under the fence is enough.",
        "organisation": "Wild Anyborough",
        "link": "javascript:alert(1)",
        "first_step": "",
        "effort": 0,
        "minutes": None,
        "company": "1",
        "place": 1,
        "address": "",
        "starts_on": None,
        "ends_on": None,
        "reasons": ["You can do it at home"],
        "unmet": ["It has nothing to do with bees"],
    },
]

QUESTIONS = {
    "consent": ("May we keep your answers?", [("Yes, keep my answers", 1), ("No, just chat with me", 2)]),
    "sector": ("Which of these matters most to you?", [("Community safety", 1), ("Local environment", 2)]),
    "env1": ("How often do you sort your rubbish?", [("Often", 3), ("Sometimes", 2), ("Never", 1)]),
    "topics": ("Is there anything you particularly care about?", [("Skip", 99)]),
    "match": ("Here are two small things.", []),
    "comment": ("Anything to tell the council?", [("Skip", 99)]),
}


class SteadyServer(TestServer):
    """A test server that, like the real ones, goes on with a request whose client has gone."""

    async def _make_runner(self, **options):
        return web.AppRunner(self.app, **{**options, "handler_cancellation": False})


class Interview:
    """One conversation, as Rasa's tracker would know it."""

    def __init__(self):
        self.events = []
        self.slots = {}
        self.asked = list(QUESTIONS)

    def set(self, name, value):
        self.slots[name] = value
        self.events.append({"event": "slot", "name": name, "value": value})

    def take(self, message):
        said = message.get("payload", message.get("text"))
        metadata = message.get("metadata", {})
        self.events.append({"event": "user", "text": said, "metadata": metadata, "timestamp": 0, "parse_data": {}})
        if "payload" not in message:
            return self._typed(said)
        name, entities = self._command(said)
        if name == "/start":
            for slot, value in entities.items():
                self.set(slot, value)
            greeting = {"text": f"Hello! I ask {entities['duration']}. Your code is {entities['reference']}."}
            return [greeting, self._question()]
        return self._answered(entities["code"])

    def _typed(self, text):
        question = self.asked[0] if self.asked else None
        if "why" in text.lower():
            return [{"text": "Because it helps. See https://help.example/why."}, self._question()]
        if question == "sector":
            return [
                {
                    "text": "Did you mean the environment?",
                    "question": "sector",
                    "proposal": 2,
                    "buttons": [self._button("Yes", 2), self._button("No", 1)],
                }
            ]
        return self._answered(text) if question else [{"text": "You said: " + text}]

    def _answered(self, code):
        if self.asked:
            self.set(self.asked.pop(0), code)
        return [{"text": "Thank you."}, self._question()] if self.asked else [{"text": "That is all. Goodbye!"}]

    def _question(self):
        name = self.asked[0]
        text, choices = QUESTIONS[name]
        message = {"text": text, "question": name, "buttons": [self._button(title, code) for title, code in choices]}
        if name == "match":
            message["cards"] = CARDS
            message["buttons"] = [
                self._button("I'll do this", 1, CARDS[0]["id"]),
                self._button("I'll do this", 1, CARDS[1]["id"]),
                self._button("Finish", 2),
            ]
        return message

    def _button(self, title, code, card=None):
        button = {"title": title, "payload": "/answer" + json.dumps({"code": code})}
        return button if card is None else {**button, "card": card}

    def _command(self, payload):
        name, _, entities = payload.partition("{")
        return name, json.loads("{" + entities)

    def remember(self, messages):
        for message in messages:
            custom = {name: message.get(name) for name in ("question", "proposal", "cards")}
            data = {"buttons": message.get("buttons"), "custom": custom, "elements": None}
            self.events.append({"event": "bot", "text": message["text"], "data": data, "metadata": {}, "timestamp": 0})


class StandInRasa:
    """The server. `mishaps` are played one a turn: refuse, drop_before, drop_after, gone, hold (until `release`)."""

    def __init__(self):
        self.interviews = {}
        self.erased = set()
        self.received = []
        self.mishaps = []
        self.held = asyncio.Event()
        self.release = asyncio.Event()
        app = web.Application()
        app.router.add_post("/webhooks/chat/webhook", self._turn)
        app.router.add_get("/webhooks/chat/conversations/{id}", self._tell)
        app.router.add_get("/", self._hello)
        self.server = SteadyServer(app)

    @property
    def url(self):
        return str(self.server.make_url("")).rstrip("/")

    @property
    def said(self):
        """What citizens said (starts left out), as it was processed."""
        bodies = [{name: message[name] for name in ("text", "payload") if name in message} for message in self.received]
        return [body for body in bodies if not body.get("payload", "").startswith("/start")]

    def load_events(self, conversation_id):
        """All events of a conversation once consent was given, as the store would have them."""
        interview = self.interviews.get(conversation_id)
        if interview is None or interview.slots.get("consent") != 1 or conversation_id in self.erased:
            return None
        return list(interview.events)

    def restart(self):
        """Forget what was in memory only."""
        self.interviews = {id: interview for id, interview in self.interviews.items() if self.load_events(id)}

    async def _tell(self, request):
        interview = self.interviews.get(request.match_info["id"])
        if interview is None or self.load_events(request.match_info["id"]) or request.match_info["id"] in self.erased:
            return web.json_response({"error": "unknown"}, status=404)
        return web.json_response({"start": 0, "events": interview.events, "refused_at": None})

    async def _hello(self, _request):
        return web.Response(text="Hello")

    async def _turn(self, request):
        message = await request.json()
        mishap = self.mishaps.pop(0) if self.mishaps else None
        if mishap == "refuse":
            return web.json_response({"error": {"code": "turn_failed"}}, status=503)
        if mishap == "gone":
            return web.json_response({"error": {"code": "not_found"}}, status=404)
        if mishap == "drop_before":
            request.transport.abort()
            return web.Response()
        if mishap == "hold":
            self.held.set()
            await self.release.wait()
        starts = message.get("payload", "").startswith("/start")
        if message["sender"] not in self.interviews and not starts and not self._bring_back(message):
            return web.json_response({"error": "unknown"}, status=404)
        answer = self._process(message)
        if mishap == "drop_after":
            request.transport.abort()
        return web.json_response(answer)

    def _bring_back(self, message):
        if "unstored" not in message:
            return False
        interview = self.interviews[message["sender"]] = Interview()
        for event in message["unstored"]["events"]:
            if event["event"] == "user":
                said = {"payload" if event["text"].startswith("/") else "text": event["text"]}
                interview.remember(interview.take({**said, "metadata": event["metadata"]}))
        return True

    def _process(self, message):
        self.received.append(message)
        interview = self.interviews.setdefault(message["sender"], Interview())
        known = len(interview.events)
        messages = interview.take(message)
        interview.remember(messages)
        answered = sum(name in interview.slots for name in ("sector", "env1", "topics", "comment"))
        reply = {"messages": messages, "progress": {"answered": answered, "total": 13}}
        if self.load_events(message["sender"]) is None:
            reply["unstored"] = {"start": known, "events": interview.events[known:], "refused_at": None}
        return reply
