"""A stand-in for Adobe Acrobat Sign, REST v6, over real HTTP, with the faults of the real one."""

import json
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx

CLIENT_ID = "CBJCHBCAABAA"
CLIENT_SECRET = "stand-in-secret"
REFRESH_TOKEN = "3AAABLblqZhA"


class Fault(Exception):
    """An answer that is an error, as the service words it."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"code": code, "message": code.replace("_", " ").lower(), **more}


class StandIn:
    """The service's state; tests say what its signers do and what goes wrong."""

    def __init__(self) -> None:
        self.url = ""
        self.tokens: set[str] = set()
        self.documents: dict[str, bytes] = {}
        self.agreements: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.uploads: list[tuple[str, str]] = []
        self.throttled = 0
        self.failing = 0
        self.wrong_shard = 0
        self.stale_etags = 0
        self.reads_before_ready = 0
        self.loses_answers = 0
        self.document_not_ready = 0
        self.signs_before_recall = False
        self.webhook = ""
        self.undelivered: list[dict[str, Any]] = []
        self.refusals = 0
        self.refusals_max = 5
        self._numbers = count(1)
        self.lock = threading.RLock()

    def register_webhook(self, url: str) -> None:
        """Let messages go to an address that shows by an echo that it wants them."""
        answer = httpx.get(url, headers={"X-AdobeSign-ClientId": CLIENT_ID})
        if not _is_echo(answer):
            raise Fault(400, "INVALID_WEBHOOK_URL")
        self.webhook, self.refusals = url, 0

    def deliver(self, messages: Sequence[dict[str, Any]] | None = None) -> int:
        """Send what happened, or these messages; return how many were taken.

        What is not taken is kept for another try; after too many refusals the webhook is disabled,
        and what happens from then on is never told.
        """
        pending = list(self.undelivered if messages is None else messages)
        self.undelivered = [one for one in self.undelivered if one not in pending]
        taken = 0
        for message in pending:
            answer = httpx.post(
                self.webhook, json=message, headers={"X-AdobeSign-ClientId": CLIENT_ID}
            )
            if _is_echo(answer):
                taken += 1
                continue
            self.undelivered.append(message)
            self.refusals += 1
        if self.refusals >= self.refusals_max:
            self.webhook, self.undelivered = "", []
        return taken

    def expire_tokens(self) -> None:
        """Let every access token that was granted be worthless."""
        self.tokens.clear()

    def sign(self, agreement_id: str, email: str) -> None:
        """Let somebody sign, if it is their turn."""
        agreement = self.agreements[agreement_id]
        turn = min(one["order"] for one in agreement["sets"] if one["status"] != "COMPLETED")
        mine = next(one for one in agreement["sets"] if one["email"] == email)
        assert mine["order"] == turn, f"it is not {email}'s turn"
        mine["status"] = "COMPLETED"
        self._happen(agreement, "ACTION_COMPLETED", email)
        if all(one["status"] == "COMPLETED" for one in agreement["sets"]):
            agreement["status"] = "SIGNED"
            self._happen(agreement, "WORKFLOW_COMPLETED", email)

    def sign_all(self, agreement_id: str) -> None:
        """Let everybody who has not yet sign, in their order."""
        for one in sorted(self.agreements[agreement_id]["sets"], key=lambda one: one["order"]):
            if one["status"] != "COMPLETED":
                self.sign(agreement_id, one["email"])

    def view(self, agreement_id: str, email: str) -> None:
        """Let somebody read the mail."""
        self._happen(self.agreements[agreement_id], "EMAIL_VIEWED", email)

    def decline(self, agreement_id: str, email: str, why: str) -> None:
        """Let somebody refuse."""
        agreement = self.agreements[agreement_id]
        agreement["status"] = "CANCELLED"
        self._happen(agreement, "REJECTED", email, comment=why)

    def bounce(self, agreement_id: str, email: str) -> None:
        """Let mail to somebody come back."""
        self._happen(self.agreements[agreement_id], "EMAIL_BOUNCED", email)

    def end(self, agreement_id: str, status: str, event: str = "") -> None:
        """Let an agreement end some other way."""
        self.agreements[agreement_id]["status"] = status
        if event:
            self._happen(self.agreements[agreement_id], event, "")

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, Any, str]:
        """Return status, body and ETag of the answer to a request."""
        self.calls.append(f"{method} {path}")
        if path == "/oauth/v2/refresh":
            return self._refresh(body)
        self._check(path, headers)
        path = path.removeprefix("/api/rest/v6")
        if path == "/baseUris":
            return 200, {"apiAccessPoint": f"{self.url}/shard/", "webAccessPoint": self.url}, ""
        path = path.removeprefix("/shard/api/rest/v6")
        for pattern, act in (
            (r"POST /search", self._search),
            (r"POST /transientDocuments", self._upload),
            (r"POST /agreements", self._create),
            (r"GET /agreements/([^/]+)", self._read),
            (r"GET /agreements/([^/]+)/members", self._members),
            (r"GET /agreements/([^/]+)/events", self._events),
            (r"GET /agreements/([^/]+)/combinedDocument", self._combined),
            (r"GET /agreements/([^/]+)/auditTrail", self._audit),
            (r"PUT /agreements/([^/]+)/state", self._cancel),
            (r"POST /agreements/([^/]+)/reminders", self._remind),
        ):
            if match := re.fullmatch(pattern, f"{method} {path}"):
                return act(headers, body, *match.groups())
        raise Fault(404, "RESOURCE_NOT_FOUND")

    def _refresh(self, body: bytes) -> tuple[int, Any, str]:
        said = dict(pair.split("=", 1) for pair in body.decode().split("&"))
        known = (said["refresh_token"], said["client_id"], said["client_secret"])
        if known != (REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET):
            return 400, {"error": "invalid_request", "error_description": "bad client"}, ""
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        return 200, {"access_token": token, "expires_in": 3600}, ""

    def _check(self, path: str, headers: Any) -> None:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Fault(401, "INVALID_ACCESS_TOKEN")
        if path.startswith("/api/rest/v6/") and path != "/api/rest/v6/baseUris":
            raise Fault(400, "INVALID_API_ACCESS_POINT")
        if path.startswith("/shard") and self.wrong_shard:
            self.wrong_shard -= 1
            raise Fault(400, "INVALID_API_ACCESS_POINT")
        if self.throttled:
            self.throttled -= 1
            raise Fault(429, "THROTTLING_TOO_MANY_REQUESTS", retryAfter=0.01)
        if self.failing:
            self.failing -= 1
            raise Fault(503, "SERVICE_UNAVAILABLE")

    def _search(self, _headers: Any, body: bytes) -> tuple[int, Any, str]:
        wanted = json.loads(body)["agreementAssetsCriteria"]["externalId"][0]
        found = [{"id": id_} for id_, one in self.agreements.items() if one["external"] == wanted]
        results = {"agreementAssetsResultList": found, "searchPageInfo": {}}
        return 200, {"agreementAssetsResults": results, "totalHits": len(found)}, ""

    def _upload(self, headers: Any, body: bytes) -> tuple[int, Any, str]:
        head = f"content-type: {headers['content-type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + body).get_payload()
        assert isinstance(parts, list)
        files = [part for part in parts if part.get_filename()]
        document = f"transient-{next(self._numbers)}"
        content = files[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        self.documents[document] = content
        self.uploads.append((str(files[0].get_filename()), files[0].get_content_type()))
        return 201, {"transientDocumentId": document}, ""

    def _create(self, _headers: Any, body: bytes) -> tuple[int, Any, str]:
        asked = json.loads(body)
        if any("refuse" in one["memberInfos"][0]["email"] for one in asked["participantSetsInfo"]):
            raise Fault(400, "INVALID_EMAIL")
        parts = [self.documents.pop(one["transientDocumentId"]) for one in asked["fileInfos"]]
        agreement_id = f"CBJCHBCAABAA{next(self._numbers):06}"
        self.agreements[agreement_id] = {
            "id": agreement_id,
            "status": "DOCUMENTS_NOT_YET_PROCESSED",
            "external": asked["externalId"]["id"],
            "document": parts[0],
            "parts": parts,
            "expires": asked.get("expirationTime"),
            "reads": self.reads_before_ready,
            "revision": 1,
            "events": [],
            "reminders": 0,
            "sets": [
                {
                    "email": one["memberInfos"][0]["email"],
                    "order": one["order"],
                    "status": "WAITING_FOR_OTHERS",
                }
                for one in asked["participantSetsInfo"]
            ],
        }
        if self.loses_answers:
            self.loses_answers -= 1
            raise ConnectionAbortedError
        return 201, {"id": agreement_id}, ""

    def _read(self, _headers: Any, _body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        agreement = self._find(agreement_id)
        if agreement["status"] == "DOCUMENTS_NOT_YET_PROCESSED":
            if agreement["reads"] == 0:
                agreement["status"] = "OUT_FOR_SIGNATURE"
            agreement["reads"] -= 1
        return (
            200,
            {"id": agreement_id, "status": agreement["status"]},
            f'"{agreement["revision"]}"',
        )

    def _members(self, _headers: Any, _body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        sets = self._find(agreement_id)["sets"]
        open_orders = [one["order"] for one in sets if one["status"] != "COMPLETED"]
        turn = min(open_orders, default=0)
        return (
            200,
            {
                "participantSets": [
                    {
                        "order": one["order"],
                        "role": "SIGNER",
                        "status": "WAITING_FOR_MY_SIGNATURE"
                        if one["status"] != "COMPLETED" and one["order"] == turn
                        else one["status"],
                        "memberInfos": [{"id": f"p-{one['email']}", "email": one["email"].upper()}],
                    }
                    for one in sets
                ]
            },
            "",
        )

    def _events(self, _headers: Any, _body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        return 200, {"events": self._find(agreement_id)["events"]}, ""

    def _combined(self, _headers: Any, _body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        agreement = self._find(agreement_id)
        if agreement["status"] != "SIGNED" or self.document_not_ready:
            self.document_not_ready = max(0, self.document_not_ready - 1)
            raise Fault(404, "DOCUMENT_NOT_YET_AVAILABLE")
        return 200, agreement["document"] + b"\n%signed", ""

    def _audit(self, _headers: Any, _body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        self._find(agreement_id)
        return 200, b"%PDF-1.7 audit trail", ""

    def _cancel(self, headers: Any, body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        agreement = self._find(agreement_id)
        if self.signs_before_recall:
            self.signs_before_recall = False
            self.sign_all(agreement_id)
        if self.stale_etags:
            self.stale_etags -= 1
            agreement["revision"] += 1
        if headers.get("if-match") != f'"{agreement["revision"]}"':
            raise Fault(412, "RESOURCE_MODIFIED")
        assert json.loads(body)["state"] == "CANCELLED"
        agreement["status"] = "CANCELLED"
        self._happen(agreement, "RECALLED", "")
        return 204, {}, ""

    def _remind(self, _headers: Any, body: bytes, agreement_id: str) -> tuple[int, Any, str]:
        self._find(agreement_id)["reminders"] += len(json.loads(body)["recipientParticipantIds"])
        return 201, {"id": "reminder"}, ""

    def _find(self, agreement_id: str) -> dict[str, Any]:
        if agreement_id not in self.agreements:
            raise Fault(404, "INVALID_AGREEMENT_ID")
        return self.agreements[agreement_id]

    def _happen(self, agreement: dict[str, Any], kind: str, email: str, comment: str = "") -> None:
        agreement["revision"] += 1
        number = next(self._numbers)
        agreement["events"].append(
            {
                "id": f"event-{number}",
                "type": kind,
                "date": f"2026-01-01T00:00:{number % 60:02}Z",
                "participantEmail": email,
                "comment": comment,
            }
        )
        if self.webhook:
            self.undelivered.append(
                {
                    "webhookNotificationId": f"notification-{number}",
                    "event": f"AGREEMENT_{kind}",
                    "agreement": {"id": agreement["id"], "status": agreement["status"]},
                }
            )


def _is_echo(answer: httpx.Response) -> bool:
    said = answer.headers.get("x-adobesign-clientid")
    if said is None and answer.content:
        said = answer.json().get("xAdobeSignClientId")
    return answer.is_success and said == CLIENT_ID


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in on a port of its own."""
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            etag = ""
            try:
                with state.lock:
                    status, said, etag = state.answer(self.command, self.path, self.headers, body)
            except Fault as fault:
                status, said = fault.status, fault.body
            except ConnectionAbortedError:
                self.close_connection = True
                return
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("content-length", "0" if status == 204 else str(len(content)))
            kind = "application/pdf" if isinstance(said, bytes) else "application/json"
            self.send_header("content-type", kind)
            if etag:
                self.send_header("etag", etag)
            self.end_headers()
            if status != 204:
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 (the names that the base class calls)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
