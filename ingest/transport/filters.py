"""What a worker subscribes to at the broker."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from alerts.rules.definitions import Rule
from cityops.catalogue import Catalogue
from cityops.devices.topics import ROOT, SHARED, TopicChannel

_PROOF = 16  # hexadecimal digits: 64 bits, which nobody guesses through a broker
_DANGER = 1  # the severity of what threatens life


def topic_filters(domains: Sequence[str], areas: Sequence[str], share: str | None) -> list[str]:
    """Return what a worker subscribes to: everything, a slice, or its part of a shared subscription.

    `share` is the name of the group at the broker, see share_name. A shared subscription is never given retained
    messages, so registrations and states are subscribed to by each member as well; storing one twice changes nothing.
    """
    if not domains and not areas:
        slices = [f"{ROOT}/#"]
    else:
        slices = [f"{ROOT}/{area}/{domain}/+/+" for area in areas or ["+"] for domain in domains or ["+"]]
    if share is None:
        return slices
    retained = [f"{ROOT}/+/+/+/{channel}" for channel in (TopicChannel.META, TopicChannel.STATUS)]
    return [f"{SHARED}{share}/{topic_filter}" for topic_filter in slices] + retained


def urgent_domains(rules: Iterable[Rule], catalogue: Catalogue, only: Sequence[str] = ()) -> list[str]:
    """Return the domains that go before the rest: with a rule of severity 1 for what does not build up over hours.

    Of the domains of a worker, `only`, where it has its own. A topic names the domain of a sensor and not its kind.
    Empty where there is no rest.
    """
    mine = set(only) or set(catalogue.domain)
    sudden = {rule.kind for rule in rules if rule.severity == _DANGER and not rule.when.builds_up}
    kinds = sudden & catalogue.kind.keys()
    urgent = {catalogue.kind[kind].domain for kind in kinds} & mine
    return sorted(urgent) if urgent < mine else []


def lane_client_id(client_id: str) -> str:
    """Return the name at the broker of the session of a worker's emergency lane."""
    return f"{client_id}-lane"


def share_name(group: str, url: str) -> str:
    """Return the name at the broker of a group of workers that share their work.

    Whoever subscribes to a shared subscription gets a part of it, whether he may read it or not: a device that knew
    the name would swallow messages. So it holds a word that only those can make who have the password in the URL of
    the broker, which workers of one group have in common. Without a password it is the group as it stands.
    """
    password = unquote(urlsplit(url).password or "")
    if not password:
        return group
    return f"{group}-{hmac.new(password.encode(), group.encode(), hashlib.sha256).hexdigest()[:_PROOF]}"
