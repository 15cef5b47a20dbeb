"""An organisation's ways with sessions: read, changed."""

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import VersionMismatch
from houseful.sessions.catalogue.models import SessionSettings
from houseful.sessions.catalogue.schemas import SettingsChanges


async def read_settings(uow: UnitOfWork) -> SessionSettings:
    """Return the organisation's settings: its own, or those that hold until it has some."""
    found = await uow.session.get(SessionSettings, (uow.tenant, uow.tenant))
    return found or default_settings(uow)


def default_settings(uow: UnitOfWork) -> SessionSettings:
    """Return the settings that hold until an organisation has its own."""
    return SessionSettings(
        organization_id=uow.tenant,
        id=uow.tenant,
        takes_guests=True,
        debtors_may_book=True,
        debt_limit_minor=10_000,
        debt_age_days=30,
        hold_minutes=15,
        offer_minutes=120,
        quiet_from=22,
        quiet_until=8,
        refund_second_above=50_000,
        version=0,
    )


async def update_settings(uow: UnitOfWork, version: int, data: SettingsChanges) -> SessionSettings:
    """Change the settings; the version of those that nobody has changed yet is 0."""
    settings = await read_settings(uow)
    if settings.version != version:
        raise VersionMismatch(current=settings.version)
    if version == 0:
        settings = SessionSettings(
            organization_id=uow.tenant,
            id=uow.tenant,
            **data.given(),
        )
        return await audit.add_row(uow, settings, "sessions.settings.created")
    return await audit.change_row(
        uow, SessionSettings, uow.tenant, version, data, "sessions.settings.updated"
    )
