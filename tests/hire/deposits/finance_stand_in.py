"""A stand-in for the Finance service, over real HTTP, with its faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

API_KEY = "finance-key"
PAGE = 2


class StandIn:
    """What finance keeps; tests pay there, and let it fail."""

    def __init__(self) -> None:
        self.url = ""
        self.income: dict[str, dict[str, Any]] = {}
        self.bills: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.is_down = False
        self.is_garbled = False
        self.loses_answers = 0
        self.refuses = False

    def pay(self, external_id: str, amount_minor: int) -> None:
        """Let money come in."""
        row = next(row for row in self.income.values() if row["externalId"] == external_id)
        row["paidMinor"] += amount_minor

    def give_back(self, external_id: str, amount_minor: int) -> None:
        """Let money go back."""
        row = next(row for row in self.income.values() if row["externalId"] == external_id)
        row["refundedMinor"] = row.get("refundedMinor", 0) + amount_minor

    def earn(self, booking_id: str | None, amount_minor: int, source: str = "bar") -> None:
        """Note what the house earned elsewhere than with a deposit."""
        row = {"id": f"inc-{len(self.income) + 1}", "source": source, "bookingId": booking_id}
        self.income[row["id"] or ""] = row | {"currency": "EUR", "amountMinor": amount_minor}

    def answer(self, method: str, address: str, headers: Any, body: bytes) -> tuple[int, Any]:
        """Return status and body of the answer to a request."""
        if self.is_down:
            return 503, {"error": "down"}
        if headers.get("x-internal-api-key") != API_KEY or not headers.get("x-org"):
            return 401, {"error": "who?"}
        url = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if method == "GET":
            return 200, self._list(url.path, query)
        if self.refuses:
            return 422, {"error": "no such customer"}
        key = headers["idempotency-key"]
        if key not in self.answers:
            self.answers[key] = self._write(method, url.path, json.loads(body))
        if self.loses_answers:
            self.loses_answers -= 1
            raise ConnectionAbortedError
        return 200, self.answers[key]

    def _list(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        rows = list(self.income.values()) if path == "/api/income" else self.bills
        for name in ("source", "externalId"):
            if name in query:
                rows = [row for row in rows if row.get(name) == query[name]]
        start = int(query.get("cursor", "0"))
        more = start + PAGE < len(rows)
        return {
            "items": rows[start : start + PAGE],
            "nextCursor": str(start + PAGE) if more else None,
        }

    def _write(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert body["source"] == "venue_deposit"
        if method == "POST":
            row = {"id": f"inc-{len(self.income) + 1}", "paidMinor": 0, **body}
            self.income[row["id"]] = row
            return dict(row)
        row = self.income[path.rsplit("/", 1)[1]]
        row.update(body)
        return dict(row)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in on a port of its own."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            try:
                status, said = state.answer(self.command, self.path, self.headers, body)
            except ConnectionAbortedError:
                self.close_connection = True
                return
            content = b"<html>" if state.is_garbled else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815 (the names that the base class calls)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
