"""What can go wrong with messages and documents."""

from houseful.kernel.problems import Conflict


class NoValidTickets(Conflict):
    """Unpaid, given back or void: there is nothing that opens a door."""

    kind = "no-valid-tickets"
    title = "There are no valid tickets to print"


class ContentForgotten(Conflict):
    """The message held somebody's link, which is over: a new one has to be asked for."""

    kind = "content-forgotten"
    title = "What this message said is no longer kept"


class NobodyToTell(Conflict):
    """The buyer left no e-mail address."""

    kind = "nobody-to-tell"
    title = "There is no address to send this to"
