"""Whom PostgreSQL runs as, since it refuses root, and who owns what of the cluster's."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """Whom PostgreSQL runs as: another user, the same in a namespace of its own, or just us."""

    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()


def account_for(directory: Path, binaries: Path) -> Account:
    """Return an account that PostgreSQL accepts and that reaches the cluster and the binaries.

    Files that belong to somebody already are used as them. A namespace is the second choice: the
    server is not root in it, but still has root's way with root's files.
    """
    if os.geteuid() != 0:
        return Account()
    owned = next((p for p in (directory / "data", directory) if p.exists()), directory).stat()
    uid, gid = (owned.st_uid, owned.st_gid) if owned.st_uid else unprivileged()
    if owned.st_uid == 0:
        directory.chmod(directory.stat().st_mode | 0o011)  # to pass, not to look
    within = ("unshare", "--user", f"--map-user={unprivileged()[0]}")
    for account in (Account(uid, gid), Account(prefix=within)):
        if account.prefix and shutil.which(account.prefix[0]) is None:
            continue
        enter = ["/bin/sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(directory)]
        if run_as(account, account.prefix, enter, [str(binaries / "postgres")]).returncode == 0:
            return account
    raise EmbeddedError(
        f"PostgreSQL does not run as root, and here neither the account nobody can reach "
        f"{directory} and {binaries}, nor can a user namespace be made: run houseful as an "
        "ordinary user, install it where others may enter, or set HOUSEFUL_DATABASE_URL."
    )


def unprivileged() -> tuple[int, int]:
    """Return user and group of `nobody`; PostgreSQL wants an account that has a name."""
    try:
        found = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no account nobody: run houseful as an "
            "ordinary user, or set HOUSEFUL_DATABASE_URL."
        ) from error
    return found.pw_uid, found.pw_gid


def give(path: Path, account: Account) -> None:
    """Let the account own what is PostgreSQL's; only root can, and only root needs to."""
    if os.geteuid() != 0:
        return
    uid, gid = account.uid or 0, account.gid or 0
    is_given = path.lstat().st_uid == uid
    for place in (*(path.glob("*") if is_given else path.rglob("*")), path):  # itself last
        if place.lstat().st_uid != uid:
            os.chown(place, uid, gid, follow_symlinks=False)


def run_as(account: Account, *command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, out of reach of the terminal's Ctrl-C."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        [word for words in command for word in words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**inherited, "LC_ALL": "C"},
        start_new_session=True,
        user=account.uid,
        group=account.gid,
        extra_groups=None if account.uid is None else [],
        cwd="/",
        check=False,
    )


def keep_owner(directory: Path, *paths: Path) -> None:
    """Let the directory's owner still use what root makes in it."""
    if os.geteuid() == 0:
        found = directory.stat()
        for path in paths:
            os.chown(path, found.st_uid, found.st_gid)
