"""Customers: the house's own notes on parties of the directory, and how their bookings went."""

from houseful.directory.schemas import NewCompany, NewPerson
from houseful.directory.service import create_company, create_person
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.hire import a_booking

CUSTOMERS = "/api/v1/customers"


async def test_an_overlay_notes_what_the_directory_does_not_say(
    api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[str, int]:
        company = await create_company(uow, NewCompany(name="Concerts Ltd"))
        for state in ("confirmed", "hold", "lost"):
            await a_booking(uow, in_state=state, company_id=company.id)
        return str(company.id), company.market_company_id

    company_id, number = await database.run(house.organization_id, prepare)
    admin = await api.as_("admin")
    body = {
        "companyId": company_id,
        "notes": "Pays late, tips well",
        "risk": "medium",
        "riskReason": "Two reminders last year",
        "preferredTerms": {"payment": "14 days"},
        "localContacts": [{"name": "Carla", "role": "Production", "phone": "+49 30 1"}],
        "relationshipNotes": [{"on": "2034-01-02", "text": "Met at the fair"}],
    }

    made = await admin.post(CUSTOMERS, json=body)
    twice = await admin.post(CUSTOMERS, json=body)
    changed = await admin.patch(
        made.headers["location"],
        json={"risk": "low", "riskReason": ""},
        headers={"if-match": made.headers["etag"]},
    )
    listed = await admin.get(CUSTOMERS, params={"risk": "low"})

    assert made.status_code == 201, made.text
    assert made.json()["name"] == "Concerts Ltd"
    assert (made.json()["marketCompanyId"], made.json()["marketPersonId"]) == (number, None)
    assert made.json()["performance"] == {
        "bookings": 3,
        "inquiries": 0,
        "holds": 1,
        "confirmed": 1,
        "completed": 0,
        "cancelled": 0,
        "lost": 1,
        "firstAt": "2035-05-01T18:00:00Z",
        "lastAt": "2035-05-01T22:00:00Z",
    }
    assert twice.status_code == 409
    assert changed.json()["risk"] == "low"
    assert [item["id"] for item in listed.json()["items"]] == [made.json()["id"]]


async def test_an_overlay_is_on_one_party(api: Api, database: Database, house: House) -> None:
    person = await database.run(house.organization_id, create_person, NewPerson(name="Sam Singer"))
    admin = await api.as_("admin")

    nobody = await admin.post(CUSTOMERS, json={})
    somebody = await admin.post(CUSTOMERS, json={"personId": str(person.id)})
    removed = await admin.delete(somebody.headers["location"])

    assert nobody.status_code == 422
    assert (somebody.status_code, removed.status_code) == (201, 204)


async def test_what_is_private_is_not_in_the_audit_log(
    api: Api, database: Database, house: House
) -> None:
    person = await database.run(house.organization_id, create_person, NewPerson(name="Sam Singer"))
    admin = await api.as_("admin")

    await admin.post(CUSTOMERS, json={"personId": str(person.id), "notes": "Allergic to nuts"})
    audit = await admin.get("/api/v1/audit", params={"resourceType": "customers"})

    assert len(audit.json()["items"]) == 1
    assert "nuts" not in audit.text
