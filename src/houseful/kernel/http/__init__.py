"""HTTP as every room speaks it: endpoints with guards, views, pages of lists, problems, ETags."""

from houseful.kernel.http.caller import Caller
from houseful.kernel.http.endpoints import delete, get, patch, post, put
from houseful.kernel.http.schemas import Body, Page, View
from houseful.kernel.http.versions import ExpectedVersion, StatedVersion

__all__ = [
    "Body",
    "Caller",
    "ExpectedVersion",
    "Page",
    "StatedVersion",
    "View",
    "delete",
    "get",
    "patch",
    "post",
    "put",
]
