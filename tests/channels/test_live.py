from coproduction.channels.live import LiveConversation, LiveConversations
from coproduction.channels.transcript import Transcript


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def live(name):
    return LiveConversation(name, Transcript("hash", reference=name))


def test_of_too_many_conversations_the_one_used_longest_ago_goes():
    memory = LiveConversations(limit=2)
    memory.add(live("a"))
    memory.add(live("b"))
    memory.get("a")
    memory.add(live("c"))
    assert [name for name in "abc" if memory.get(name)] == ["a", "c"]


def test_an_idle_conversation_leaves_memory():
    clock = Clock()
    memory = LiveConversations(idle_seconds=60, clock=clock)
    memory.add(live("a"))
    clock.now = 61
    assert memory.get("a") is None


async def test_a_conversation_in_the_middle_of_a_turn_stays_in_memory():
    memory = LiveConversations(limit=1)
    speaking = memory.add(live("a"))
    async with speaking.lock:
        memory.add(live("b"))
        assert memory.get("a") is speaking
