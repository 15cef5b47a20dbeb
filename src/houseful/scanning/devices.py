"""Devices: added in the office, enrolled with a code that works once, put out of service at once.

Code and key are stored as hashes. A device's key begins with `hfd_`, so that it can be told from a
person's token, and found when somebody publishes it.
"""

import secrets
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from houseful import audit
from houseful.accounts import count_attempt
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.listing import Window, fetch_page
from houseful.kernel.ids import new_id
from houseful.kernel.origin import current_origin
from houseful.kernel.secrets import new_token, token_hash
from houseful.scanning.models import Device, ScanSession
from houseful.scanning.problems import DeviceRevoked, EnrolCodeInvalid
from houseful.scanning.schemas import DeviceChanges

KEY_PREFIX = "hfd_"
CODE_TTL = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)
TRIES_PER_ADDRESS = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_CHARACTERS = 12
_MISREAD = str.maketrans("OIL", "011", "- \t\r\n")


class EnrolmentCode(msgspec.Struct, frozen=True, kw_only=True):
    """The device, and the code that enrols it once; nobody can read it again."""

    device: Device
    code: str


class EnrolledDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device and its own key; nobody can read it again."""

    device: Device
    key: str


async def create_device(uow: UnitOfWork, name: str, *, device_id: UUID | None = None) -> Device:
    """Add a device; made again with the same id, it is the same one. Raises `AlreadyExists`."""
    known = await uow.session.get(Device, (uow.tenant, device_id)) if device_id else None
    if known is not None:
        return known
    device = Device(
        organization_id=uow.tenant, id=device_id or new_id(), name=name.strip(), status="invited"
    )
    return await audit.add_row(uow, device, "scanning.device.created")


async def rename_device(
    uow: UnitOfWork, device_id: UUID, expected_version: int, changes: DeviceChanges
) -> Device:
    """Give the device another name. Raises `AlreadyExists`."""
    return await audit.change_row(
        uow, Device, device_id, expected_version, changes, "scanning.device.renamed"
    )


async def make_enrolment_code(uow: UnitOfWork, device_id: UUID) -> EnrolmentCode:
    """Make the device's code, in place of one made before. Raises `DeviceRevoked`.

    A device that is enrolled keeps its key until another phone takes its place with the code.
    """
    device = await uow.get(Device, device_id, lock=True)
    if device.status == "revoked":
        raise DeviceRevoked("Add it again under another name.")
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARACTERS))
    device.enrol_hash = token_hash(code)
    device.enrol_until = uow.now + CODE_TTL
    await audit.record(uow, "scanning.device.invited", device)
    await uow.flush()
    return EnrolmentCode(device=device, code=f"{code[:4]}-{code[4:8]}-{code[8:]}")


async def enrol_device(database: Database, typed: str) -> EnrolledDevice:
    """Give the device whose code this is its key. Raises `EnrolCodeInvalid` and the 429 problem."""
    await database.run(None, _count_try)
    code_hash = token_hash(typed.upper().translate(_MISREAD))
    tenant = await database.run(None, _home_of_code, code_hash)
    if tenant is None:
        raise EnrolCodeInvalid
    return await database.run(tenant, _enrol, code_hash)


async def revoke_device(uow: UnitOfWork, device_id: UUID) -> Device:
    """Put the device out of service at once, for good; harmless when it is already."""
    device = await uow.get(Device, device_id, lock=True)
    if device.status != "revoked":
        device.status = "revoked"
        device.revoked_at = uow.now
        device.key_hash = device.enrol_hash = device.enrol_until = None
        await _end_sessions(uow, device_id)
        await audit.record(uow, "scanning.device.revoked", device)
        await uow.flush()
    return device


async def get_device(uow: UnitOfWork, device_id: UUID) -> Device:
    """Return the device. Raises `NotFound`."""
    return await uow.get(Device, device_id)


async def list_devices(
    uow: UnitOfWork, *, window: Window, status: str | None = None
) -> tuple[list[Device], str | None]:
    """Return one page of devices."""
    statement = select(Device).where(Device.organization_id == uow.tenant)
    if status is not None:
        statement = statement.where(Device.status == status)
    return await fetch_page(uow, statement, Device, window)


async def home_of_key(uow: UnitOfWork, key: str) -> UUID | None:
    """Return the organisation of the device with this key, or None."""
    return await _home(uow, token_hash(key), None)


async def device_of_key(uow: UnitOfWork, key: str) -> Device | None:
    """Return the organisation's device with this key, and note that it was seen."""
    device: Device | None = await uow.first(
        select(Device).where(
            Device.organization_id == uow.tenant,
            Device.key_hash == token_hash(key),
            Device.status == "enrolled",
        )
    )
    if device is not None and _is_news(uow, device):
        await _note_seen(uow, device)
    return device


def _is_news(uow: UnitOfWork, device: Device) -> bool:
    return device.last_seen_at is None or uow.now - device.last_seen_at >= SEEN_EVERY


async def _note_seen(uow: UnitOfWork, device: Device) -> None:
    """Write it past the version: being seen changes nothing that anybody edits."""
    await uow.execute(
        update(Device)
        .where(Device.organization_id == uow.tenant, Device.id == device.id)
        .values(last_seen_at=uow.now, updated_at=Device.updated_at)
        .execution_options(synchronize_session=False)
    )


async def _count_try(uow: UnitOfWork) -> None:
    await count_attempt(
        uow, f"device enrolment {current_origin.get().address}", limit=TRIES_PER_ADDRESS
    )


async def _home_of_code(uow: UnitOfWork, code_hash: bytes) -> UUID | None:
    return await _home(uow, None, code_hash)


async def _home(uow: UnitOfWork, key_hash: bytes | None, code_hash: bytes | None) -> UUID | None:
    found = await uow.execute(
        "SELECT organization_id FROM device_home(:key, :code)",
        {"key": key_hash, "code": code_hash},
    )
    return found.scalars().first()


async def _enrol(uow: UnitOfWork, code_hash: bytes) -> EnrolledDevice:
    device: Device | None = await uow.first(
        select(Device)
        .where(Device.organization_id == uow.tenant, Device.enrol_hash == code_hash)
        .with_for_update()
    )
    if device is None or device.enrol_until is None or device.enrol_until <= uow.now:
        raise EnrolCodeInvalid
    key = KEY_PREFIX + new_token()
    device.status = "enrolled"
    device.key_hash = token_hash(key)
    device.enrol_hash = device.enrol_until = None
    device.enrolled_at = device.last_seen_at = uow.now
    await audit.record(uow, "scanning.device.enrolled", device)
    await uow.flush()
    return EnrolledDevice(device=device, key=key)


async def _end_sessions(uow: UnitOfWork, device_id: UUID) -> None:
    await uow.execute(
        update(ScanSession)
        .where(
            ScanSession.organization_id == uow.tenant,
            ScanSession.device_id == device_id,
            ScanSession.ended_at.is_(None),
        )
        .values(ended_at=uow.now)
    )
