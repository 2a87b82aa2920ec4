"""The load: citizens who walk through their scripts over HTTP, and what each turn took."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

from benchmarks.script import Script, Step

ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What a variant replied: which question it asks, if any, and the payload of each button by its title."""

    question: str | None
    buttons: dict[str, str]


class Channel(Protocol):
    """How to talk to a variant."""

    url: str

    def request(self, sender: str, *, payload: str | None = None, text: str | None = None) -> dict[str, Any]:
        """The JSON body of one turn."""

    def start_payload(self) -> str:
        """The payload that begins a conversation."""

    def read(self, body: Any) -> Answer | None:
        """The reply; None where it is empty or of another form."""


@dataclass
class Round:
    """What one round measured. Latencies are in seconds."""

    seconds: float = 0.0
    load_cpu_seconds: float = 0.0
    server_cpu_seconds: float = 0.0
    buttons: list[float] = field(default_factory=list)
    typed: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    misunderstood: Counter[str] = field(default_factory=Counter)

    @property
    def turns(self) -> int:
        """Turns answered."""
        return len(self.buttons) + len(self.typed)

    @property
    def turns_per_second(self) -> float:
        """Turns answered, a second."""
        return self.turns / self.seconds


def percentile(latencies: list[float], share: float) -> float:
    """The latency that this share of the turns did not exceed, in milliseconds."""
    if len(latencies) < 2:
        return 1000 * sum(latencies)
    return 1000 * statistics.quantiles(latencies, n=100, method="inclusive")[round(100 * share) - 1]


def run_round(channel: Channel, scripts: Iterable[Script], citizens: int) -> Round:
    """Walk through all scripts with so many citizens at a time."""
    return asyncio.run(_run_round(channel, list(scripts), citizens))


async def _run_round(channel: Channel, scripts: list[Script], citizens: int) -> Round:
    result = Round()
    waiting = iter(scripts)
    connector = aiohttp.TCPConnector(limit=citizens)
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        began, cpu_began = time.perf_counter(), time.process_time()
        await asyncio.gather(*(_be_citizens(session, channel, waiting, result) for _ in range(citizens)))
        result.seconds = time.perf_counter() - began
        result.load_cpu_seconds = time.process_time() - cpu_began
    return result


async def _be_citizens(session: aiohttp.ClientSession, channel: Channel, waiting: Any, result: Round) -> None:
    for script in waiting:  # shared: each citizen takes the next script when done with one
        await _interview(session, channel, script, result)


async def _interview(session: aiohttp.ClientSession, channel: Channel, script: Script, result: Round) -> None:
    """One interview from the first question to the end, or to the first turn that failed."""
    sender = uuid4().hex
    start = channel.request(sender, payload=channel.start_payload())
    answer = await _turn(session, channel, start, Step(None, None, None, "consent"), result)
    for step in script.steps:
        if answer is None:
            return
        if step.typed:
            answer = await _turn(session, channel, channel.request(sender, text=step.text), step, result)
            if answer is None or answer.question == step.question:
                continue
            result.misunderstood[f"{step.asked}: {step.text}"] += 1
        if step.title not in answer.buttons:
            result.failures[f"{step.asked}: no button {step.title!r} beside {answer.question}"] += 1
            return
        payload = answer.buttons[step.title]
        pressed = Step(step.title, None, step.asked, step.question)
        answer = await _turn(session, channel, channel.request(sender, payload=payload), pressed, result)


async def _turn(
    session: aiohttp.ClientSession, channel: Channel, body: dict[str, Any], step: Step, result: Round
) -> Answer | None:
    """One turn; a failed one is counted and not timed, and gives None."""
    began = time.perf_counter()
    try:
        async with session.post(channel.url, json=body) as response:
            content = await response.read()
            status = response.status
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        result.failures[type(error).__name__] += 1
        return None
    took = time.perf_counter() - began
    answer = channel.read(json.loads(content)) if status == 200 else None
    if answer is None:
        result.failures[f"no answer (HTTP {status})"] += 1
        return None
    if answer.question != step.question and not step.typed:
        result.failures[f"after {step.asked}: asked {answer.question} instead of {step.question}"] += 1
        return None
    (result.typed if step.typed else result.buttons).append(took)
    return answer
