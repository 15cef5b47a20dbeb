"""The books: each entry leads to the page of what it is of."""

from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.hire_papers import a_deposit
from tests.builders.sessions import a_booking, a_customer, a_pass, a_session, a_wallet
from tests.builders.ticketing import a_paid_order, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor


async def test_entries_lead_to_what_they_are_of(api: Api, database: Database, house: House) -> None:
    async def make(uow: UnitOfWork) -> dict[str, str]:
        customer = await a_customer(uow)
        wallet = await a_wallet(uow, customer.id, 5000)
        session = await a_session(uow)
        await a_booking(uow, session.id, customer.id)
        await a_pass(uow, customer.id)
        return {
            "wallet": f"/wallets/{wallet.id}",
            "session booking": f"/sessions/{session.id}",
            "session pass": f"/session-customers/{customer.id}",
            "deposit": f"/deposits/{(await a_deposit(uow, in_state='paid')).id}",
        }

    paths = await database.run(house.organization_id, make)
    show = await database.run(house.organization_id, a_show)
    paths["order"] = f"/orders/{(await a_paid_order(database, show, 1)).id}"
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)

    page = await admin.read(f"{OFFICE}/ledger")

    for kind, path in paths.items():
        assert f'<a href="{OFFICE}{path}">{kind}</a>' in page
        await admin.read(f"{OFFICE}{path}")
