"""The cookies, and how they are set."""

from starlette.responses import Response

from cityops.settings import Settings

SESSION = "cityops_session"
WALL = "cityops_wall"
DEVICE = "cityops_device"  # see known_devices.py; it outlives the session
LANGUAGE = "cityops_language"
OIDC = "cityops_oidc"  # while a person is at the identity provider

SHIFT = 12 * 3600  # seconds; the session in the database ends then too
YEAR = 365 * 24 * 3600


def set_cookie(response: Response, name: str, value: str, *, settings: Settings, seconds: int) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=settings.cookie_secure, path="/"
    )


def drop_cookie(response: Response, name: str, *, settings: Settings) -> None:
    """Make the browser forget a cookie."""
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=settings.cookie_secure)
