"""Account numbers of banks, as invoices name them."""

import re

from houseful.kernel.problems import Invalid

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def read_iban(text: str) -> str:
    """Return an IBAN (ISO 13616) without spaces; nothing stays nothing. Raises `Invalid`."""
    iban = "".join(text.split()).upper()
    if iban and not (_IBAN.fullmatch(iban) and _remainder(iban) == 1):
        raise Invalid.at("/iban", "This is no IBAN: please look at its digits again.")
    return iban


def read_bic(text: str) -> str:
    """Return a BIC (ISO 9362); nothing stays nothing. Raises `Invalid`."""
    bic = "".join(text.split()).upper()
    if bic and not _BIC.fullmatch(bic):
        raise Invalid.at("/bic", "A BIC has 8 or 11 letters and digits.")
    return bic


def write_iban(iban: str) -> str:
    """Write an IBAN in groups of four, as it is read."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _remainder(iban: str) -> int:
    """Return the remainder of the check (ISO 7064, MOD 97-10): letters count from ten on."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97
