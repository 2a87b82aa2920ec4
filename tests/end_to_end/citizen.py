"""A citizen who talks to the assistant through the chat API."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any


class ApiError(Exception):
    """An answer with an error: `status` and the error's `code`."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


def request(method: str, url: str, body: object = None, **headers: str) -> dict[str, Any]:
    """One request of the chat API; raises `ApiError`."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ApiError(error.code, json.load(error)["error"]["code"]) from None


class Citizen:
    """Keeps the conversation, its token and the latest messages."""

    def __init__(self, url: str, **start: str) -> None:
        started = request("POST", f"{url}/api/conversations", start)
        self.url = f"{url}/api/conversations/{started['conversation']}"
        self.token = started["token"]
        self.progress = started["progress"]
        self.messages = started["messages"]

    @classmethod
    def resumed(cls, url: str, conversation: str, token: str) -> Citizen:
        """The same citizen at another front end."""
        citizen = cls.__new__(cls)
        citizen.url, citizen.token = f"{url}/api/conversations/{conversation}", token
        resumed = citizen.resume()
        citizen.messages, citizen.progress = resumed["messages"], resumed["progress"]
        return citizen

    @property
    def question(self) -> str | None:
        """The question put last."""
        return next((m["question"] for m in reversed(self.messages) if "question" in m), None)

    @property
    def text(self) -> str:
        """Everything the assistant said in the latest turn."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def choices(self) -> dict[str, str]:
        """Title → id of the choices of the latest turn."""
        return {c["title"]: c["id"] for m in self.messages for c in m.get("choices", [])}

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The suggestions of the latest turn."""
        return [card for message in self.messages for card in message.get("cards", [])]

    def send(self, body: dict[str, str], key: str | None = None) -> list[dict[str, Any]]:
        """Send a text or a choice."""
        headers = {"Authorization": f"Bearer {self.token}", **({"Idempotency_Key": key} if key else {})}
        answer = request("POST", f"{self.url}/messages", body, **headers)
        self.messages, self.progress = answer["messages"], answer["progress"]
        return self.messages

    def type(self, text: str, key: str | None = None) -> list[dict[str, Any]]:
        """Type something."""
        return self.send({"text": text}, key)

    def choose(self, title: str) -> list[dict[str, Any]]:
        """Tap the choice with this title."""
        return self.send({"choice": self.choices[title]})

    def resume(self) -> dict[str, Any]:
        """Come back to the conversation."""
        return request("GET", self.url, Authorization=f"Bearer {self.token}")

    def insist(self, body: dict[str, str]) -> list[dict[str, Any]]:
        """Send with one key until it is answered, as the chat page does while a process is restarting."""
        key, deadline = uuid.uuid4().hex, time.monotonic() + 120
        while True:
            try:
                return self.send(body, key)
            except (ApiError, OSError) as error:  # noqa: PERF203 (it is a loop of attempts)
                if isinstance(error, ApiError) and error.status != 503:
                    raise
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def tap(self, number: int) -> list[dict[str, Any]]:
        """Tap the n-th choice (from 1) of the latest message."""
        return self.send({"choice": self.messages[-1]["choices"][number - 1]["id"]})
