"""Copies of what was read: one reading for a crowd, none older than said, and no more than said."""

import asyncio
from types import SimpleNamespace

import pytest

from houseful.kernel import copies as copies_module
from houseful.kernel.copies import Copies


class Source:
    """Says how often it was read; fails when told to."""

    def __init__(self) -> None:
        self.readings: list[str] = []
        self.fails = False

    async def read(self, key: str) -> str:
        self.readings.append(key)
        await asyncio.sleep(0)
        if self.fails:
            raise LookupError(key)
        return f"{key} {len(self.readings)}"


async def test_a_crowd_that_asks_at_once_waits_for_one_reading() -> None:
    source = Source()
    copies = Copies(source.read, at_most=10)

    answers = await asyncio.gather(*(copies.get("a") for _ in range(50)))

    assert set(answers) == {"a 1"}
    assert await copies.get("a") == "a 1"


async def test_a_copy_that_is_too_old_is_read_again() -> None:
    source = Source()
    copies = Copies(source.read, at_most=10, seconds=0.0)

    assert [await copies.get("a"), await copies.get("a")] == ["a 1", "a 2"]


async def test_a_copy_is_handed_out_until_it_is_as_old_as_it_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moments = iter([100.0, 100.0, 101.9, 102.0, 102.0])
    monkeypatch.setattr(copies_module, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    copies = Copies(Source().read, at_most=10, seconds=2.0)

    assert [await copies.get("a") for _ in range(3)] == ["a 1", "a 1", "a 2"]


async def test_what_is_forgotten_is_read_again() -> None:
    source = Source()
    copies = Copies(source.read, at_most=10, seconds=60.0)
    await copies.get("a")

    copies.forget("a")

    assert await copies.get("a") == "a 2"


async def test_what_was_used_longest_ago_goes_first() -> None:
    source = Source()
    copies = Copies(source.read, at_most=2)

    for key in ("a", "b", "a", "c", "a", "b"):
        await copies.get(key)

    assert source.readings == ["a", "b", "c", "b"]


async def test_a_reading_that_fails_is_not_kept() -> None:
    source = Source()
    source.fails = True
    copies = Copies(source.read, at_most=2)
    with pytest.raises(LookupError):
        await copies.get("a")

    source.fails = False

    assert await copies.get("a") == "a 2"
