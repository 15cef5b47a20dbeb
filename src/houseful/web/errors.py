"""Problems as pages: what happened, and what to do."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Redirect

from houseful.kernel.http.errors import answer_problem, as_problem
from houseful.kernel.http.scopes import request_id_of
from houseful.web.templating import page
from houseful.web.visits import Visit

MACHINE_PREFIXES = ("/api", "/internal", "/callbacks", "/.well-known", "/static", "/metrics")
METHOD_NOT_ALLOWED = 405
SERVER_ERROR = 500


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer programs with a problem document, and people with a page."""
    wants_page = "text/html" in request.headers.get("accept", "")
    if request.url.path.startswith(MACHINE_PREFIXES) or not wants_page:
        return answer_problem(request, error)
    problem = as_problem(error)
    if problem.status == 401 and request.method == "GET":
        return Redirect(f"/sign-in?next={quote(request.url.path)}")
    if problem.status == METHOD_NOT_ALLOWED and request.method == "GET":
        return Redirect(_page_above(request))
    if problem.status >= SERVER_ERROR:
        answer_problem(request, error)
        problem.fields.setdefault("requestId", request_id_of(request.scope))
    visit: Visit = getattr(request.state, "visit", None) or Visit(request)
    return page(visit, "problem.html", status=problem.status, problem=problem)


def _page_above(request: Request[Any, Any, Any]) -> str:
    """Return where somebody belongs who looks at the address that a form was sent to.

    After a form was refused that address stands in the browser; the page with the form is above.
    """
    path = request.url.path.rpartition("/")[0] or "/"
    return f"{path}?{request.url.query}" if request.url.query else path
