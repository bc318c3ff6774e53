"""Signed links to the simulator's own files, as a CDN would give them.

A link carries the moment it expires and a signature over both. It is signed anew for every answer
that contains it, so reading the resource again gives a fresh one.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, unquote

FILES = "/_files/"
UPLOADS = "/_uploads/"


class ExpiredLinkError(Exception):
    """The link's time is over, or it was tampered with."""


class Links:
    """Makes and checks signed links.

    Attributes:
        base_url: address of the server, without a slash at the end; set once it is known.
    """

    def __init__(self, seed: int) -> None:
        self.base_url = ""
        self._secret = hashlib.sha256(f"links of {seed}".encode()).digest()

    def sign(self, path: str, expires: float) -> str:
        """A link to `path`, which starts with `FILES` or `UPLOADS`, valid until `expires`."""
        moment = str(int(expires))
        return f"{self.base_url}{quote(path)}?expires={moment}&signature={self._mac(path, moment)}"

    def check(self, path: str, expires: str, signature: str, now: float) -> None:
        """Let a valid link pass.

        Raises:
            ExpiredLinkError: for all others.
        """
        genuine = hmac.compare_digest(self._mac(path, expires).encode(), signature.encode())
        if not genuine:
            raise ExpiredLinkError("The request signature we calculated does not match")
        if now >= int(expires):
            raise ExpiredLinkError("Request has expired")

    def own(self, url: str) -> str | None:
        """The path of a link of our own, None for anybody else's address."""
        prefix = self.base_url + FILES
        if not self.base_url or not url.startswith(prefix):
            return None
        return unquote(FILES + url[len(prefix) :].partition("?")[0])

    def opened(self, url: str, now: float) -> str | None:
        """The same, of a link that still works.

        Raises:
            ExpiredLinkError: it is our own, and does not.
        """
        path = self.own(url)
        if path is not None:
            query = dict(parse_qsl(url.partition("?")[2]))
            self.check(path, query.get("expires", ""), query.get("signature", ""), now)
        return path

    def _mac(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()
