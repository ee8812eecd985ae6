"""What may be kept is made once; what may not is passed on as it comes, and nobody waits for its end."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from portal.web.answer_cache import AnswerCache


class Asked:
    """One request: what came of the answer so far."""

    def __init__(self, cache: AnswerCache, method: str = "GET", path: str = "/a") -> None:
        self.messages = list[Message]()
        scope = {"type": "http", "method": method, "path": path, "scheme": "http", "query_string": b"", "headers": []}
        self.task = asyncio.create_task(cache(scope, self._receive, self._send))

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    async def _receive(self) -> Message:
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.messages.append(message)


class Slow:
    """An application that sends one half, and the other when the door is opened."""

    def __init__(self, cache_control: str) -> None:
        self.door = asyncio.Event()
        self.made = 0
        self.cache = AnswerCache(self._answer, language_of=lambda _: "zh")
        self._headers = [(b"content-type", b"text/csv"), (b"cache-control", cache_control.encode())]

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.made += 1
        await send({"type": "http.response.start", "status": 200, "headers": list(self._headers)})
        await send({"type": "http.response.body", "body": b"one,", "more_body": True})
        await self.door.wait()
        await send({"type": "http.response.body", "body": b"two"})


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_what_may_not_be_kept_is_sent_as_it_comes() -> None:
    async def run() -> None:
        house = Slow("no-store")
        first, second, head = (Asked(house.cache, method) for method in ("GET", "GET", "HEAD"))
        await settle()
        assert (first.body, second.body, house.made) == (b"one,", b"one,", 3)
        assert head.messages[0]["status"] == 200
        house.door.set()
        await asyncio.gather(first.task, second.task, head.task)
        assert (first.body, second.body, head.body) == (b"one,two", b"one,two", b"")
        assert not house.cache._kept

    asyncio.run(run())


def test_what_may_be_kept_is_made_once_and_sent_whole() -> None:
    async def run() -> None:
        house = Slow("public, max-age=60")
        asked = [Asked(house.cache) for _ in range(3)]
        await settle()
        assert ([one.body for one in asked], house.made) == ([b""] * 3, 1)
        house.door.set()
        await asyncio.gather(*(one.task for one in asked))
        later = Asked(house.cache)
        await later.task
        assert ([one.body for one in [*asked, later]], house.made) == ([b"one,two"] * 4, 1)

    asyncio.run(run())
