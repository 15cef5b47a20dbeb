"""A ticket's code: short, whole, and only ours."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.short_codes import short_code
from houseful.ticketing import base45
from houseful.ticketing.codes import (
    CODE_BYTES,
    BadSignature,
    CodeFields,
    EventKey,
    NotATicketCode,
    UnknownKey,
    generate_event_key,
    key_id_of,
    read_code,
    sign_code,
    verify_code,
)

KEY = generate_event_key()
KEYS = {KEY.key_id: KEY.public_bytes}
DOORS = datetime(2026, 6, 5, 19, 0, tzinfo=UTC)


def some_fields(**changes: object) -> CodeFields:
    values: dict[str, object] = {
        "event_id": UUID("019a0000-0000-7000-8000-00000000e0e0"),
        "credential_id": UUID("019a0000-0000-7000-8000-00000000c0c0"),
        "not_before": DOORS,
        "not_after": DOORS + timedelta(hours=6),
        "sequence": 1,
    }
    return CodeFields(**(values | changes))  # type: ignore[arg-type]


minutes = st.integers(min_value=0, max_value=10**9).map(
    lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)
fields = st.builds(
    lambda event_id, credential_id, start, length, sequence: CodeFields(
        event_id=event_id,
        credential_id=credential_id,
        not_before=start,
        not_after=start + timedelta(minutes=length),
        sequence=sequence,
    ),
    st.uuids(),
    st.uuids(),
    minutes,
    st.integers(min_value=1, max_value=10**6),
    st.integers(min_value=0, max_value=2**32 - 1),
)


@given(fields)
def test_what_is_signed_is_read_and_verified(said: CodeFields) -> None:
    code = sign_code(KEY.private_bytes, said)

    verified = verify_code(code, KEYS)

    assert verified.fields == said == read_code(code).fields
    assert verified.key_id == KEY.key_id == read_code(code).key_id


@given(fields)
def test_a_code_has_the_promised_length_and_no_blank_at_its_ends(said: CodeFields) -> None:
    code = sign_code(KEY.private_bytes, said)

    assert len(base45.decode(code)) == CODE_BYTES
    assert 90 <= CODE_BYTES <= 120
    assert code == code.strip()
    assert code.startswith("HF1")


@given(fields, st.sampled_from(["lower", "title", "swapcase"]))
def test_case_blanks_around_and_line_breaks_do_no_harm(said: CodeFields, change: str) -> None:
    code = sign_code(KEY.private_bytes, said)
    pasted = f"  \n{getattr(code[:60], change)()}\r\n\t{code[60:].lower()} \n"

    assert verify_code(pasted, KEYS).fields == said


def test_every_flipped_bit_is_refused() -> None:
    data = base45.decode(sign_code(KEY.private_bytes, some_fields()))

    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((NotATicketCode, UnknownKey, BadSignature)):
            verify_code(base45.encode(bytes(flipped)), KEYS)


def test_a_flipped_bit_of_the_key_id_does_not_borrow_another_key() -> None:
    data = bytearray(base45.decode(sign_code(KEY.private_bytes, some_fields())))
    data[5] ^= 1
    code = base45.encode(bytes(data))

    with pytest.raises(BadSignature):
        verify_code(code, KEYS | {read_code(code).key_id: KEY.public_bytes})


@given(st.data())
def test_a_changed_character_is_refused(data: st.DataObject) -> None:
    code = sign_code(KEY.private_bytes, some_fields())
    place = data.draw(st.integers(min_value=0, max_value=len(code) - 1))
    other = data.draw(st.sampled_from(base45.ALPHABET.replace(code[place], "")))

    with pytest.raises((NotATicketCode, UnknownKey, BadSignature)):
        verify_code(code[:place] + other + code[place + 1 :], KEYS)


@given(st.one_of(st.text(max_size=200), st.text(alphabet=base45.ALPHABET, max_size=180)))
def test_any_other_text_is_not_a_ticket_code(text: str) -> None:
    with pytest.raises(NotATicketCode):
        read_code(text)


@given(st.text(alphabet=base45.ALPHABET, min_size=168, max_size=168))
def test_noise_of_the_right_length_never_verifies(noise: str) -> None:
    with pytest.raises((NotATicketCode, UnknownKey)):
        verify_code("HF1" + noise, KEYS)


def test_the_key_of_another_event_is_unknown() -> None:
    other = generate_event_key()
    code = sign_code(other.private_bytes, some_fields())

    with pytest.raises(UnknownKey) as raised:
        verify_code(code, KEYS)

    assert raised.value.key_id == other.key_id


def test_a_forger_who_claims_our_key_id_is_found_out() -> None:
    forger = generate_event_key()
    data = base45.decode(sign_code(forger.private_bytes, some_fields()))
    claimed = data[:2] + bytes.fromhex(KEY.key_id) + data[6:]

    with pytest.raises(BadSignature):
        verify_code(base45.encode(claimed), KEYS)


def test_a_key_is_named_by_its_public_part() -> None:
    key: EventKey = generate_event_key()

    assert key.key_id == key_id_of(key.public_bytes)
    assert (len(key.key_id), len(key.private_bytes), len(key.public_bytes)) == (8, 32, 32)


def test_times_are_widened_to_whole_minutes() -> None:
    said = some_fields(
        not_before=DOORS + timedelta(seconds=59), not_after=DOORS + timedelta(seconds=61)
    )

    verified = verify_code(sign_code(KEY.private_bytes, said), KEYS)

    assert verified.fields.not_before == DOORS
    assert verified.fields.not_after == DOORS + timedelta(minutes=2)


def test_a_code_is_valid_from_its_first_minute_until_before_its_last() -> None:
    code = verify_code(sign_code(KEY.private_bytes, some_fields()), KEYS)

    assert code.is_valid_at(DOORS)
    assert code.is_valid_at(DOORS.astimezone(timezone(timedelta(hours=9))))
    assert not code.is_valid_at(DOORS - timedelta(seconds=1))
    assert not code.is_valid_at(DOORS + timedelta(hours=6))


@pytest.mark.parametrize(
    "wrong",
    [
        {"not_before": datetime(2019, 12, 31, 23, 59, tzinfo=UTC)},
        {"not_after": DOORS},
        {"not_after": DOORS - timedelta(days=1)},
        {"sequence": -1},
        {"sequence": 2**32},
    ],
)
def test_what_a_code_cannot_say_is_not_signed(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"valid from|32 bits"):
        sign_code(KEY.private_bytes, some_fields(**wrong))


def test_a_short_code_can_be_read_out() -> None:
    short = short_code(UUID("019a0000-0000-7000-8000-0123456789ab"))

    assert short == "014D2-PF2DB"
    assert not set(short) & set("ILOU")
