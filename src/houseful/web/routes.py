"""Every page."""

from houseful.web import sign_in
from houseful.web.assets import static_files
from houseful.web.office import members

handlers = [
    static_files(),
    *sign_in.handlers,
    *members.handlers,
]
