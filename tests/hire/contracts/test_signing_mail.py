"""Who is to sign gets a link by mail that opens the page; one that was replaced is not sent."""

import re

from houseful.hire.contracts.sending import remind_signers, resend_link
from houseful.hire.contracts.signing import open_link
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import Worker
from houseful.messaging import subscribers
from tests.builders.accounts import House
from tests.builders.hire_papers import SECRET, a_contract
from tests.builders.messaging import a_mailbox, a_mailroom

assert subscribers


async def test_each_signer_is_mailed_their_own_link_and_reminded(
    database: Database, house: House
) -> None:
    async def send(uow: UnitOfWork) -> None:
        contract = await a_contract(uow, in_state="sent")
        await resend_link(uow, contract.id, contract.signers[0].id)
        await remind_signers(uow, contract.id)

    with a_mailbox() as mailbox:
        database.provide(a_mailroom(mailbox.url))
        await database.run(house.organization_id, send)
        await Worker(database).drain()
        sent = [
            (str(message["to"]), str(message["subject"]), message.get_body(("plain",)))
            for message in mailbox.messages
            if "sign" in str(message["subject"])
        ]

    subjects = sorted((to, subject) for to, subject, _ in sent)
    assert subjects == [
        ("olive@example.org", "Please sign: Hire of the hall"),
        ("olive@example.org", "Still to be signed: Hire of the hall"),
        ("paula@example.org", "Please sign: Hire of the hall"),
        ("paula@example.org", "Still to be signed: Hire of the hall"),
    ]
    for _, _, body in sent:
        assert body is not None
        link = re.search(r"/sign/playhouse/([0-9a-f-]{36})/(\S+)", body.get_content())
        assert link is not None
        desk = await database.run(house.organization_id, open_link, SECRET, link[1], link[2])
        assert desk.is_open
