"""What can go wrong at the door, apart from the verdicts themselves."""

from houseful.kernel.problems import Conflict, Invalid


class EnrolCodeInvalid(Invalid):
    """The code was used, or is too old."""

    kind = "enrol-code-invalid"
    title = "This code does not work: ask for a new one"


class DeviceRevoked(Conflict):
    """The device was taken out of service."""

    kind = "device-revoked"
    title = "This device was taken out of service"


class NotRevertible(Conflict):
    """Nobody moved with this scan, it is too long ago, or more has happened since."""

    kind = "not-revertible"
    title = "This scan cannot be taken back"
