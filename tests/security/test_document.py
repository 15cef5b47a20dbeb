"""The API keeps its document: no 5xx, no undocumented answer, whatever is sent."""

from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from houseful.kernel.database import Database
from tests.builders.accounts import PASSWORD, a_house
from tests.conftest import TestCluster
from tests.server import running_server

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES_PER_OPERATION = 12
OPERATIONS_MIN = 20
ORGANIZATION = "organization"
PARTS = 4
"""The operations are tried in parts: one test would take minutes when all others are done."""


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_operation_answers_as_documented(
    test_cluster: TestCluster, database: Database, database_name: str, tmp_path: Path, part: int
) -> None:
    house = await a_house(database)
    with running_server(
        test_cluster.app_url(database_name), test_cluster.owner_url(database_name), tmp_path
    ) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            signed_in = await client.post(
                "/api/v1/auth/sign-in",
                json={"email": house.email("owner"), "password": PASSWORD},
            )
        tokens = signed_in.json()
        headers = {
            "authorization": f"Bearer {tokens['accessToken']}",
            "x-org": str(house.organization_id),
        }
        schema = schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")
        operations = [result.ok() for result in schema.get_all_operations()]
        mine = operations[part::PARTS]
        failures = [
            failure for operation in mine if (failure := _try(operation, headers, shop=house.slug))
        ]

    assert len(operations) >= OPERATIONS_MIN
    assert failures == []


def _try(operation: APIOperation[Any, Any, Any, Any], headers: dict[str, str], *, shop: str) -> str:
    """Send generated requests to one operation; return what it did wrong, or an empty text.

    A shop is always named rightly: every operation answers a wrong one in the same way.
    """

    @settings(
        max_examples=EXAMPLES_PER_OPERATION,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Case) -> None:
        for named in (case.query, case.path_parameters):
            if named and ORGANIZATION in named:
                named[ORGANIZATION] = shop
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        given(case=operation.as_strategy())(attempt)()
    except Exception as failure:  # noqa: BLE001 (every failure is collected and shown)
        return f"{operation.label}: {failure}"
    return ""


pytestmark = pytest.mark.filterwarnings("ignore::Warning")
