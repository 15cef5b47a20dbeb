"""What can go wrong with layouts."""

from houseful.kernel.problems import Conflict, Problem


class NotASeatingPlan(Problem):
    """The file is of none of the kinds that are understood; `detail` says what was missed."""

    status = 422
    kind = "not-a-seating-plan"
    title = "This is no seating plan that we know"


class LayoutPublished(Conflict):
    """A published or retired layout never changes; make a new version of it."""

    kind = "layout-published"
    title = "This layout is published: make a new version to change it"


class LayoutIncomplete(Conflict):
    """The layout has nothing to sell, or seats without a category; `errors` name them."""

    kind = "layout-incomplete"
    title = "This layout cannot be published yet"
