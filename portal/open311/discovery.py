"""What this server offers, for programs that look for it. Pure."""

from portal.open311.documents import Document, Format

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-29T00:00:00+08:00"  # when what is offered last changed


def draw_discovery(*, base: str, is_test: bool, language: str) -> Document:
    """Return the document. `base` is the address of the portal; `is_test`: what is sent here reaches nobody."""
    return Document(
        "discovery",
        {
            "changeset": CHANGESET,
            "contact": f"{base}/data?lang={language}",
            "key_service": f"{base}/data?lang={language}#keys",
            "endpoints": [
                {
                    "specification": SPECIFICATION,
                    "url": f"{base}/open311/v2",
                    "changeset": CHANGESET,
                    "type": "test" if is_test else "production",
                    "formats": [Format.XML.media_type.partition(";")[0], Format.JSON.media_type.partition(";")[0]],
                }
            ],
        },
    )
