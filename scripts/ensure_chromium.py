"""Find a Chromium for the browser tests, or install one; print where it is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return a Chromium that is already here."""
    chosen = os.environ.get("HOUSEFUL_CHROMIUM")
    if chosen:
        return chosen if Path(chosen).exists() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    cache = Path.home() / ".cache" / "ms-playwright"
    place = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or cache)
    return next((str(path) for path in sorted(place.glob("chromium-*/chrome-*/chrome"))), None)


def install() -> None:
    """Install Debian's package as root, Playwright's own build otherwise."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            check=True,
            env=environment,
            **quiet,
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


def main() -> None:
    """Find or install, then say where."""
    if find() is None and not os.environ.get("HOUSEFUL_CHROMIUM"):
        print("Installing Chromium for the browser tests…", flush=True)
        install()
    path = find()
    if path is None:
        sys.exit("No Chromium: install one, or set HOUSEFUL_CHROMIUM to the path of one.")
    print(f"Chromium: {path}")


if __name__ == "__main__":
    main()
