"""A feed (Atom or RSS): the addresses of the messages that it names. Pure."""

from urllib.parse import urljoin

from lxml import etree

from cap.messages.parsing import local_name, parse_xml

MOST_ENTRIES = 100
CAP = "application/cap+xml"


def is_message(root: etree._Element) -> bool:
    """Whether a document is a message itself."""
    return local_name(root) == "alert"


def addresses_in(content: bytes, url: str) -> list[str]:
    """Return the addresses of the messages of a feed (Atom or RSS), its own where it is a message.

    Raises WarningUnusable for what is no XML.
    """
    root = parse_xml(content)
    if is_message(root):
        return [url]
    found: list[str] = []
    for element in root.iter():
        if local_name(element) in ("entry", "item"):
            link = _link_of(element)
            if link:
                found.append(urljoin(url, link))
    return list(dict.fromkeys(found))[:MOST_ENTRIES]


def _link_of(entry: etree._Element) -> str:
    """Return the address of the message of an entry: what says that it is one, else its first link."""
    links = [child for child in entry if local_name(child) in ("link", "enclosure")]
    for link in sorted(links, key=lambda one: one.get("type") != CAP):
        address = (link.get("href") or link.get("url") or link.text or "").strip()
        if address:
            return address
    return ""
