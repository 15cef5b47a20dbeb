"""The mark of browser tabs is ours, and is where browsers look for it."""

import pytest

from tests.api import Api


@pytest.mark.parametrize("path", ["/favicon.svg", "/favicon.ico"])
async def test_browsers_find_the_mark(api: Api, path: str) -> None:
    answer = await api.guest().get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.text.startswith("<svg ")
    assert '<link rel="icon" href="/favicon.svg"' in (await api.guest().get("/")).text
