"""What can go wrong with messages and documents."""

from houseful.kernel.problems import Conflict


class NoValidTickets(Conflict):
    """Unpaid, given back or void: there is nothing that opens a door."""

    kind = "no-valid-tickets"
    title = "There are no valid tickets to print"
