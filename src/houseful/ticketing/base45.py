"""Base45 (RFC 9285): bytes as text that a QR code stores in its alphanumeric mode.

Two bytes become three characters, so a code is a third smaller in the QR than as base64.
"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE_OF = {character: value for value, character in enumerate(ALPHABET)}


class NotBase45(ValueError):
    """The text has a character, a length or a value that no encoding has."""


def encode(data: bytes) -> str:
    """Return the base45 text of the bytes."""
    text: list[str] = []
    for start in range(0, len(data) - 1, 2):
        rest, low = divmod(data[start] << 8 | data[start + 1], 45)
        high, middle = divmod(rest, 45)
        text += (ALPHABET[low], ALPHABET[middle], ALPHABET[high])
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        text += (ALPHABET[low], ALPHABET[high])
    return "".join(text)


def decode(text: str) -> bytes:
    """Return the bytes of a base45 text; raises `NotBase45`. Every text has one encoding only."""
    if len(text) % 3 == 1:
        raise NotBase45("the length is not that of a base45 text")
    try:
        values = [_VALUE_OF[character] for character in text]
    except KeyError as error:
        raise NotBase45("a character is not of the alphabet") from error
    data = bytearray()
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        nbytes = len(group) - 1
        if number >> 8 * nbytes:
            raise NotBase45("a group is larger than the bytes that it stands for")
        data += number.to_bytes(nbytes)
    return bytes(data)
