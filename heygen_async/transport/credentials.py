"""Who is calling, and whom the call may reach.

HeyGen takes either an API key (billed to the API wallet) or an OAuth token (billed to the web
plan), never both [source document 003, read 2026-11-20]. Each credential yields the one header of
one request; it is never stored on a session, because a session sends its headers to every host.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs

from heygen_async.errors import AuthenticationError, InvalidInputError, UsageError
from heygen_async.transport.redact import redact_url

__all__ = [
    "ApiKey",
    "Bearer",
    "Credentials",
    "checked_base_url",
    "credentials_from",
    "token_from",
]

KEY_VARIABLE = "HEYGEN_API_KEY"
"""The environment variable that holds the API key [HeyGen's own CLI, read 2026-11-20]."""

TOKEN_VARIABLE = "AGENTAI_API_KEY"  # noqa: S105 - a name, and no token
"""The environment variable that holds agent.ai's token; the name is ours."""

_PORTS = {"https": 443, "http": 80}


def _one_word(instance: ApiKey | Bearer, attribute: attrs.Attribute[str], value: object) -> None:
    what = "API key" if isinstance(instance, ApiKey) else "bearer token"
    source = instance.source
    if not isinstance(value, str):
        problem = f"is no text but {type(value).__name__}"
    elif not value:
        problem = "is empty"
    elif any(character.isspace() for character in value):
        problem = "contains white space; was a line break copied along?"
    elif not value.isascii() or not value.isprintable():
        problem = "contains characters that no key has"
    else:
        return
    raise InvalidInputError(
        f"the {what} from {source} {problem}", field=source, rule="must be one printable word"
    )


@attrs.frozen
class ApiKey:
    """An API key.

    Attributes:
        value: the key, as HeyGen's settings page shows it.
        source: where it came from, for error messages.
    """

    value: str = attrs.field(repr=False, validator=_one_word)
    source: str = attrs.field(default="the argument api_key", kw_only=True, eq=False)

    def header(self) -> tuple[str, str]:
        """The name and value of the header that carries it."""
        return "x-api-key", self.value


@attrs.frozen
class Bearer:
    """An OAuth access token.

    Attributes:
        value: the token, without the word Bearer.
        source: where it came from, for error messages.
    """

    value: str = attrs.field(repr=False, validator=_one_word)
    source: str = attrs.field(default="the argument token", kw_only=True, eq=False)

    def header(self) -> tuple[str, str]:
        """The name and value of the header that carries it."""
        return "Authorization", f"Bearer {self.value}"


Credentials = ApiKey | Bearer


def credentials_from(
    given: str | ApiKey | Bearer | None, environment: Mapping[str, str] = os.environ
) -> Credentials:
    """The credentials given, or the API key of the environment.

    Args:
        given: a key, or credentials, or None for ``HEYGEN_API_KEY``.
        environment: where the variable is looked up.

    Raises:
        AuthenticationError: nothing was given and the variable is not set.
        InvalidInputError: the key cannot be one.
    """
    if isinstance(given, ApiKey | Bearer):
        return given
    if given is None:
        where = "HeyGen's settings page, under API"
        return ApiKey(
            _looked_up(environment, KEY_VARIABLE, where), source=_variable_named(KEY_VARIABLE)
        )
    return ApiKey(given)


def token_from(given: str | Bearer | None, environment: Mapping[str, str] = os.environ) -> Bearer:
    """The token given, or that of the environment, for agent.ai.

    Args:
        given: a token, or None for ``AGENTAI_API_KEY``.
        environment: where the variable is looked up.

    Raises:
        AuthenticationError: nothing was given and the variable is not set.
        InvalidInputError: the token cannot be one.
    """
    if isinstance(given, Bearer):
        return given
    if given is None:
        where = "https://agent.ai/user/integrations#api"
        return Bearer(
            _looked_up(environment, TOKEN_VARIABLE, where), source=_variable_named(TOKEN_VARIABLE)
        )
    return Bearer(given, source="the argument api_key")


def _looked_up(environment: Mapping[str, str], variable: str, where: str) -> str:
    if variable not in environment:
        raise AuthenticationError(
            f"no API key: pass api_key=… or set {variable} (the key is on {where})"
        )
    return environment[variable]


def _variable_named(variable: str) -> str:
    return f"the environment variable {variable}"


def checked_base_url(base_url: str, *, allow_insecure: bool = False) -> str:
    """The base address in its one form, so that a host is known by it.

    That is lower case to the path, no dot that ends the host, no usual port, no trailing slash.

    Args:
        base_url: scheme, host, and perhaps a port and a path.
        allow_insecure: let the key travel in clear text to a host other than this machine.

    Raises:
        InvalidInputError: it is no such address, or it holds credentials, a query or a fragment.
        UsageError: it is http to another machine.
    """

    def refuse(rule: str) -> InvalidInputError:
        return InvalidInputError.of("base_url", rule, redact_url(base_url))

    if not isinstance(base_url, str):
        raise InvalidInputError.of("base_url", "must be an address such as https://host", base_url)
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
        if host is not None:
            host.encode("idna")  # as the resolver does, which has no error of ours
            host = host.removesuffix(".")  # the root's, of a name that is written out in full
    except ValueError as error:
        raise refuse("must be an address such as https://host") from error
    if parts.scheme not in {"https", "http"} or not host or "\\" in parts.netloc:
        raise refuse("must be an address such as https://host")
    if not base_url.isascii() or any(c.isspace() or not c.isprintable() for c in base_url):
        raise refuse("must be plain ASCII without white space")
    if host == "api.heygen.com" and parts.path.strip("/"):
        raise refuse("must end with the host, since every call brings its path")
    if "@" in parts.netloc:
        raise refuse("must not hold a user name or password")
    if "?" in base_url or "#" in base_url:
        raise refuse("must not hold a query or fragment")
    if parts.scheme == "http" and not allow_insecure and not is_loopback(host):
        raise UsageError(
            f"base_url {redact_url(base_url)!r} would send the key in clear text: use https, or "
            "say allow_insecure=True",
            field="base_url",
            rule="must be https",
        )
    place = f"[{host}]" if ":" in host else host
    if port not in {None, _PORTS[parts.scheme]}:
        place += f":{port}"
    return f"{parts.scheme}://{place}{parts.path}".rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine."""
    host = host.removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
