"""What happens to every request, whoever answers it: ids, limits, security headers, metrics.

It stands outside of the router, so that what no route answers is answered in the same way.
"""

import re
import time
from typing import Any, cast

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram

from houseful.kernel.http.addresses import client_address, read_networks
from houseful.kernel.http.scopes import state_of
from houseful.kernel.ids import new_id
from houseful.kernel.origin import Origin, current_origin
from houseful.kernel.problems import TooLarge
from houseful.kernel.settings import Settings

REQUEST_ID_HEADER = b"x-request-id"
_ACCEPTABLE_REQUEST_ID = re.compile(rb"^[A-Za-z0-9_.-]{8,64}$")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

requests_total = Counter(
    "houseful_http_requests_total", "Answered requests.", ("method", "route", "status")
)
request_seconds = Histogram(
    "houseful_http_request_seconds",
    "Time to answer.",
    ("route",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


class RequestMiddleware:
    """Gives each request an id, bounds its body, sets the security headers, counts and times it.

    The id and the client's address are kept as the request's origin. HEAD is answered as GET is,
    without the body.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._max_body_bytes = settings.max_body_bytes
        self._proxies = read_networks(settings.trusted_proxies)
        self._headers = _security_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        if method == "HEAD":
            scope, send = cast("Scope", {**scope, "method": "GET"}), _without_body(send)
        request_id = _request_id(scope)
        state_of(scope)["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        origin = current_origin.set(Origin(request_id, client_address(scope, self._proxies)))
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in self._headers if name not in present),
                    (REQUEST_ID_HEADER, request_id.encode()),
                ]
            await send(message)

        try:
            await self.app(scope, _bounded(receive, self._max_body_bytes), send_with_headers)
        finally:
            route = str(cast("dict[str, Any]", scope).get("path_template") or "unmatched")
            requests_total.labels(method, route, str(status)).inc()
            request_seconds.labels(route).observe(time.perf_counter() - started)
            structlog.contextvars.clear_contextvars()
            current_origin.reset(origin)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == REQUEST_ID_HEADER and _ACCEPTABLE_REQUEST_ID.match(value):
            return value.decode()
    return str(new_id())


def _without_body(send: Send) -> Send:
    is_over = False

    async def send_head(message: Message) -> None:
        nonlocal is_over
        if message["type"] == "http.response.start":
            await send(message)
        elif not is_over:
            is_over = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head


def _bounded(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_bounded() -> Any:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message["body"])
            if seen > limit:
                raise TooLarge(f"At most {limit // 1024 // 1024} MiB are taken here.")
        return message

    return receive_bounded


def _security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
        (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]
    if settings.is_https:
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers
