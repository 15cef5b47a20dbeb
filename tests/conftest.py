"""Every test has a real PostgreSQL: one cluster a run, one migrated template, clones of it."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import psycopg
import pytest
from filelock import FileLock

from houseful.accounts.passwords import hash_fast_for_tests
from houseful.app import let_rooms_listen
from houseful.kernel import embedded
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.logs import configure_logs
from houseful.kernel.migrating import APP_ROLE
from houseful.kernel.schema import migrate, prepare_roles
from houseful.kernel.settings import Settings
from tests.api import Api, open_api
from tests.builders.accounts import House, a_house
from tests.server import Server, running_server

APP_PASSWORD = "tests"
TEMPLATE = "template_houseful"
MEMORY_MIN_BYTES = 4 * 1024**3

let_rooms_listen()
hash_fast_for_tests()
hypothesis.settings.register_profile(
    "houseful",
    deadline=None,  # a loaded machine is slow, not wrong
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("houseful")
gc.freeze()  # what was imported stays: looking through it for garbage took a tenth of the run
gc.set_threshold(20_000, 20, 50)
configure_logs(Settings(environment="test", log_level="error"))


class TestCluster:
    """The run's cluster; makes a database from the template, and drops it."""

    __test__ = False

    def __init__(self, cluster: embedded.Cluster) -> None:
        self.cluster = cluster

    def maintenance(self) -> "psycopg.Connection[tuple[object, ...]]":
        """Connect as the superuser, outside of any test's database."""
        return psycopg.connect(
            self.cluster.url(self.cluster.superuser, "postgres"), autocommit=True
        )

    def owner_url(self, database: str) -> str:
        """The superuser's URL of a test's database."""
        return self.cluster.url(self.cluster.superuser, database)

    def app_url(self, database: str) -> str:
        """The application's URL of a test's database."""
        return self.cluster.url(APP_ROLE, database, APP_PASSWORD)

    def clone(self) -> str:
        """Make a database like the template, in milliseconds; return its name."""
        name = f"test_{uuid4().hex}"
        with self.maintenance() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Drop a test's database, whoever is still connected."""
        with self.maintenance() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def test_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """Start one cluster for all workers of this run, migrate its template once, stop it last."""
    root = _fastest_directory() / f"houseful-tests-{_run_id()}"
    root.mkdir(exist_ok=True, mode=0o755)
    with FileLock(root / "lock"):
        cluster = embedded.start(root / "postgres", durable=False)
        if not (root / "ready").exists():
            _make_template(TestCluster(cluster))
            (root / "ready").touch()
        (root / f"user-{os.getpid()}").touch()
    yield TestCluster(cluster)
    with FileLock(root / "lock"):
        (root / f"user-{os.getpid()}").unlink()
        if not any(root.glob("user-*")):
            embedded.stop(root / "postgres", mode="immediate")
            shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def database_name(test_cluster: TestCluster) -> Iterator[str]:
    """A fresh database of this test's own."""
    name = test_cluster.clone()
    yield name
    test_cluster.drop(name)


@pytest.fixture
def clock() -> TravelClock:
    """The clock that the test may move."""
    return TravelClock()


@pytest.fixture
async def database(
    test_cluster: TestCluster, database_name: str, clock: TravelClock
) -> AsyncIterator[Database]:
    """The application's way into this test's database."""
    database = Database(test_cluster.app_url(database_name), clock=clock)
    yield database
    await database.close()


@pytest.fixture
def settings() -> Settings:
    """Settings of a test's application."""
    return Settings(environment="test", secret="tests-" * 8)


def _fastest_directory() -> Path:
    """Return where a clone is quickest: in memory, where there is enough of it.

    A clone is hundreds of small files: a tenth of the time of the same clone on a disk.
    """
    memory = Path("/dev/shm")
    is_usable = memory.is_dir() and os.access(memory, os.W_OK)
    if is_usable and shutil.disk_usage(memory).free > MEMORY_MIN_BYTES:
        return memory
    return Path(tempfile.gettempdir())


def _run_id() -> str:
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))


def _make_template(cluster: TestCluster) -> None:
    with cluster.maintenance() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    prepare_roles(cluster.owner_url(TEMPLATE), app_password=APP_PASSWORD)
    migrate(cluster.owner_url(TEMPLATE))


@pytest.fixture
async def house(database: Database) -> House:
    """An organisation with a member for each built-in role."""
    return await a_house(database)


@pytest.fixture
async def other_house(database: Database) -> House:
    """A second tenant."""
    return await a_house(database, "rival")


@pytest.fixture
async def api(settings: Settings, database: Database, house: House) -> AsyncGenerator[Api, None]:
    """The application, as a client of its API sees it."""
    async with open_api(settings, database, house) as api:
        yield api


@pytest.fixture
def server(test_cluster: TestCluster, database_name: str, tmp_path: Path) -> Iterator[Server]:
    """A real server on this test's database."""
    with running_server(
        test_cluster.app_url(database_name), test_cluster.owner_url(database_name), tmp_path
    ) as server:
        yield server
