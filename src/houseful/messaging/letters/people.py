"""Letters to the people of an organisation: links to a password, a welcome."""

from uuid import UUID

from houseful.accounts import described_member, reset_mail, user_by_id
from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification


async def write_password_link(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Send the link to a new password, or to the first one; nothing when it was used meanwhile."""
    mail = await reset_mail(uow, message.subject_id)
    if mail is None:
        return None
    desk = await sit_down(uow, mailroom, message)
    page = "/invitation" if message.kind == "invitation" else "/reset"
    return Written(
        letter=desk.letter(
            message.kind,
            {"email": mail.email},
            why=desk.labels.why_account,
            url=mailroom.url(f"{page}?token={mail.token}"),
            name=mail.name,
        )
    )


async def write_member_added(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell somebody who has an account that they belong to another organisation now."""
    member = await described_member(uow, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    return Written(
        letter=desk.letter(
            message.kind,
            {"email": member.email, "role": member.role.replace("_", " ")},
            why=desk.labels.why_account,
            url=desk.office_url,
            name=member.name,
        )
    )


async def write_organization_opened(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Welcome the first owner of a new organisation."""
    owner = await user_by_id(uow, UUID(message.details["owner_id"]))
    assert owner is not None
    desk = await sit_down(uow, mailroom, message)
    return Written(
        letter=desk.letter(
            message.kind,
            {"email": owner.email},
            why=desk.labels.why_account,
            url=desk.office_url,
            name=owner.name,
            facts=[
                (desk.labels.shop, [desk.head.home_url]),
                (desk.labels.office, [desk.office_url]),
            ],
        )
    )
