"""The books over HTTP."""

from tests.api import Api, problem_of
from tests.builders.accounts import House

ENTRY = {
    "currency": "EUR",
    "memo": "opening balance",
    "postings": [
        {"account": "1010", "direction": "debit", "amountMinor": 500},
        {"account": "4100", "direction": "credit", "amountMinor": 500},
    ],
}


async def test_a_manual_entry_needs_a_key_and_balances(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    lopsided = {**ENTRY, "postings": [ENTRY["postings"][0], ENTRY["postings"][0]]}

    without = await owner.post("/api/v1/ledger/entries", json=ENTRY)
    wrong = await owner.post(
        "/api/v1/ledger/entries", json=lopsided, headers={"idempotency-key": "a"}
    )
    right = await owner.post("/api/v1/ledger/entries", json=ENTRY, headers={"idempotency-key": "b"})

    assert problem_of(without)["type"] == "urn:houseful:problem:idempotency-key-required"
    assert problem_of(wrong)["type"] == "urn:houseful:problem:unbalanced-entry"
    assert right.status_code == 201, right.text


async def test_who_posted_by_hand_or_reversed_is_in_the_audit_log(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    entries = "/api/v1/ledger/entries"
    posted = await owner.post(entries, json=ENTRY, headers={"idempotency-key": "a"})
    await owner.post(
        f"{entries}/{posted.json()['id']}/reverse",
        json={"reason": "A slip"},
        headers={"idempotency-key": "b"},
    )

    log = (await owner.get("/api/v1/audit?action=ledger.entry.created")).json()["items"]

    assert sorted(one["sentence"] for one in log) == sorted([ENTRY["memo"], "A slip"])
    assert {one["actorKind"] for one in log} == {"user"}


async def test_the_trial_balance_drills_down_to_the_entry(api: Api, house: House) -> None:
    owner = await api.as_("owner")
    await owner.post("/api/v1/ledger/entries", json=ENTRY, headers={"idempotency-key": "b"})

    balance = (await owner.get("/api/v1/ledger/trial-balance")).json()
    entries = (await owner.get("/api/v1/ledger/entries?account=1010")).json()["items"]
    none = (await owner.get("/api/v1/ledger/entries?account=2000")).json()["items"]

    assert balance["isBalanced"]
    assert entries[0]["memo"] == "opening balance"
    assert none == []


async def test_a_clerk_does_not_see_the_books(api: Api, house: House) -> None:
    staff = await api.as_("staff")

    assert (await staff.get("/api/v1/ledger/trial-balance")).status_code == 403
