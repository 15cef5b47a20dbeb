"""Companies, people and places over HTTP."""

from typing import Any
from uuid import UUID

import pytest

from houseful.directory import load_cities, refer_to_company, refer_to_person
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api, problem_of
from tests.builders.accounts import House

COMPANIES = "/api/v1/directory/companies"
PEOPLE = "/api/v1/directory/people"
MAIL = {"kind": "email", "value": "booking@touring.example", "note": ""}


def _tag(answer: Any) -> dict[str, str]:
    return {"if-match": answer.headers["etag"]}


async def test_a_company_is_there_for_all_once(api: Api, other_house: House) -> None:
    owner = await api.as_("owner")
    rival = await api.as_("owner", other_house)

    made = await owner.post(COMPANIES, json={"name": "Touring Ltd", "contacts": [MAIL]})
    found = await rival.get(COMPANIES, params={"search": "tour"})
    read = await rival.get(made.headers["location"])

    assert made.status_code == 201, made.text
    assert [company["id"] for company in found.json()["items"]] == [made.json()["id"]]
    assert read.json() == made.json()
    assert read.json()["marketCompanyId"] >= 1
    assert read.json()["contacts"] == [MAIL]
    assert "referredBy" not in read.text
    assert "createdByOrganizationId" not in read.text


async def test_who_added_a_company_changes_it_until_somebody_else_deals_with_it(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    owner = await api.as_("owner")
    rival = await api.as_("owner", other_house)
    made = await owner.post(COMPANIES, json={"name": "Touring Ltd"})
    path = made.headers["location"]

    refused = await rival.patch(path, json={"name": "Mine"}, headers=_tag(made))
    changed = await owner.patch(path, json={"website": "https://x.example"}, headers=_tag(made))
    await database.run(other_house.organization_id, refer_to_company, UUID(made.json()["id"]))
    too_late = await owner.patch(path, json={"name": "New"}, headers=_tag(changed))

    assert problem_of(refused)["type"] == "urn:houseful:problem:party-shared"
    assert changed.json()["website"] == "https://x.example"
    assert too_late.status_code == 403
    assert (await owner.get(path)).json()["name"] == "Touring Ltd"


async def test_platform_staff_may_change_what_all_share(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    rival = await api.as_("owner", other_house)
    made = await rival.post(COMPANIES, json={"name": "Touring Ltd"})

    async def promote(uow: UnitOfWork) -> None:
        await uow.execute(
            "UPDATE users SET is_platform_staff = true WHERE email = :email",
            {"email": house.email("owner")},
        )

    await database.run(None, promote)
    staff = await api.as_("owner")

    changed = await staff.patch(
        made.headers["location"], json={"name": "Touring plc"}, headers=_tag(made)
    )

    assert changed.json()["name"] == "Touring plc"


async def test_only_who_deals_with_a_person_sees_how_to_reach_them(
    api: Api, database: Database, other_house: House
) -> None:
    owner = await api.as_("owner")
    rival = await api.as_("owner", other_house)
    made = await owner.post(PEOPLE, json={"name": "Ada Agent", "contacts": [MAIL]})
    path = made.headers["location"]

    before = await rival.get(path)
    listed = await rival.get(PEOPLE, params={"search": "ADA"})
    await database.run(other_house.organization_id, refer_to_person, UUID(made.json()["id"]))
    after = await rival.get(path)

    assert made.json()["contacts"] == [MAIL]
    assert before.json()["contacts"] is None
    assert "touring.example" not in before.text + listed.text
    assert after.json()["contacts"] == [MAIL]
    assert after.json()["version"] == made.json()["version"]


async def test_people_belong_to_companies_that_exist(api: Api) -> None:
    owner = await api.as_("owner")
    company = (await owner.post(COMPANIES, json={"name": "Touring Ltd"})).json()

    unknown = await owner.post(
        PEOPLE, json={"name": "A", "companyId": "00000000-0000-7000-8000-000000000000"}
    )
    made = await owner.post(PEOPLE, json={"name": "Ada", "companyId": company["id"]})
    left = await owner.patch(made.headers["location"], json={"companyId": None}, headers=_tag(made))
    listed = await owner.get(PEOPLE, params={"companyId": company["id"]})

    assert unknown.status_code == 404
    assert made.json()["companyId"] == company["id"]
    assert left.json()["companyId"] is None
    assert listed.json()["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"countryId": 999_999}, "/countryId"),
        ({"cityId": 1}, "/cityId"),
        ({"countryId": 250, "cityId": 2886242}, "/cityId"),
        ({"name": " "}, "/name"),
        ({"website": "javascript:alert(1)"}, "/website"),
        ({"contacts": [{"kind": "pigeon", "value": "x"}]}, "/contacts/0/kind"),
    ],
)
async def test_bad_input_says_where_and_makes_nothing(
    api: Api, database: Database, change: dict[str, Any], pointer: str
) -> None:
    await database.run(None, load_cities)
    owner = await api.as_("owner")

    answer = await owner.post(COMPANIES, json={"name": "Touring Ltd"} | change)

    assert answer.status_code == 422, answer.text
    assert problem_of(answer)["errors"][0]["pointer"] == pointer
    assert (await owner.get(COMPANIES)).json()["items"] == []


async def test_places_are_found(api: Api, database: Database) -> None:
    await database.run(None, load_cities)
    staff = await api.as_("staff")

    cities = await staff.get(
        "/api/v1/directory/cities", params={"search": "köl", "countryIso2": "DE"}
    )
    countries = await staff.get("/api/v1/directory/countries", params={"search": "fra"})

    assert cities.json()["items"][0]["id"] == 2886242
    assert cities.json()["items"][0]["countryName"] == "Germany"
    assert "FR" in [country["iso2"] for country in countries.json()["items"]]
