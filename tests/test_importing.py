"""`houseful import seating`: a plan from a file, with a report; nothing from any other file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from houseful import seating
from houseful.kernel.database import Database, UnitOfWork
from tests.builders.accounts import House
from tests.conftest import TestCluster
from tests.seating.test_importing import CHART, PLAN


@pytest.fixture
def importing(test_cluster: TestCluster, database_name: str, tmp_path: Path) -> Any:
    """Run the command on this test's database."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "houseful", "import", "seating", *arguments],
            env={
                **os.environ,
                "HOUSEFUL_ENVIRONMENT": "test",
                "HOUSEFUL_DATABASE_URL": test_cluster.app_url(database_name),
                "HOUSEFUL_DATABASE_OWNER_URL": test_cluster.owner_url(database_name),
                "HOUSEFUL_DATA_DIRECTORY": str(tmp_path / "data"),
                "HOUSEFUL_SECRET": "tests-" * 8,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def _file(directory: Path, content: Any) -> str:
    path = directory / "plan.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


async def _layouts(database: Database, house: House) -> list[tuple[str, str, int]]:
    async def read(uow: UnitOfWork) -> list[tuple[str, str, int]]:
        found = await uow.all(select(seating.Layout))
        return [(row.name, row.status, row.seat_count) for row in found]

    return await database.run(house.organization_id, read)


@pytest.mark.parametrize("plan", [CHART, PLAN], ids=["chart", "plan"])
async def test_a_plan_is_imported_and_told(
    importing: Any, database: Database, house: House, tmp_path: Path, plan: dict[str, Any]
) -> None:
    done = importing(_file(tmp_path, plan), "--name", "Big hall", "--publish")

    assert done.returncode == 0, done.stderr
    [(name, status, seats)] = await _layouts(database, house)
    assert (name, status) == ("Big hall", "published")
    assert f"{seats:,} seats" in done.stdout
    assert "Big hall" in done.stdout
    assert "Storing" in done.stderr


async def test_repairs_are_reported(
    importing: Any, database: Database, house: House, tmp_path: Path
) -> None:
    plan = json.loads(json.dumps(PLAN))
    seats = plan["zones"][0]["rows"][0]["seats"]
    seats[1]["seat_guid"] = seats[0]["seat_guid"]

    done = importing(_file(tmp_path, plan))

    assert done.returncode == 0, done.stderr
    assert "duplicate or missing id renamed: " in done.stdout
    [(_, status, _)] = await _layouts(database, house)
    assert status == "draft"


async def test_checking_stores_nothing(
    importing: Any, database: Database, house: House, tmp_path: Path
) -> None:
    done = importing(_file(tmp_path, CHART), "--check")

    assert done.returncode == 0, done.stderr
    assert "seats in" in done.stdout
    assert await _layouts(database, house) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("this is no JSON", "not JSON"),
        ({"rows": []}, "neither a seats.io chart"),
        ([1, 2], "JSON object"),
    ],
)
async def test_a_file_that_is_neither_is_refused_clearly(
    importing: Any, database: Database, house: House, tmp_path: Path, content: Any, told: str
) -> None:
    done = importing(_file(tmp_path, content))

    assert done.returncode == 1
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert await _layouts(database, house) == []


async def test_whose_plan_it_is_must_be_clear(
    importing: Any, house: House, other_house: House, tmp_path: Path
) -> None:
    file = _file(tmp_path, CHART)

    unsaid = importing(file)
    unknown = importing(file, "--organization", "nobody")
    said = importing(file, "--organization", other_house.slug)

    assert (unsaid.returncode, unknown.returncode, said.returncode) == (1, 1, 0), said.stderr
    assert house.slug in unsaid.stderr
    assert "no organisation nobody" in unknown.stderr


def test_a_missing_file_is_told(importing: Any) -> None:
    done = importing("nowhere.json")

    assert done.returncode == 2
    assert "does not exist" in done.stderr
