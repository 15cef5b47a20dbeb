"""What goes wrong, as people see it."""

import re

import httpx
import pytest

from houseful.web.office import house as house_page
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.hire.test_paper_pages import OFFICE, Visitor


async def test_what_breaks_has_the_number_that_is_in_the_log(
    api: Api, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("nobody expected this")

    visitor = Visitor(api.guest())
    await visitor.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    monkeypatch.setattr(house_page, "currencies_in_use", break_down)

    answer: httpx.Response = await visitor.client.get(
        f"{OFFICE}/house", headers={"accept": "text/html"}
    )

    number = answer.headers["x-request-id"]
    assert answer.status_code == 500
    assert re.search(rf"tell us this number:\s*<code>{number}</code>", answer.text)
    assert "nobody expected this" not in answer.text


async def test_a_sign_up_says_what_an_address_may_be(api: Api) -> None:
    guest = Visitor(api.guest())

    told = await guest.send(
        "/sign-up",
        "/sign-up",
        organizationName="New House",
        slug="New House!",
        currency="EUR",
        timezone="Europe/Vienna",
        name="Nora",
        email="nora@example.org",
        password="a long enough one",
    )

    assert "Use lower-case letters, digits and hyphens." in told.text
    assert "regex" not in told.text
