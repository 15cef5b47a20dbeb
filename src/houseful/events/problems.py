"""What can go wrong with events."""

from houseful.kernel.problems import Conflict


class SlugTaken(Conflict):
    """Another event, or series, of the organisation has this slug."""

    kind = "event-slug-taken"
    title = "This address is already taken"


class NotReadyToPublish(Conflict):
    """An event needs a venue, a space and its times before the public may know of it."""

    kind = "event-not-ready"
    title = "This event is not ready to be published"


class ScheduleFixed(Conflict):
    """A published event is moved by postponing it, so that everybody is told."""

    kind = "event-schedule-fixed"
    title = "A published event is moved by postponing it"
