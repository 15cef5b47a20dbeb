"""Answers that are made once and sent often: encoded, compressed, and not sent to who has them."""

import gzip
from typing import Any

import msgspec
from litestar import Request, Response


class Packed(msgspec.Struct, frozen=True):
    """JSON as it is, and compressed."""

    plain: bytes
    gzipped: bytes


def pack(content: Any) -> Packed:
    """Encode and compress; for large content, call it beside the event loop."""
    plain = msgspec.json.encode(content)
    return Packed(plain, gzip.compress(plain, mtime=0))


def is_known(request: Request[Any, Any, Any], tag: str) -> bool:
    """Whether the client says by If-None-Match that it has what bears this tag."""
    named = request.headers.get("if-none-match", "")
    return tag in {one.strip().removeprefix("W/").strip('"') for one in named.split(",")}


def packed_answer(
    request: Request[Any, Any, Any], packed: Packed, *, tag: str, cache_control: str
) -> Response[Any]:
    """Answer 200 with the content, compressed for who takes it."""
    headers = {**_headers(tag, cache_control), "content-type": "application/json"}
    if not _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(packed.plain, headers=headers)
    return Response(packed.gzipped, headers=headers | {"content-encoding": "gzip"})


def known_answer(*, tag: str, cache_control: str) -> Response[Any]:
    """Answer 304: the client has it."""
    return Response(None, status_code=304, headers=_headers(tag, cache_control))


def _headers(tag: str, cache_control: str) -> dict[str, str]:
    """Return what both answers say; the tag is weak: packed or not, it means the same."""
    return {"etag": f'W/"{tag}"', "cache-control": cache_control, "vary": "accept-encoding"}


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.split(","):
        coding, _, weight = one.replace(" ", "").partition(";q=")
        if coding in {"gzip", "*"}:
            return weight.rstrip("0.") != "" or not weight
    return False
