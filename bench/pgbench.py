"""The floor: what PostgreSQL does with the same SQL and nothing around it."""

import re
import subprocess
import tempfile
from pathlib import Path

from houseful.kernel import embedded


def transactions_per_second(url: str, script: str, *, clients: int, seconds: int) -> float:
    """Run a pgbench script and return its rate."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "script.sql"
        file.write_text(script, encoding="utf-8")
        ran = subprocess.run(
            [
                str(embedded.binaries() / "pgbench"),
                "--no-vacuum",
                "--protocol=prepared",
                f"--client={clients}",
                "--jobs=2",
                f"--time={seconds}",
                f"--file={file}",
                url,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    assert found is not None, ran.stdout
    return float(found.group(1))
