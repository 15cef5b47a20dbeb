"""Every page of the door."""

from houseful.web.door import duty, enrolment, scanner

handlers = [*enrolment.handlers, *duty.handlers, *scanner.handlers]
