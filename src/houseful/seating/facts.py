"""What seating announces."""

from houseful.kernel.outbox import Fact


class LayoutPublished(Fact):
    """The layout will not change any more, and can be put on sale; `subject_id` is the layout."""


class LayoutRetired(Fact):
    """The layout is no longer offered for new events; `subject_id` is the layout."""
