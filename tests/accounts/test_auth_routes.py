"""Signing in, up and out."""

from datetime import timedelta

from houseful.kernel.clock import TravelClock
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House

SIGN_IN = "/api/v1/auth/sign-in"


async def test_a_member_signs_in_and_sees_where_they_belong(api: Api, house: House) -> None:
    owner = await api.as_("owner")

    me = (await owner.get("/api/v1/me")).json()

    assert me["email"] == house.email("owner")
    assert [place["slug"] for place in me["organizations"]] == [house.slug]


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    api: Api, house: House
) -> None:
    wrong = await api.guest().post(
        SIGN_IN, json={"email": house.email("owner"), "password": "not this one"}
    )
    unknown = await api.guest().post(
        SIGN_IN, json={"email": "nobody@nowhere.example", "password": "not this one"}
    )

    assert wrong.status_code == unknown.status_code == 401
    assert problem_of(wrong) == problem_of(unknown)


async def test_guessing_is_slowed_down(api: Api, house: House) -> None:
    body = {"email": house.email("staff"), "password": "a guess at it"}
    answers = [await api.guest().post(SIGN_IN, json=body) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_a_refresh_token_is_good_once_and_reuse_ends_the_sign_in(
    api: Api, house: House, clock: TravelClock
) -> None:
    guest = api.guest()
    first = (
        await guest.post(SIGN_IN, json={"email": house.email("owner"), "password": PASSWORD})
    ).json()
    second = (
        await guest.post("/api/v1/auth/refresh", json={"refreshToken": first["refreshToken"]})
    ).json()
    assert second["refreshToken"] != first["refreshToken"]

    clock.travel(timedelta(minutes=1))
    reused = await guest.post("/api/v1/auth/refresh", json={"refreshToken": first["refreshToken"]})
    after = await guest.post("/api/v1/auth/refresh", json={"refreshToken": second["refreshToken"]})
    me = await guest.get("/api/v1/me", headers={"authorization": f"Bearer {second['accessToken']}"})

    assert (reused.status_code, after.status_code, me.status_code) == (401, 401, 401)


async def test_a_client_that_lost_the_answer_gets_the_same_successor(
    api: Api, house: House
) -> None:
    guest = api.guest()
    first = (
        await guest.post(SIGN_IN, json={"email": house.email("owner"), "password": PASSWORD})
    ).json()
    body = {"refreshToken": first["refreshToken"]}

    one = (await guest.post("/api/v1/auth/refresh", json=body)).json()
    again = (await guest.post("/api/v1/auth/refresh", json=body)).json()

    assert one["refreshToken"] == again["refreshToken"]


async def test_signing_out_ends_access_at_once(api: Api, house: House) -> None:
    guest = api.guest()
    tokens = (
        await guest.post(SIGN_IN, json={"email": house.email("owner"), "password": PASSWORD})
    ).json()

    await guest.post("/api/v1/auth/sign-out", json={"refreshToken": tokens["refreshToken"]})
    me = await guest.get("/api/v1/me", headers={"authorization": f"Bearer {tokens['accessToken']}"})

    assert me.status_code == 401


async def test_a_tampered_token_is_refused(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    token = owner.headers["authorization"]

    answer = await api.guest(authorization=token[:-4] + "AAAA").get("/api/v1/me")

    assert answer.status_code == 401


async def test_sign_up_opens_an_organisation(api: Api) -> None:
    body = {
        "email": "new@theatre.example",
        "password": "curtain up at eight",
        "name": "New Person",
        "organizationName": "New Theatre",
        "slug": "new-theatre",
    }

    made = await api.guest().post("/api/v1/auth/sign-up", json=body)
    taken = await api.guest().post(
        "/api/v1/auth/sign-up", json={**body, "email": "other@theatre.example"}
    )

    assert made.status_code == 201, made.text
    assert problem_of(taken)["type"] == "urn:houseful:problem:slug-taken"


async def test_common_and_short_passwords_are_refused(api: Api) -> None:
    for password in ("short", "password123"):
        answer = await api.guest().post(
            "/api/v1/auth/sign-up",
            json={
                "email": "new@theatre.example",
                "password": password,
                "name": "New",
                "organizationName": "New",
                "slug": "new",
            },
        )
        assert problem_of(answer)["type"] == "urn:houseful:problem:poor-password"


async def test_keys_are_published(api: Api) -> None:
    await api.as_("owner")

    keys = (await api.guest().get("/.well-known/jwks.json")).json()["keys"]

    assert keys[0]["alg"] == "ES256"
    assert "d" not in keys[0]
