"""XML of others, parsed shut: no DOCTYPE, no entities, no network, no more than it may be."""

from typing import Final

from lxml import etree

from cap.errors import WarningUnusable

MOST_BYTES: Final = 1024 * 1024


def parse_xml(content: bytes, *, most: int = MOST_BYTES) -> etree._Element:
    """Return the root of a document. Raises WarningUnusable."""
    if len(content) > most:
        raise WarningUnusable(f"It has more than {most} bytes. {WarningUnusable.__doc__}")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise WarningUnusable(f"It is no XML: {error}. {WarningUnusable.__doc__}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise WarningUnusable(f"It has a DOCTYPE, which CAP never has. {WarningUnusable.__doc__}")
    return root


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for a comment or an instruction."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
