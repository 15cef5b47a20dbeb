"""The embedded PostgreSQL, by starting, sharing and killing real ones."""

import importlib.util
import multiprocessing
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from houseful.kernel import embedded
from houseful.kernel.embedded import cluster as clusters
from houseful.kernel.embedded import listening

PATIENCE_SECONDS = 20
SPAWN = multiprocessing.get_context("spawn")
SOURCE = Path(embedded.__file__).parents[3]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")

SMALL = {"shared_buffers": "16MB", "max_connections": "20"}
USE_UNTIL_INPUT_ENDS = """
import sys
from pathlib import Path
from houseful.kernel import embedded
with embedded.shared(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """Where a cluster may be made; whatever runs there at the end is stopped."""
    directory = tmp_path / "postgres"
    yield directory
    embedded.stop(directory, mode="immediate")


def query(cluster: embedded.Cluster, statement: str) -> object:
    """Run a statement as the superuser; return the first value, if there is one."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[arg-type]
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def postmaster(cluster: embedded.Cluster) -> int:
    """Return the process id of the cluster's server."""
    return int((cluster.data_directory / "postmaster.pid").read_text().split()[0])


def until(holds: Callable[[], object]) -> None:
    """Wait until it holds; the processes of others have no clock that could be set."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def another_user(directory: Path) -> Generator["subprocess.Popen[str]"]:
    """A process that shares the cluster until its input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", USE_UNTIL_INPUT_ENDS, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in\n"
        try:
            yield process
        finally:
            process.kill()


def start_and_report(directory: Path, answers: "multiprocessing.Queue[int]") -> None:
    """Start or join the cluster, and say which server answered."""
    answers.put(postmaster(embedded.start(directory, durable=False, settings=SMALL)))


