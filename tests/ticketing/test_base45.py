"""Base45 as RFC 9285 writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.ticketing import base45

VECTORS = [
    (b"AB", "BB8"),
    (b"Hello!!", "%69 VD92EX0"),
    (b"base-45", "UJCLQE7W581"),
    (b"ietf!", "QED8WEX0"),
    (b"", ""),
    (b"\xff\xff", "FGW"),
]


@pytest.mark.parametrize(("data", "text"), VECTORS)
def test_the_vectors_of_the_rfc(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(alphabet=base45.ALPHABET, max_size=60))
def test_a_text_that_decodes_is_the_one_encoding_of_its_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except base45.NotBase45:
        return

    assert base45.encode(data) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "BB8A", "bb8", "BB_", "B\n8", "ÄB8"])
def test_what_no_encoding_yields_is_refused(text: str) -> None:
    with pytest.raises(base45.NotBase45):
        base45.decode(text)
