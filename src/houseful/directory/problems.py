"""What can go wrong in the directory."""

from houseful.kernel.problems import Forbidden


class PartyShared(Forbidden):
    """Others deal with this party too, so one organisation alone may not change it."""

    kind = "party-shared"
    title = "Others deal with them too: ask the platform's staff to change this"
