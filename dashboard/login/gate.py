"""How attempts to log in are worked on: counted first, in few threads, and those of known devices apart."""

import math
import time
from dataclasses import dataclass

from cityops.accounts import authentication, tokens
from cityops.accounts.authentication import CodeNeeded
from cityops.accounts.factors.totp_secrets import make_cipher
from cityops.accounts.login_limits import LoginRefused, LoginSource
from cityops.accounts.signing import Signer, load_signer
from cityops.accounts.users import User
from cityops.clock import utc_now
from cityops.storage import StorageError
from cityops.web.worker_pool import PoolFull, WorkerPool
from dashboard.limits.attempts import Attempts
from dashboard.login.known_devices import KnownDevice, new_device, read_cookie
from dashboard.web.request_context import visit


class Busy(PoolFull):
    """Too many log-ins come from here. Wait, then try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """One attempt to log in, as it was sent."""

    name: str
    password: str
    code: str
    agent: str  # the browser, as it calls itself
    device: KnownDevice | None

    @property
    def known_device(self) -> str | None:
        """The id of the device, if this account has logged in from it before."""
        return self.device.device_id if self.device is not None and self.device.knows(self.name) else None


class LoginGate:
    """What one process keeps of those who log in. Devices that an account knows have threads of their own."""

    def __init__(self) -> None:
        self._attempts = Attempts()
        self._strangers = WorkerPool("login", threads=2, queue=10)  # a few seconds of work
        self._known = WorkerPool("login-known", threads=1, queue=10)
        self._signer: Signer | None = None

    async def log_in(self, attempt: LoginAttempt) -> tuple[str, User | None, str]:
        """Return the token of a new session, whose it is, and the cookie of the device.

        Raises LoginRefused, Busy, PoolFull, StorageError.
        """
        pool, counted_as = self._strangers, visit().origin
        if attempt.known_device is not None:
            pool, counted_as = self._known, f"device {attempt.known_device}"
        wait = self._attempts.admit(counted_as, now=time.monotonic())
        if wait > 0:
            raise Busy(math.ceil(wait))
        try:
            done = await pool.run(self._work, attempt)
        except LoginRefused as refused:
            if isinstance(refused, CodeNeeded) and not attempt.code:
                self._attempts.take_back(counted_as)
            raise
        except (PoolFull, StorageError):
            self._attempts.take_back(counted_as)
            raise
        self._attempts.take_back(counted_as)
        return done

    async def device(self, cookie: str | None) -> KnownDevice | None:
        """Return the device of a cookie. Raises PoolFull, StorageError while nobody knows the key yet."""
        if not cookie:
            return None
        signer = self._signer
        if signer is None:
            signer = await self._strangers.run(self._load_signer)
        return read_cookie(signer, cookie, now=utc_now())

    def _work(self, attempt: LoginAttempt) -> tuple[str, User | None, str]:
        here, now = visit(), utc_now()
        token = authentication.log_in(
            here.site.pools.door,
            attempt.name,
            attempt.password,
            code=attempt.code,
            cipher=make_cipher(here.site.settings),
            now=now,
            source=LoginSource(here.origin, attempt.known_device),
            device=attempt.agent,
        )
        with here.site.pools.door.transaction() as tx:
            person = tokens.user_of(tx, token, now=now)
        device = (attempt.device or new_device()).after_login(attempt.name)
        return token, person, device.cookie(self._load_signer(), now=now)

    def _load_signer(self) -> Signer:
        if self._signer is None:
            site = visit().site
            with site.pools.door.transaction() as tx:
                self._signer = load_signer(tx, site.settings, utc_now())
        return self._signer
