"""What every answer has, whoever gives it."""

import re
from pathlib import Path

import pytest

from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.api import Api, open_api, problem_of
from tests.builders.accounts import House


async def test_answers_carry_security_headers_and_a_request_id(api: Api) -> None:
    answer = await api.guest().get("/healthz")

    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.headers["x-request-id"]) >= 8
    assert "strict-transport-security" not in answer.headers


async def test_ready_means_migrated(api: Api) -> None:
    answer = await api.guest().get("/readyz")

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "ready"


async def test_an_unknown_address_is_a_problem(api: Api) -> None:
    answer = await api.guest().get("/api/v1/nothing-here")

    assert answer.status_code == 404
    assert problem_of(answer)["type"] == "urn:houseful:problem:not-found"


async def test_a_body_of_another_type_is_refused(api: Api) -> None:
    answer = await api.guest().post(
        "/api/v1/auth/sign-in", content=b"a=b", headers={"content-type": "text/plain"}
    )

    assert answer.status_code in {400, 415}
    problem_of(answer)


async def test_a_body_that_is_missing_is_told_as_such(api: Api) -> None:
    answer = await api.guest().post("/api/v1/auth/sign-in")

    problem = problem_of(answer)
    assert answer.status_code == 422
    assert problem["detail"] == "Send a JSON object, {} at least: nothing was sent."
    assert problem["errors"] == [{"pointer": "/", "detail": problem["detail"]}]


async def test_metrics_count_requests(api: Api) -> None:
    guest = api.guest()
    await guest.get("/healthz")

    figures = (await guest.get("/metrics")).text

    assert "houseful_http_requests_total" in figures


async def test_the_document_describes_every_problem(api: Api) -> None:
    document = (await api.guest().get("/api/openapi.json")).json()

    sign_in = document["paths"]["/api/v1/auth/sign-in"]["post"]
    assert "`wrong-credentials`" in sign_in["responses"]["401"]["description"]


async def test_what_no_route_answers_has_the_headers_too(api: Api) -> None:
    unknown = await api.guest().get("/no/such/place/at/all")
    wrong = await api.guest().delete("/healthz")

    assert (unknown.status_code, wrong.status_code) == (404, 405)
    for answer in (unknown, wrong):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-request-id"]) >= 8


async def test_head_is_answered_as_get_without_the_body(api: Api) -> None:
    asked = await api.guest().head("/healthz")
    whole = await api.guest().get("/healthz")

    assert asked.status_code == 200
    assert asked.content == b""
    assert asked.headers["content-length"] == whole.headers["content-length"]


async def test_scripts_and_styles_are_compressed_and_pages_are_not(api: Api) -> None:
    page = await api.guest().get("/", headers={"accept-encoding": "gzip"})
    script = re.search(r'src="(/static/[^"]+)"', page.text)
    assert script is not None
    built = await api.guest().get(script[1], headers={"accept-encoding": "gzip"})

    assert built.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in page.headers


@pytest.mark.parametrize("address", ["host={gone}", "host=127.0.0.1&port=1"])
async def test_while_the_database_is_gone_the_answer_is_busy(
    settings: Settings, house: House, tmp_path: Path, address: str
) -> None:
    where = address.format(gone=tmp_path)
    gone = Database(f"postgresql://houseful_app@/houseful?{where}")
    async with open_api(settings, gone, house) as api:
        guest = api.guest()
        answers = [
            await guest.get("/readyz"),
            await guest.get(f"/api/client/events/nothing?organization={house.slug}"),
            await guest.post(
                "/api/v1/auth/sign-in", json={"email": "a@b.example", "password": "x"}
            ),
        ]
        alive = await guest.get("/healthz")
        figures = await guest.get("/metrics")

    for answer in answers:
        assert answer.status_code == 503, answer.text
        assert problem_of(answer)["type"] == "urn:houseful:problem:unavailable"
        assert "retry-after" in answer.headers
    assert (alive.status_code, figures.status_code) == (200, 200)
