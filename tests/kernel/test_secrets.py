"""Secrets: what is sealed opens for its owner only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from houseful.kernel.secrets import (
    SealBroken,
    derive_key,
    is_same,
    keyed_digest,
    new_token,
    open_sealed,
    seal,
    token_hash,
)

KEY = derive_key("the application's secret", "tests")


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_was_sealed_is_opened_again(plain: bytes, context: bytes) -> None:
    assert open_sealed(seal(plain, key=KEY, context=context), key=KEY, context=context) == plain


def test_sealing_twice_gives_two_texts() -> None:
    assert seal(b"same", key=KEY, context=b"") != seal(b"same", key=KEY, context=b"")


def test_every_flipped_bit_breaks_the_seal() -> None:
    sealed = seal(b"a private key", key=KEY, context=b"event 1")

    for bit in range(len(sealed) * 8):
        broken = bytearray(sealed)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBroken):
            open_sealed(bytes(broken), key=KEY, context=b"event 1")


def test_another_context_another_key_or_a_short_text_opens_nothing() -> None:
    sealed = seal(b"a private key", key=KEY, context=b"event 1")

    with pytest.raises(SealBroken):
        open_sealed(sealed, key=KEY, context=b"event 2")
    with pytest.raises(SealBroken):
        open_sealed(sealed, key=derive_key("another secret", "tests"), context=b"event 1")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            open_sealed(sealed[:length], key=KEY, context=b"event 1")


def test_a_key_is_of_one_secret_and_one_purpose() -> None:
    assert derive_key("secret", "a") == derive_key("secret", "a")
    assert derive_key("secret", "a") != derive_key("secret", "b")
    assert derive_key("secret", "a") != derive_key("other", "a")
    assert len(derive_key("secret", "a")) == 32


def test_tokens_differ_and_are_safe_in_a_url() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert all(len(token) == 43 for token in tokens)


def test_a_token_is_stored_as_its_hash() -> None:
    assert token_hash("abc").hex().startswith("ba7816bf")
    assert len(token_hash(new_token())) == 32


def test_comparing_takes_texts_and_bytes() -> None:
    assert is_same("ä", "ä")
    assert is_same(b"a", b"a")
    assert is_same("a", b"a")
    assert not is_same("a", "b")


def test_a_keyed_digest_needs_the_key() -> None:
    assert keyed_digest(KEY, "a", "b") == keyed_digest(KEY, "a", "b")
    assert keyed_digest(KEY, "a", "b") != keyed_digest(KEY, "ab")
    assert keyed_digest(KEY, "a") != keyed_digest(derive_key("x", "y"), "a")
