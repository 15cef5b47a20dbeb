"""The built islands and styles: names with a hash of their content, served for ever."""

from functools import cache
from pathlib import Path
from typing import Any

import litestar
import msgspec
from litestar import Response
from litestar.config.compression import CompressionConfig
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType] (Litestar leaves a type open)

BUILT = Path(__file__).parent / "static" / "built"
PREFIX = "/static"
FAVICON = Path(__file__).with_name("favicon.svg")
ONE_DAY_SECONDS = 24 * 3600
ONE_YEAR_SECONDS = 365 * 24 * 3600


class Asset(msgspec.Struct):
    """An entry of Vite's manifest."""

    file: str
    css: list[str] = []
    imports: list[str] = []


def script_of(entry: str) -> str:
    """Return the address of an island's script, such as `src/seat-map.ts`."""
    return f"{PREFIX}/{_manifest()[entry].file}"


def styles_of(entry: str) -> list[str]:
    """Return the addresses of an island's styles."""
    return [f"{PREFIX}/{name}" for name in _manifest()[entry].css]


def content_of(entry: str) -> bytes:
    """Return a built script that must be served under an address of its own."""
    return (BUILT / _manifest()[entry].file).read_bytes()


def static_files() -> Any:
    """Return the router of the built files."""
    BUILT.mkdir(parents=True, exist_ok=True)
    return create_static_files_router(
        path=PREFIX,
        directories=[BUILT],
        include_in_schema=False,
        cache_control=None,
        after_request=_cache_for_ever,
        middleware=[DefineMiddleware(CompressionMiddleware, config=CompressionConfig("gzip"))],
    )


@litestar.get(["/favicon.svg", "/favicon.ico"], include_in_schema=False)
async def show_favicon() -> Response[bytes]:
    """Answer with the mark of browser tabs, also where browsers look for it unasked."""
    return Response(
        FAVICON.read_bytes(),
        media_type="image/svg+xml",
        headers={"cache-control": f"public, max-age={ONE_DAY_SECONDS}"},
    )


def _cache_for_ever(response: Any) -> Any:
    response.headers["cache-control"] = f"public, max-age={ONE_YEAR_SECONDS}, immutable"
    return response


@cache
def _manifest() -> dict[str, Asset]:
    for name in ("manifest.json", ".vite/manifest.json"):
        path = BUILT / name
        if path.is_file():
            return msgspec.json.decode(path.read_bytes(), type=dict[str, Asset])
    raise FileNotFoundError("The islands are not built: run `make run`.")
