"""The secrets of one-time codes are encrypted under the present key as the dashboard starts: it alone has the key."""

import asyncio
import logging

from cityops.accounts.factors.second_factor import renew_totp
from cityops.accounts.factors.totp_secrets import TotpCipher, make_cipher
from cityops.clock import utc_now
from cityops.storage import Database, StorageError
from dashboard.web.app_context import AppContext

logger = logging.getLogger(__name__)
AGAIN = 10.0  # seconds, while the database is away


async def renew_code_secrets(site: AppContext) -> None:
    """Encrypt what is kept in clear or under the previous key, and tell what no key opens, once there is a database."""
    cipher = make_cipher(site.settings)
    while True:
        try:
            await asyncio.to_thread(_renew, site.pools.door, cipher)
        except StorageError as error:
            logger.warning("secrets of codes not looked at", extra={"action": "totp_key", "reason": str(error)})
            await asyncio.sleep(AGAIN)
        else:
            return


def _renew(database: Database, cipher: TotpCipher) -> None:
    with database.transaction() as tx:
        renewal = renew_totp(tx, cipher, now=utc_now())
    if renewal.renewed:
        logger.info("secrets of codes encrypted", extra={"action": "totp_key", "count": len(renewal.renewed)})
    if renewal.clear:
        logger.warning(
            "%d secrets of one-time codes stand in the database in clear. "
            "Set CITYOPS_SECRET_KEY and start the dashboard again.",
            renewal.clear,
            extra={"action": "totp_key"},
        )
    if renewal.unreadable:
        logger.error(
            "%d accounts cannot log in with one-time codes: no key here opens their secrets. Set CITYOPS_SECRET_KEY or "
            "CITYOPS_PREVIOUS_SECRET_KEY to what it was; where it is lost, take their second factor away at /admin.",
            len(renewal.unreadable),
            extra={"action": "totp_key", "accounts": renewal.unreadable},
        )
