"""What the demo's season comes to on paper: who agreed to what, how far it is, and what is due."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from houseful.hire.deals.terms import DealTerms

CURRENCY = "EUR"

BODY = """# Hire of {{booking.spaces}}

**{{house.name}}** lets {{booking.spaces}} to **{{customer.name}}** for {{purpose}}, from
{{booking.starts}} to {{booking.ends}}.

## What is agreed

1. {{deal.terms}}
2. The booking deposit is due within 14 days of signing. Until it is paid the date is not confirmed.
3. The house provides the hall clean, warm, and with its front-of-house staff.
4. The hirer keeps to the house rules, and leaves the hall by the end of the tear-down.

## If something happens

- Cancelled more than ninety days before: the deposit is given back.
- Cancelled later: the house keeps it.
- What is broken is paid for by who broke it.

Drawn up on {{today}}.
"""
WEDDING_BODY = """# {{booking.title}}

{{house.name}} keeps {{booking.spaces}} for you from {{booking.starts}}. {{deal.terms}}

1. Music ends at three in the morning.
2. Candles stand in glasses, always.
"""


class Due(NamedTuple):
    """A deposit: how much in whole units, when, in which state, and how much of it was paid."""

    title: str
    amount: int
    in_days: int
    state: str = "expected"
    paid: int = 0
    kind: Any = "booking"


class Agreed(NamedTuple):
    """What was agreed about a booking: the versions of its deal, the contract, the deposits."""

    booking: str
    who: str
    deal: str
    versions: tuple[DealTerms, ...]
    contract: str = ""
    deposits: tuple[Due, ...] = ()
    addendum: str = ""


def _terms(**fields: Any) -> DealTerms:
    return msgspec.convert({"currency": CURRENCY, "tax": 700, **fields}, DealTerms)


def _rent(amount: int, **fields: Any) -> DealTerms:
    return _terms(shape="flat", payee="venue", amountMinor=amount * 100, tax=0, **fields)


def _versus(amount: int, share: int, **fields: Any) -> DealTerms:
    return _terms(
        shape="versus", payee="promoter", amountMinor=amount * 100, share=share * 100, **fields
    )


NORTHLIGHT, KESTREL, HANSA = "Northlight Concerts", "Kestrel Events", "Hansa Congress"
BLUE_DOOR = "Blue Door Theatre"
CREW = [
    {"label": "House crew", "amountMinor": 640_000},
    {"label": "Security", "amountMinor": 280_000},
]

AGREEMENTS = (
    Agreed(
        "Founders' Dinner",
        HANSA,
        "accepted",
        (_rent(1400),),
        "",
        (Due("Booking deposit", 700, -50, "paid", 700),),
    ),
    Agreed(
        "Hedda Gabler",
        BLUE_DOOR,
        "accepted",
        (_versus(900, 60), _versus(800, 70, facilityFeeMinor=100)),
        "signed",
        (Due("Booking deposit", 400, -44, "paid", 400),),
    ),
    Agreed(
        "The Hollow Coves",
        NORTHLIGHT,
        "accepted",
        (_versus(38_000, 85, facilityFeeMinor=250, expenses=CREW),),
        "",
        (Due("Booking deposit", 6000, -40, "paid", 6000),),
    ),
    Agreed(
        "Night of Short Films",
        BLUE_DOOR,
        "accepted",
        (_terms(shape="door", payee="promoter", share=7000),),
        "",
        (Due("Booking deposit", 250, -20, "paid", 250),),
    ),
    Agreed(
        "Trade Night",
        KESTREL,
        "accepted",
        (_rent(1800),),
        "",
        (
            Due("Booking deposit", 900, -30, "forfeited", 900),
            Due("Security", 500, -20, "refunded", 500, "security"),
        ),
    ),
    Agreed(
        "The Tidal Choir",
        NORTHLIGHT,
        "accepted",
        (
            _versus(20_000, 80),
            _terms(
                shape="plus",
                payee="promoter",
                amountMinor=2_000_000,
                share=8000,
                profit=1500,
                facilityFeeMinor=150,
                expenses=CREW,
                bonuses=[{"atSold": 6000, "amountMinor": 250_000}],
            ),
        ),
        "signed",
        (
            Due("First instalment", 5000, -25, "paid", 5000, "instalment"),
            Due("Second instalment", 5000, 2, "invoiced", 2000, "instalment"),
        ),
        "a second grand piano, at no charge",
    ),
    Agreed(
        "Startup Breakfast",
        KESTREL,
        "accepted",
        (_rent(1800),),
        "signed",
        (Due("Booking deposit", 900, -9, "invoiced"),),
    ),
    Agreed(
        "Annual Meeting",
        HANSA,
        "accepted",
        (_rent(11_300),),
        "",
        (Due("Booking deposit", 2500, -12, "waived"),),
    ),
    Agreed(
        "Book Fair",
        HANSA,
        "accepted",
        (_rent(26_000), _rent(24_500)),
        "",
        (
            Due("On signing", 7350, -3, "paid", 7350, "instalment"),
            Due("Before the doors open", 17_150, 11, "expected", 0, "instalment"),
        ),
    ),
    Agreed(
        "Gaming Finals",
        KESTREL,
        "offered",
        (
            _rent(15_000),
            _terms(shape="per_ticket", payee="venue", amountMinor=350, floorMinor=900_000),
        ),
        "sent",
    ),
    Agreed(
        "Cabaret Noir",
        BLUE_DOOR,
        "offered",
        (_terms(shape="door", payee="promoter", share=6500),),
        "partially_signed",
    ),
    Agreed("Dentists' Congress", HANSA, "offered", (_rent(31_000),), "corrected"),
    Agreed(
        "Lights over the Canal",
        NORTHLIGHT,
        "draft",
        (_terms(shape="guarantee", payee="promoter", amountMinor=3_500_000),),
        "draft",
    ),
    Agreed(
        "Big Band Ball",
        NORTHLIGHT,
        "draft",
        (
            _terms(
                shape="percentage",
                payee="promoter",
                share=7000,
                base="net",
                expenses=CREW,
                tiers=[
                    {"fromMinor": 5_000_000, "share": 8000},
                    {"fromMinor": 9_000_000, "share": 9000},
                ],
            ),
        ),
    ),
    Agreed("Spring Awakening", BLUE_DOOR, "draft", (_rent(1400),), "in_approval"),
)

SETTLED: Mapping[str, str] = {
    "Founders' Dinner": "paid",
    "Hedda Gabler": "agreed",
    "Night of Short Films": "draft",
}
"""How far the settlement of a booking is. The Hollow Coves wait for theirs."""

PLANNED = (
    ("Winter Lights, the tour", "Aurora Touring", 118),
    ("An evening with Mira Sol", "Sol & Daughters", 126),
)
"""Nights that promoters who are elsewhere have announced to the house."""
