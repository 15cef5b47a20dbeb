"""The service's API: tokens are refreshed, the right data centre is found, haste is forgiven."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx
import msgspec

TIMEOUT_SECONDS = 30
ATTEMPTS_MAX = 4
WAIT_MAX_SECONDS = 30
TOKEN_MARGIN_SECONDS = 60
API = "/api/rest/v6"
DONE = frozenset({"SIGNED", "APPROVED", "ACCEPTED", "DELIVERED", "FORM_FILLED"})
OVER = frozenset({"CANCELLED", "ABORTED", "EXPIRED"})
"""The states in which an agreement has ended: by everybody, or otherwise."""
_NOT_READY = frozenset({"DOCUMENT_NOT_YET_AVAILABLE", "AGREEMENT_NOT_EXPOSED"})


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What the service knows this installation by; they never leave the server."""

    url: str
    client_id: str
    client_secret: str
    refresh_token: str


class ServiceUnreachable(Exception):
    """It does not answer, or asks to wait: trying again later is right."""


class ServiceRefused(Exception):
    """It understood, and said no: trying again changes nothing."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code or status}: {message}")
        self.status = status
        self.code = code


class NotReady(ServiceUnreachable):
    """It has not finished yet with what it was given."""


class SignerToAsk(msgspec.Struct, frozen=True):
    """Who is asked to sign, and after whom."""

    email: str
    order: int


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as the service sees it; `members` are status by lower-case address."""

    id: str
    status: str
    etag: str
    members: Mapping[str, str]
    events: Sequence[Mapping[str, Any]]


