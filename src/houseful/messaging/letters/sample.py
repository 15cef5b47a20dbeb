"""A letter with made-up content, to look at how an organisation's letters look."""

from houseful.messaging.letters import ENGLISH, Letter, Letterhead
from houseful.messaging.letters.words import fill

_VALUES = {"event": "An Evening of Songs", "order": "7K3QX9MD", "name": "Bea"}


def sample_letter(head: Letterhead) -> Letter:
    """Return a confirmation of an order that nobody made."""
    labels, wording = ENGLISH.labels, ENGLISH.wordings["order_paid"]
    return Letter(
        locale="en",
        head=head,
        subject=fill(wording.subject, _VALUES),
        heading=wording.heading,
        greeting=fill(labels.greeting, _VALUES),
        opening=[fill(wording.opening, _VALUES)],
        facts=[
            (labels.event, [_VALUES["event"]]),
            (labels.date, ["Thursday, 5 June 2031"]),
            (labels.tickets, ["Stalls, row F, seat 14 · Full price"]),
            (labels.order, [_VALUES["order"]]),
        ],
        button=wording.button,
        url=head.home_url,
        link_label=labels.link,
        closing=[wording.closing],
        why=fill(labels.why_order, {"organization": head.name}),
    )
