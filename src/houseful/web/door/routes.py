"""Every page of the door."""

from houseful.web.door import check_in, duty, enrolment, scanner

handlers = [*enrolment.handlers, *duty.handlers, *scanner.handlers, *check_in.handlers]
