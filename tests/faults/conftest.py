"""A house of its own for each test of power cuts."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.houses import ServedHouse


@pytest.fixture
def house() -> Iterator[ServedHouse]:
    """A house of its own, served."""
    directory = Path(tempfile.mkdtemp(prefix="houseful-faults-"))
    directory.chmod(0o755)
    house = ServedHouse(directory)
    house.server.start()
    try:
        yield house
    finally:
        house.server.stop()
        shutil.rmtree(directory, ignore_errors=True)
