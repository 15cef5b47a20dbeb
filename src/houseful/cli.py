"""The command line: `houseful …`. Messages for people; no tracebacks for a user's mistakes."""

import asyncio
import atexit
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread
from typing import Any, NoReturn, TypeVar

import click
import uvloop
from asyncpg import PostgresError
from psycopg import Error as PsycopgError
from rich.console import Console
from sqlalchemy.exc import DBAPIError

from houseful import __version__
from houseful.kernel import embedded
from houseful.kernel.database import Database
from houseful.kernel.embedded import EmbeddedError
from houseful.kernel.logs import configure_logs
from houseful.kernel.problems import Problem
from houseful.kernel.runtime import (
    DatabaseUrls,
    cluster_directory,
    load_secret,
    open_database,
    prepare,
)
from houseful.kernel.schema import SchemaError
from houseful.kernel.settings import (
    SHARED_FIGURES,
    Settings,
    SettingsError,
    load_settings,
    require_free_port,
)

T = TypeVar("T")
console = Console(stderr=True, highlight=False)


def main() -> None:
    """Run the command line; mistakes end with a message and exit code 1."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what it has started is stopped
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (SettingsError, SchemaError, EmbeddedError, Problem) as error:
        _fail(str(error))
    except (PsycopgError, PostgresError, DBAPIError) as error:
        _fail(f"the database refuses: {getattr(error, 'orig', error)}")
    except OSError as error:
        _fail(f"the system refuses: {error}")


def _fail(message: str) -> NoReturn:
    console.print("[bold red]houseful:[/]", end=" ")
    console.print(message.strip(), markup=False)
    sys.exit(1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="houseful")
def cli() -> None:
    """Houseful: the platform that a venue runs on."""


@cli.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes.")
@click.option("--worker/--no-worker", default=True, help="Run the job worker beside the web.")
@click.option("--demo", is_flag=True, help="Load the demo house when the database is empty.")
def serve(workers: int | None, *, worker: bool, demo: bool) -> None:
    """Serve pages and API, with a built-in worker."""
    settings = load_settings()
    configure_logs(settings)
    require_free_port(settings)
    count = workers or settings.workers
    if count > 1:
        _share_figures()
    server = _load_beside(settings)
    with console.status("Starting the database…") as status, open_database(settings) as urls:
        status.update("Migrating…")
        prepare(settings, urls)
        serve_forever = server.result()
        if demo:
            status.update("Opening the demo house, once…")
        sign_ins = _apart(_load_demo, settings, urls) if demo else []
        status.stop()
        _greet(settings, sign_ins)
        serve_forever(settings, urls, workers=count, with_worker=worker)


@cli.command()
def worker() -> None:
    """Run a job worker without the web."""
    from houseful.server import work

    with _prepared() as (settings, urls, _):
        work(settings, urls)


@cli.command()
def migrate() -> None:
    """Bring the database's schema to this release."""
    with _prepared() as (_, _, revision):
        console.print(f"The schema is at revision {revision}.")


@cli.command()
def demo() -> None:
    """Load the demo house into an empty database, and print its sign-ins."""
    with _prepared() as (settings, urls, _):
        with console.status("Opening the demo house, once…"):
            sign_ins = _load_demo(settings, urls)
        _print_sign_ins(sign_ins)


@cli.command()
def doctor() -> None:
    """Check database, migrations, tenancy rules and invariants; exit code 1 when one is broken."""
    from houseful.doctor import examine

    with open_database(load_settings()) as urls:
        findings = _run(lambda database: examine(database, urls.owner), urls)
    for finding in findings:
        mark = "[green]✓[/]" if finding.is_fine else "[bold red]✗[/]"
        console.print(f"{mark} {finding.subject}: {finding.detail}")
    if not all(finding.is_fine for finding in findings):
        sys.exit(1)


@cli.command(name="dead-letters")
@click.argument("numbers", type=int, nargs=-1)
@click.option("--retry", is_flag=True, help="Put them back into the queue, for one more attempt.")
def dead_letters(numbers: tuple[int, ...], *, retry: bool) -> None:
    """Show deliveries that were given up (all, or those with these NUMBERS), or try them again."""
    from houseful.kernel.dead_letters import DeadLetter, retry_dead_letters
    from houseful.kernel.dead_letters import dead_letters as read

    async def act(database: Database) -> tuple[list[DeadLetter], list[int]]:
        letters = await database.run(None, read)
        chosen = [one for one in letters if not numbers or one.job_id in numbers]
        ids = [one.job_id for one in chosen]
        return chosen, await database.run(None, retry_dead_letters, ids) if retry else []

    with _prepared() as (_, urls, _):
        letters, retried = _run(act, urls)
    for letter in letters:
        click.echo(
            f"{letter.job_id}  {letter.given_up_at:%Y-%m-%d %H:%M}  {letter.kind} for "
            f"{letter.subscriber} (organisation {letter.organization_id})"
        )
    if missing := set(numbers) - {letter.job_id for letter in letters}:
        raise click.ClickException(f"No dead letter has the number {min(missing)}.")
    console.print(f"{len(retried)} will be tried again." if retry else f"{len(letters)} in all.")


