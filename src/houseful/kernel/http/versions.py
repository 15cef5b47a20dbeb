"""ETags: a versioned resource answers with its version, and is changed only by who names it."""

import re
from typing import Annotated, Any

from litestar import Response
from litestar.params import HeaderParameter

from houseful.kernel.problems import PreconditionRequired, VersionMismatch

ExpectedVersion = int
"""The version that an update's `If-Match` names; injected as `expected_version`."""

StatedVersion = int | None
"""The version that an act's `If-Match` names, if it sends one; injected as `stated_version`."""

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", required=False, description='The ETag read before: `"3"`.'),
]

_TAG = re.compile(r'^(?:W/)?"(\d{1,18})"$')


def provide_expected_version(if_match: IfMatch = None) -> int:
    """Read `If-Match`; raises `PreconditionRequired` without it."""
    version = provide_stated_version(if_match)
    if version is None:
        raise PreconditionRequired("Read it first, and send its ETag as If-Match.")
    return version


def provide_stated_version(if_match: IfMatch = None) -> int | None:
    """Read `If-Match` where it may be left out: an act is done to whatever is there then."""
    if if_match is None:
        return None
    match = _TAG.match(if_match.strip())
    if match is None:
        raise VersionMismatch("This If-Match is not an ETag of ours.")
    return int(match.group(1))


def tagged(view: Any, *, status: int, location: str = "") -> Response[Any]:
    """Wrap `view` in a response with the ETag of its version, and its address when it is new.

    What has a version of its own kind, such as a layout, says `revision` for ours.
    """
    headers: dict[str, str] = {}
    version = getattr(view, "revision", getattr(view, "version", None))
    if version is not None:
        headers["etag"] = f'"{version}"'
    if location:
        headers["location"] = f"{location.rstrip('/')}/{view.id}"
    return Response(view, status_code=status, headers=headers)