def start_and_stop_as(uid: int, gid: int, directory: Path) -> None:
    """Become that user for good, then do what every user does."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    cluster = embedded.start(directory, durable=False, settings=SMALL)
    assert embedded.running(directory) == cluster
    assert query(cluster, "SELECT 1") == 1
    embedded.stop(directory)


def test_a_cluster_is_made_joined_stopped_and_started_with_its_data(directory: Path) -> None:
    began = time.monotonic()
    cluster = embedded.start(directory)
    assert time.monotonic() - began < PATIENCE_SECONDS
    query(cluster, "CREATE TABLE kept AS SELECT 7 AS n")

    assert embedded.start(directory) == embedded.running(directory) == cluster
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert query(cluster, f"SHOW {name}") == "on"
    assert query(cluster, "SHOW listen_addresses") == ""
    assert query(cluster, "SHOW timezone") == "UTC"
    assert (
        query(
            cluster,
            "SELECT datlocprovider::text || datlocale || pg_encoding_to_char(encoding)"
            " FROM pg_database WHERE datname = 'template0'",
        )
        == "bC.UTF-8UTF8"
    )

    embedded.stop(directory)
    assert embedded.running(directory) is None
    with pytest.raises(psycopg.OperationalError):
        query(cluster, "SELECT 1")
    assert query(embedded.start(directory), "SELECT n FROM kept") == 7


def test_nobody_enters_without_the_password(directory: Path) -> None:
    cluster = embedded.start(directory, durable=False, settings=SMALL)

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.url("postgres", "postgres", "wrong"))
    assert stat.S_IMODE((directory / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(cluster.host).stat().st_mode) == 0o700
    assert cluster.superuser_password not in repr(cluster)


def test_a_durable_cluster_cannot_be_made_less_so(directory: Path) -> None:
    cluster = embedded.start(directory, settings={**SMALL, "fsync": "off"})
    assert query(cluster, "SHOW fsync") == "on"

    embedded.stop(directory)
    embedded.start(directory, durable=False, settings=SMALL)
    with pytest.raises(embedded.EmbeddedError, match="without durability"):
        embedded.start(directory)


def test_two_starters_at_the_same_moment_get_one_server(directory: Path) -> None:
    answers: multiprocessing.Queue[int] = SPAWN.Queue()
    starters = [SPAWN.Process(target=start_and_report, args=(directory, answers)) for _ in range(2)]
    for starter in starters:
        starter.start()

    assert answers.get(timeout=PATIENCE_SECONDS) == answers.get(timeout=PATIENCE_SECONDS)
    for starter in starters:
        starter.join()


def test_what_was_committed_survives_kill_9_of_the_server(directory: Path) -> None:
    cluster = embedded.start(directory, settings=SMALL)
    query(cluster, "CREATE TABLE kept AS SELECT 7 AS n")
    with psycopg.connect(cluster.url("postgres", "postgres")):
        os.kill(postmaster(cluster), signal.SIGKILL)
        until(lambda: embedded.running(directory) is None)

        again = embedded.start(directory, settings=SMALL)

    assert query(again, "SELECT n FROM kept") == 7


def test_a_stale_note_whose_process_id_somebody_else_has_is_no_obstacle(directory: Path) -> None:
    cluster = embedded.start(directory, settings=SMALL)
    note = (cluster.data_directory / "postmaster.pid").read_text().splitlines()
    os.kill(postmaster(cluster), signal.SIGKILL)
    until(lambda: embedded.running(directory) is None)
    (cluster.data_directory / "postmaster.pid").write_text("\n".join([str(os.getpid()), *note[1:]]))
    (Path(cluster.host) / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")

    assert embedded.running(directory) is None
    assert query(embedded.start(directory, settings=SMALL), "SELECT 1") == 1


def test_what_was_interrupted_while_it_was_made_is_made_again(directory: Path) -> None:
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "PG_VERSION").write_text("18\n")
    (directory / "password").write_text("")

    assert query(embedded.start(directory, durable=False, settings=SMALL), "SELECT 1") == 1


def test_files_of_somebody_else_are_left_alone(directory: Path) -> None:
    (directory / "data").mkdir(parents=True)
    (directory / "data" / "novel.txt").write_text("Chapter one")

    with pytest.raises(embedded.EmbeddedError, match="holds files, but no database"):
        embedded.start(directory, durable=False)

    assert (directory / "data" / "novel.txt").read_text() == "Chapter one"


def test_a_server_that_cannot_start_says_why(directory: Path) -> None:
    with pytest.raises(embedded.EmbeddedError, match="nonsense"):
        embedded.start(directory, durable=False, settings={"nonsense": "1"})


@pytest.mark.parametrize(
    "name", ["with space", 'it\'s "quoted", $HOME & `id`', "deep/" + "x" * 90 + "/cluster"]
)
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    cluster = embedded.start(tmp_path / name, durable=False, settings=SMALL)
    try:
        assert query(cluster, "SELECT 1") == 1
        assert len(os.fsencode(cluster.host)) < 100
        version = subprocess.run(
            [embedded.binaries() / "psql", cluster.url("postgres", "postgres"), "-Atc", "SELECT 2"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert version.stdout == "2\n"
    finally:
        embedded.stop(tmp_path / name, mode="immediate")
    assert Path(cluster.host).is_relative_to(tmp_path) or not Path(cluster.host).exists()


def test_without_sockets_it_listens_on_a_port_of_this_machine_only(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_takes_sockets", lambda _: False)

    cluster = embedded.start(directory, durable=False, settings=SMALL)

    assert cluster.host == "127.0.0.1"
    assert query(cluster, "SHOW listen_addresses") == "127.0.0.1"
    monkeypatch.undo()
    assert embedded.start(directory, durable=False) == cluster


def test_the_last_user_turns_off_the_light_even_when_one_was_killed(directory: Path) -> None:
    with another_user(directory) as killed, another_user(directory) as last:
        cluster = embedded.running(directory)
        assert cluster is not None
        with embedded.shared(directory) as joined:
            assert joined == cluster
        assert embedded.running(directory) == cluster

        killed.kill()
        killed.wait()
        assert last.stdin is not None
        last.stdin.close()
        last.wait()

    assert embedded.running(directory) is None
    assert list((directory / "users").iterdir()) == []


def test_who_comes_while_the_last_user_leaves_finds_a_server(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = embedded.start

    def start_as_another_leaves(where: Path) -> embedded.Cluster:
        cluster = start(where)
        leaving.__exit__(None, None, None)
        return cluster

    leaving = embedded.shared(directory)
    leaving.__enter__()
    monkeypatch.setattr(clusters, "start", start_as_another_leaves)

    with embedded.shared(directory) as cluster:
        assert query(cluster, "SELECT 1") == 1


def test_a_server_that_is_killed_while_it_is_used_comes_back(directory: Path) -> None:
    with another_user(directory), embedded.shared(directory) as cluster:
        query(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
        killed = postmaster(cluster)

        os.kill(killed, signal.SIGKILL)

        until(lambda: embedded.running(directory) and postmaster(cluster) != killed)
        assert embedded.running(directory) == cluster
        assert query(cluster, "SELECT answer FROM kept") == 42


def test_a_server_that_is_stopped_stays_so(directory: Path) -> None:
    with embedded.shared(directory):
        embedded.stop(directory)

        clusters._revive(directory)

        assert embedded.running(directory) is None


def test_a_server_that_comes_back_listens_where_it_did(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_takes_sockets", lambda _: False)
    with embedded.shared(directory) as cluster:
        killed = postmaster(cluster)

        os.kill(killed, signal.SIGKILL)

        until(lambda: embedded.running(directory) and postmaster(cluster) != killed)
        assert embedded.running(directory) == cluster


def test_ctrl_c_reaches_the_user_and_not_the_server(directory: Path) -> None:
    with another_user(directory) as process, another_user(directory):
        cluster = embedded.running(directory)
        assert cluster is not None
        os.killpg(process.pid, signal.SIGINT)
        process.wait()

        assert query(cluster, "SELECT 1") == 1
    until(lambda: not any(clusters._is_used(user) for user in (directory / "users").iterdir()))


def test_without_the_wheel_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.binaries.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(embedded.EmbeddedError, match=r"houseful\[embedded\]"):
        embedded.binaries()


@as_root
def test_root_becomes_nobody_where_nobody_can_go() -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        directory = Path(parent) / "postgres"
        cluster = embedded.start(directory, durable=False, settings=SMALL)
        try:
            is_nobody = cluster.data_directory.stat().st_uid == pwd.getpwnam("nobody").pw_uid
            assert is_nobody or not _nobody_reaches(embedded.binaries())
            assert (directory / "password").stat().st_uid == 0
        finally:
            embedded.stop(directory, mode="immediate")


@as_root
def test_root_makes_a_namespace_below_a_closed_directory(tmp_path: Path) -> None:
    closed = tmp_path / "closed to others"
    closed.mkdir(mode=0o700)
    directory = closed / "postgres"
    if subprocess.run(["unshare", "--user", "true"], check=False).returncode != 0:
        pytest.skip("no user namespaces here")

    cluster = embedded.start(directory, durable=False, settings=SMALL)
    try:
        assert query(cluster, "SELECT 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert cluster.data_directory.stat().st_uid == 0
    finally:
        embedded.stop(directory, mode="immediate")


@as_root
def test_an_ordinary_user_needs_nothing_of_that() -> None:
    if not _nobody_reaches(embedded.binaries()):
        pytest.skip("the binaries lie where an ordinary user cannot go")
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as parent:
        os.chown(parent, nobody.pw_uid, nobody.pw_gid)
        ordinary = multiprocessing.get_context("fork").Process(
            target=start_and_stop_as, args=(nobody.pw_uid, nobody.pw_gid, Path(parent) / "postgres")
        )
        ordinary.start()
        ordinary.join()

        assert ordinary.exitcode == 0
        owners = {path.lstat().st_uid for path in (Path(parent) / "postgres").rglob("*")}
        assert owners == {nobody.pw_uid}


@as_root
def test_a_cluster_of_an_ordinary_user_is_run_as_them_and_kept_theirs() -> None:
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        directory = Path(parent) / "postgres"
        directory.mkdir(mode=0o700)
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)

        embedded.start(directory, durable=False, settings=SMALL)
        embedded.stop(directory)

        strangers = [path for path in directory.rglob("*") if path.stat().st_uid == 0]
        assert strangers == [] or not _nobody_reaches(embedded.binaries())


def _nobody_reaches(place: Path) -> bool:
    return all(above.stat().st_mode & 0o001 for above in (place, *place.parents))