@cli.command()
def shell() -> None:
    """Open a prompt with the database at hand: `await database.run(tenant, use_case, …)`."""
    from houseful.shell import open_shell

    with _prepared() as (_, urls, _):
        open_shell(urls)


@cli.command()
def stop() -> None:
    """Stop the embedded database, if it runs."""
    settings = load_settings()
    if settings.is_embedded:
        embedded.stop(cluster_directory(settings))


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from houseful.app import create_app

    app = create_app(Settings(environment="test", secret="-" * 32), Database("postgresql://"))
    click.echo(json.dumps(app.openapi_schema.to_schema(), indent=2))


@cli.command(name="create-admin")
@click.option("--email", prompt=True)
@click.option("--name", prompt=True)
@click.password_option()
def create_admin(email: str, name: str, password: str) -> None:
    """Create a platform administrator."""
    from houseful.accounts import create_platform_admin

    with _prepared() as (_, urls, _):
        _run(
            lambda database: database.run(
                None, create_platform_admin, email=email, name=name, password=password
            ),
            urls,
        )
    console.print(f"{email} may now administer the platform.")


@cli.group(name="import")
def import_group() -> None:
    """Bring in what other systems have."""


@import_group.command(name="seating")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", default="", help="The house's slug; not needed when there is one.")
@click.option("--name", default="", help="What the layout is called; else as in the file.")
@click.option("--publish", is_flag=True, help="Make it final at once, not a draft.")
@click.option("--check", is_flag=True, help="Only say what is in the file; store nothing.")
def import_seating(file: Path, organization: str, name: str, *, publish: bool, check: bool) -> None:
    """Import a seats.io chart or a pretix seating plan from FILE as a layout."""
    from houseful.bringing_in import describe, read_seating_file, store_seating

    read = asyncio.run(read_seating_file(file, console))
    click.echo("\n".join(describe(read)))
    if check:
        return
    with _prepared() as (_, urls, _):
        layout, house = _run(
            lambda database: store_seating(
                database, read, console, organization=organization, name=name, publish=publish
            ),
            urls,
        )
    click.echo(f"{house} has the layout {layout.name} now ({layout.status}, {layout.id}).")


def _share_figures() -> None:
    """Let several web processes keep their figures where whichever is asked finds all of them.

    The environment says so, before the library that counts is loaded.
    """
    if SHARED_FIGURES not in os.environ:
        directory = os.environ[SHARED_FIGURES] = mkdtemp(prefix="houseful-figures-")
        atexit.register(rmtree, directory, ignore_errors=True)


def _load_beside(settings: Settings) -> Future[Callable[..., None]]:
    """Load and build the server in a thread of its own, while the database starts."""

    loading = Future[Callable[..., None]]()

    def load() -> None:
        try:
            from houseful.server import build_ahead, serve

            build_ahead(settings)
            loading.set_result(serve)
        except BaseException as error:  # noqa: BLE001 (whoever waits for the server gets it)
            loading.set_exception(error)

    Thread(target=load, daemon=True).start()  # not waited for when the database refuses
    return loading


@contextmanager
def _prepared() -> Generator[tuple[Settings, DatabaseUrls, str]]:
    settings = load_settings()
    configure_logs(settings)
    with open_database(settings) as urls:
        yield settings, urls, prepare(settings, urls)


def _run(work: Callable[[Database], Coroutine[Any, Any, T]], urls: DatabaseUrls) -> T:
    async def with_database() -> T:
        database = Database(urls.app)
        try:
            return await work(database)
        finally:
            await database.close()

    return uvloop.run(with_database())


def _apart(work: Callable[..., T], *args: Any) -> T:
    """Do it in a process of its own, forked from this one.

    What it renders starts threads of the renderer's; the web processes that are forked from this
    one afterwards would take it for started, and wait for threads that they have not got.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("fork")) as pool:
        return pool.submit(work, *args).result()


def _load_demo(settings: Settings, urls: DatabaseUrls) -> list[tuple[str, str, str]]:
    from houseful.demo import load_demo

    secret = load_secret(settings)
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("fork")) as helper:
        helper.submit(gc.freeze).result()  # forked now, before there are any connections
        return _run(lambda database: load_demo(database, secret, helper=helper), urls)


def _greet(settings: Settings, sign_ins: list[tuple[str, str, str]]) -> None:
    console.print(f"\n[bold]Houseful[/] {__version__} is at [bold]{settings.base_url}[/]")
    _print_sign_ins(sign_ins)
    console.print("Ctrl-C ends it.\n")


def _print_sign_ins(sign_ins: list[tuple[str, str, str]]) -> None:
    for role, email, password in sign_ins:
        console.print(f"  {role.removesuffix('_only'):<10} {email:<28} {password}")
