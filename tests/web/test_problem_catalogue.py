"""The catalogue of problems: complete, and each type one thing."""

import re
from collections import Counter

from houseful.kernel.http.endpoints import PROBLEMS_PATH
from houseful.web.problem_catalogue import catalogue
from tests.api import Api


async def test_a_type_is_one_thing_and_says_what_it_means(api: Api) -> None:
    entries = [entry for chapter in catalogue() for entry in chapter.entries]

    assert [kind for kind, times in Counter(e.kind for e in entries).items() if times > 1] == []
    assert [entry.kind for entry in entries if not entry.meaning or not entry.title] == []


async def test_every_type_that_the_document_names_has_its_place_on_the_page(api: Api) -> None:
    guest = api.guest()
    document = await guest.get("/api/openapi.json")
    answer = await guest.get(PROBLEMS_PATH)

    named = set(re.findall(rf"\({PROBLEMS_PATH}#([a-z-]+)\)", document.text))
    assert answer.status_code == 200
    assert len(named) > 50
    assert {kind for kind in named if f'id="{kind}"' not in answer.text} == set()
