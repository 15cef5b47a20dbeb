"""Every page."""

from houseful.web import api_docs, password_reset, problem_catalogue, sign_in, sign_up, signing
from houseful.web.assets import show_favicon, static_files
from houseful.web.door import routes as door
from houseful.web.me import routes as me
from houseful.web.office import routes as office
from houseful.web.shop import routes as shop

handlers = [
    static_files(),
    show_favicon,
    *sign_in.handlers,
    *sign_up.handlers,
    *password_reset.handlers,
    *problem_catalogue.handlers,
    *api_docs.handlers,
    *signing.handlers,
    *office.handlers,
    *door.handlers,
    *me.handlers,
    *shop.handlers,
]
