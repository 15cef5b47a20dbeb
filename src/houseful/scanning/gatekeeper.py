"""The gatekeeper of the whole application with devices: their keys prove them, people pass on."""

from uuid import UUID

from houseful.accounts import organization_of, public_access_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.http.gatekeeper import Gatekeeper
from houseful.kernel.identity import Access, Actor, Identity
from houseful.scanning.devices import KEY_PREFIX, device_of_key
from houseful.scanning.models import Device

PERMISSIONS = frozenset(
    {
        "scanning.scans.create",
        "scanning.scans.read",
        "scanning.gates.read",
        "promoter.events.read",
        "venue.gates.read",
    }
)
"""What a device may do: scan, and see where."""

ROLE = "device"
SCHEME = "bearer"

Admission = tuple[Identity, Access | None]


class DoorGatekeeper:
    """Admits devices by their keys, and asks the gatekeeper behind it about everybody else."""

    def __init__(self, database: Database, people: Gatekeeper) -> None:
        self._database = database
        self._people = people

    async def identify(self, authorization: str) -> Identity | None:
        """Return who the header proves; a device is somebody only in its organisation."""
        return await self._people.identify(authorization)

    async def admit(self, authorization: str, organization_id: UUID) -> Admission | None:
        """Return who the header proves, and what they may do in the organisation."""
        key = _device_key(authorization)
        if key is None:
            return await self._people.admit(authorization, organization_id)
        return await self._database.run(organization_id, admit_device, key)

    async def access(self, identity: Identity, organization_id: UUID) -> Access | None:
        """Return what the person may do in the organisation, or None."""
        return await self._people.access(identity, organization_id)

    async def public_access(self, organization: str) -> Access | None:
        """Return what a guest may do at the organisation, or None."""
        return await self._people.public_access(organization)


async def admit_device(uow: UnitOfWork, key: str) -> tuple[Identity, Access] | None:
    """Return the device of the key and what it may do here, or None."""
    device = await device_of_key(uow, key)
    if device is None:
        return None
    public = public_access_of(await organization_of(uow))
    access = Access(
        organization_id=public.organization_id,
        organization_status=public.organization_status,
        role=ROLE,
        permissions=PERMISSIONS,
        modules=public.modules,
    )
    return identity_of(device), access


def identity_of(device: Device) -> Identity:
    """Return the identity that a device's key proves."""
    return Identity(
        actor=Actor("device", device.id),
        name=device.name,
        organization_id=device.organization_id,
    )


def _device_key(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    key = token.strip()
    return key if scheme.lower() == SCHEME and key.startswith(KEY_PREFIX) else None
