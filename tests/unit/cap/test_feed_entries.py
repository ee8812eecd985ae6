"""Which messages a feed names."""

import pytest

from cap.errors import WarningUnusable
from cap.incoming.feed_entries import CAP, MOST_ENTRIES, addresses_in

AT = "https://weather.example/feeds/all.xml"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


def atom(*entries: str) -> bytes:
    return ATOM.format("".join(f"<entry>{entry}</entry>" for entry in entries)).encode()


def test_a_message_is_its_own_feed() -> None:
    assert addresses_in(b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>', AT) == [AT]


def test_an_entry_leads_to_what_says_that_it_is_a_message() -> None:
    page, message = '<link href="/page.html"/>', f'<link href="one.xml" type="{CAP}"/>'

    assert addresses_in(atom(page + message), AT) == ["https://weather.example/feeds/one.xml"]
    assert addresses_in(atom(page), AT) == ["https://weather.example/page.html"]


def test_rss_names_them_in_links_and_enclosures() -> None:
    link = "<item><link> https://other.example/a.xml </link></item>"
    enclosure = f'<item><link>/page</link><enclosure url="/b.xml" type="{CAP}"/></item>'
    feed = f"<rss><channel>{link}{enclosure}</channel></rss>".encode()

    assert addresses_in(feed, AT) == ["https://other.example/a.xml", "https://weather.example/b.xml"]


def test_each_is_named_once_and_an_entry_without_an_address_not_at_all() -> None:
    one = '<link href="one.xml"/>'

    assert addresses_in(atom(one, "<title>no link</title>", '<link href=" "/>', one), AT) == [
        "https://weather.example/feeds/one.xml"
    ]


def test_a_feed_without_end_ends() -> None:
    entries = (f'<link href="{number}.xml"/>' for number in range(MOST_ENTRIES + 1))

    found = addresses_in(atom(*entries), AT)

    assert len(found) == MOST_ENTRIES
    assert found[0] == "https://weather.example/feeds/0.xml"


def test_what_is_no_xml_is_no_feed() -> None:
    with pytest.raises(WarningUnusable):
        addresses_in(b"<feed>", AT)
