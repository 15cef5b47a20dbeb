"""The catalogue of permissions, and the modules of plans."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from houseful.accounts.permissions import (
    BUILT_IN_ROLES,
    MODULES,
    PERMISSIONS,
    check_permissions,
    modules_of,
)
from houseful.kernel.identity import Access
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid
from tests.api import Api

BOX_OFFICE = (
    "promoter.events.read",
    "seating.layouts.read",
    "ticketing.holds.create",
    "ticketing.orders.sell",
    "ticketing.orders.read",
    "ticketing.tickets.read",
    "payments.transactions.read",
)


def guards_of(app: Litestar) -> Iterator[tuple[str, str, str]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for guard in handler.guards or ():
                    yield route.path, getattr(guard, "permission", ""), getattr(guard, "module", "")


async def test_every_guard_asks_for_a_permission_and_a_module_that_exist(api: Api) -> None:
    guards = list(guards_of(api.app))

    assert len(guards) > 20
    assert [guard for guard in guards if guard[1] and guard[1] not in PERMISSIONS] == []
    assert [guard for guard in guards if guard[2] and guard[2] not in MODULES] == []


@pytest.mark.parametrize("role", BUILT_IN_ROLES)
def test_built_in_roles_grant_what_exists(role: str) -> None:
    check_permissions(permission for permission in BUILT_IN_ROLES[role] if permission != "*")


def test_staff_can_work_at_the_box_office_and_no_further() -> None:
    staff = Access(organization_id=new_id(), permissions=frozenset(BUILT_IN_ROLES["staff"]))

    assert [permission for permission in BOX_OFFICE if not staff.allows(permission)] == []
    assert not staff.allows("ticketing.refunds.create")
    assert not staff.allows("accounts.members.read")
    assert not staff.allows("ledger.entries.read")


@pytest.mark.parametrize(
    "permission", ["*", "venue", "venu.*", "venue.venues", "venue.venues.fly", "venue.venu*", ""]
)
def test_what_grants_nothing_is_refused(permission: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_permissions(["venue.venues.read", permission])

    assert refused.value.fields["errors"][0]["pointer"] == "/permissions/1"


@pytest.mark.parametrize("permission", ["venue.*", "venue.venues.*", "venue.venues.read"])
def test_permissions_and_wildcards_are_taken(permission: str) -> None:
    check_permissions([permission])


def test_the_venue_module_brings_finance_along() -> None:
    assert "finance" in modules_of("free", {"finance": False})
    assert "finance" not in modules_of("free", {"finance": False, "venue": False})


def test_overrides_add_to_the_plan_and_take_from_it() -> None:
    modules = modules_of("free", {"sessions": True, "promoter": False})

    assert "sessions" in modules
    assert "promoter" not in modules
