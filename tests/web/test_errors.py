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


@pytest.mark.parametrize(
    ("form", "page"),
    [
        (f"{OFFICE}/calendar/hold", f"{OFFICE}/calendar"),
        ("/playhouse/orders/x/cancel?token=secret", "/playhouse/orders/x?token=secret"),
    ],
)
async def test_who_looks_where_a_form_was_sent_to_is_led_to_its_page(
    api: Api, house: House, form: str, page: str
) -> None:
    answer = await api.guest().get(form, headers={"accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (302, page)


async def test_a_program_is_told_that_it_may_not(api: Api, house: House) -> None:
    answer = await api.guest().get(f"{OFFICE}/calendar/hold")

    assert answer.status_code == 405
