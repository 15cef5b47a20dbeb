"""What can go wrong with events."""

from houseful.kernel.problems import Conflict


class SlugTaken(Conflict):
    """Another event, or series, of the organisation has this slug."""

    kind = "event-slug-taken"
    title = "This address is already taken"


class SourceIdTaken(Conflict):
    """Another event of the organisation was brought in under this id; it is told which one."""

    kind = "event-source-id-taken"
    title = "This event was brought in already"


class SourceIdAmbiguous(Conflict):
    """More than one organisation has an event that was brought in under this id."""

    kind = "event-source-id-ambiguous"
    title = "More than one event has this id"


class NotReadyToPublish(Conflict):
    """An event needs a venue, a space and its times before the public may know of it."""

    kind = "event-not-ready"
    title = "This event is not ready to be published"


class ScheduleFixed(Conflict):
    """A published event is moved by postponing it, so that everybody is told."""

    kind = "event-schedule-fixed"
    title = "A published event is moved by postponing it"
