"""Headers that every answer carries, such as the content security policy; and whether a request is of our own pages."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

STEADY = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
}

ONLY_TLS = "max-age=31536000; includeSubDomains"  # a year; sent where cookies are for TLS only


def content_policy(script_hashes: Sequence[str]) -> str:
    """Return the Content-Security-Policy.

    MapLibre works in blob: workers; Plotly, MapLibre and AG Grid bring style elements of their own, which have
    no hash, so styles may be inline. Scripts may not, except Dash's own few, by their hashes.
    """
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'self'; script-src {scripts}; worker-src 'self' blob:; child-src blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


STATIC = ("/assets/", "/_dash-component-suites/", "/_favicon.ico")  # the same for everybody: may be kept
KEEP_FOR_EVER = "public, max-age=31536000, immutable"  # what has another address when it changes
ASKS_FIRST = ("/live/map",)  # says itself how it may be kept (dashboard/api/live_map.py)
# What takes data out of the house: `/domain/NAME` has the older address `/NAME` too.
DOWNLOADS = re.compile(
    r"(?:/domain)?/[^/]+/export\.[a-z]+|/api/v1/export/[a-z]+|/shift/sheets/[^/]+"
    r"|/(?:evaluation/scores|admin/catalogue/catalogue)\.xlsx"
)


def is_from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site made it send this request.

    A request with neither header is no browser's: it carries no cookie that the person did not put there.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def is_download_from_elsewhere(path: str, headers: Headers) -> bool:
    """Whether another site's link or picture asks for a file, which would stand in the audit log as taken by a person.

    Browsers that do not tell the site of a request name the page it comes from; programs name neither.
    """
    if DOWNLOADS.fullmatch(path) is None:
        return False
    referer = headers.get("referer")
    return is_from_elsewhere(headers) or (referer is not None and urlsplit(referer).netloc != headers.get("host", ""))


def safe_next(target: str) -> str:
    """Return a place on this site to go to after the login; the desk when the wish points elsewhere."""
    plain = target.isprintable() and "\\" not in target
    parts = urlsplit(target) if plain else None
    if parts is None or parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return "/desk"
    return target