class AdobeSign:
    """One account of the service."""

    def __init__(
        self, credentials: Credentials, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.client_id = credentials.client_id
        self._credentials = credentials
        self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, transport=transport)
        self._token = ""
        self._token_ends = 0.0
        self._access_point = ""
        self._refreshing = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def find_agreement(self, external_id: str) -> str | None:
        """Return the id of the agreement that was made for `external_id`, if it was."""
        answer = await self._call(
            "POST",
            "/search",
            json={
                "scope": ["AGREEMENT_ASSETS"],
                "agreementAssetsCriteria": {"externalId": [external_id]},
            },
        )
        found = answer.json().get("agreementAssetsResults", {})
        results = found.get("agreementAssetsResultList", [])
        return str(results[0]["id"]) if results else None

    async def upload(
        self, name: str, content: bytes, *, media_type: str = "application/pdf"
    ) -> str:
        """Hand over a document; return its transient id."""
        kind = media_type.partition(";")[0]
        answer = await self._call(
            "POST",
            "/transientDocuments",
            data={"File-Name": name, "Mime-Type": kind},
            files={"File": (name, content, kind)},
        )
        return str(answer.json()["transientDocumentId"])

    async def create_agreement(
        self,
        *,
        external_id: str,
        name: str,
        documents: Sequence[str],
        signers: Sequence[SignerToAsk],
        expires_at: datetime | None,
    ) -> str:
        """Let documents go out for signature, as one in their order; return the agreement's id."""
        body: dict[str, Any] = {
            "fileInfos": [{"transientDocumentId": document} for document in documents],
            "name": name,
            "participantSetsInfo": [
                {
                    "memberInfos": [{"email": signer.email}],
                    "order": signer.order,
                    "role": "SIGNER",
                }
                for signer in signers
            ],
            "signatureType": "ESIGN",
            "state": "IN_PROCESS",
            "externalId": {"id": external_id},
        }
        if expires_at is not None:
            body["expirationTime"] = expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return str((await self._call("POST", "/agreements", json=body)).json()["id"])

    async def read_agreement(self, agreement_id: str) -> Agreement:
        """Return what the service knows of an agreement now."""
        path = f"/agreements/{agreement_id}"
        header = await self._call("GET", path)
        members = await self._call("GET", f"{path}/members")
        events = await self._call("GET", f"{path}/events")
        return Agreement(
            id=agreement_id,
            status=str(header.json()["status"]),
            etag=header.headers.get("etag", ""),
            members={
                str(member["email"]).lower(): str(participants.get("status", ""))
                for participants in members.json().get("participantSets", [])
                for member in participants.get("memberInfos", [])
            },
            events=events.json().get("events", []),
        )

    async def cancel(self, agreement_id: str, reason: str) -> None:
        """Recall an agreement; one that has ended already is left alone."""
        path = f"/agreements/{agreement_id}"
        for _ in range(ATTEMPTS_MAX):
            header = await self._call("GET", path)
            if header.json()["status"] in DONE | OVER:
                return
            try:
                await self._call(
                    "PUT",
                    f"{path}/state",
                    json={
                        "state": "CANCELLED",
                        "agreementCancellationInfo": {"comment": reason, "notifyOthers": True},
                    },
                    headers={"if-match": header.headers.get("etag", "*")},
                )
            except ServiceRefused as refusal:
                if refusal.status != HTTPStatus.PRECONDITION_FAILED:
                    raise
            else:
                return
        raise ServiceUnreachable("The agreement keeps changing.")

    async def remind(self, agreement_id: str) -> None:
        """Let the service remind who has not signed."""
        members = await self._call("GET", f"/agreements/{agreement_id}/members")
        asked = [
            str(member["id"])
            for participants in members.json().get("participantSets", [])
            if participants.get("status") == "WAITING_FOR_MY_SIGNATURE"
            for member in participants.get("memberInfos", [])
        ]
        if asked:
            await self._call(
                "POST",
                f"/agreements/{agreement_id}/reminders",
                json={"recipientParticipantIds": asked, "status": "ACTIVE"},
            )

    async def combined_document(self, agreement_id: str) -> bytes:
        """Return the signed document. Raises `NotReady`."""
        answer = await self._call("GET", f"/agreements/{agreement_id}/combinedDocument")
        return answer.content

    async def audit_trail(self, agreement_id: str) -> bytes:
        """Return the service's own audit trail as PDF. Raises `NotReady`."""
        return (await self._call("GET", f"/agreements/{agreement_id}/auditTrail")).content

    async def _call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response:
        """Send a request; renew what has run out, and say what went wrong."""
        for attempt in range(ATTEMPTS_MAX):
            token, access_point = await self._renewed()
            answer = await self._send(
                method,
                f"{access_point}{API}{path}",
                headers={"authorization": f"Bearer {token}", **(headers or {})},
                **content,
            )
            if answer.is_success:
                return answer
            problem = _problem_of(answer)
            if attempt + 1 == ATTEMPTS_MAX or not self._forgets(problem):
                raise problem
        raise AssertionError("unreachable")

    def _forgets(self, problem: Exception) -> bool:
        """Forget what the service says has run out; return whether there was such a thing."""
        code = problem.code if isinstance(problem, ServiceRefused) else ""
        if code == "INVALID_ACCESS_TOKEN":
            self._token = ""
        elif code == "INVALID_API_ACCESS_POINT":
            self._access_point = ""
        else:
            return False
        return True

    async def _renewed(self) -> tuple[str, str]:
        async with self._refreshing:
            if not self._token or time.monotonic() >= self._token_ends:
                await self._refresh()
            if not self._access_point:
                answer = await self._send(
                    "GET",
                    f"{self._credentials.url}{API}/baseUris",
                    headers={"authorization": f"Bearer {self._token}"},
                )
                if not answer.is_success:
                    raise _problem_of(answer)
                self._access_point = str(answer.json()["apiAccessPoint"]).rstrip("/")
            return self._token, self._access_point

    async def _refresh(self) -> None:
        answer = await self._send(
            "POST",
            f"{self._credentials.url}/oauth/v2/refresh",
            data={
                "grant_type": "refresh_token",
                "refresh_token": self._credentials.refresh_token,
                "client_id": self._credentials.client_id,
                "client_secret": self._credentials.client_secret,
            },
        )
        if not answer.is_success:
            raise _problem_of(answer)
        granted = answer.json()
        self._token = str(granted["access_token"])
        ttl = float(granted.get("expires_in", 3600))
        self._token_ends = time.monotonic() + max(0.0, ttl - TOKEN_MARGIN_SECONDS)

    async def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request; when the service asks to wait a little, wait and send it again."""
        for attempt in range(ATTEMPTS_MAX):
            try:
                answer = await self._http.request(method, url, **options)
            except httpx.HTTPError as error:
                raise ServiceUnreachable(
                    f"Adobe Acrobat Sign does not answer: {error!r}"
                ) from error
            is_last = attempt + 1 == ATTEMPTS_MAX or _wait_of(answer) > WAIT_MAX_SECONDS
            if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS or is_last:
                return answer
            await asyncio.sleep(_wait_of(answer))
        raise AssertionError("unreachable")


def _problem_of(answer: httpx.Response) -> Exception:
    code, message = _said(answer)
    if code in _NOT_READY:
        return NotReady(message or code)
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceUnreachable(f"{answer.status_code} {code}")
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return ServiceUnreachable(f"Too many requests: wait {_wait_of(answer)} s.")
    return ServiceRefused(answer.status_code, code, message)


def _said(answer: httpx.Response) -> tuple[str, str]:
    try:
        said = answer.json()
    except ValueError:
        return "", answer.text[:200]
    if not isinstance(said, dict):
        return "", ""
    known: dict[str, Any] = dict(said)  # pyright: ignore[reportUnknownArgumentType] (whatever was sent)
    code = known.get("code") or known.get("error") or ""
    return str(code), str(known.get("message", known.get("error_description", "")))


def _wait_of(answer: httpx.Response) -> float:
    try:
        return float(answer.json().get("retryAfter", answer.headers.get("retry-after", 1)))
    except (ValueError, AttributeError):
        return 1.0
