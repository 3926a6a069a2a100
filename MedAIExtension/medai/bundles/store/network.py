"""The way to the hubs: whether there is one, through which proxy, and whose certificates are believed."""

from __future__ import annotations

import ipaddress
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ...errors import InputError

if TYPE_CHECKING:
    import requests

OFFLINE = "MEDAI_OFFLINE"
_SETTINGS = "settings.json"
_MOST_REDIRECTS = 8
_TIMEOUT = (15.0, 30.0)  # seconds to connect, and between two pieces
_NO = ("", "0", "false", "no", "off")


@dataclass(frozen=True)
class NetworkSettings:
    """What the user set in ``settings.json`` in ``MEDAI_HOME``; the environment's proxy and certificates hold where it is silent.

    Attributes:
        proxy: URL of a proxy, such as "http://proxy.hospital.org:3128", or "".
        ca_file: certificates of the authorities to believe, as PEM, or "".
        offline: no connection is ever opened.
    """

    proxy: str = ""
    ca_file: str = ""
    offline: bool = False

    @classmethod
    def read(cls) -> NetworkSettings:
        """The settings, from ``MEDAI_HOME`` and ``MEDAI_OFFLINE``.

        Raises:
            InputError: if the file is unreadable.
        """
        from .folder import store_folder

        path = store_folder().parent / _SETTINGS
        said: Any = {}
        if path.is_file():
            try:
                said = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as problem:
                raise InputError(f"{path} cannot be read ({problem}); correct it or delete it.") from problem
        if not isinstance(said, dict):
            raise InputError(f"{path} holds no JSON object; correct it or delete it.")
        offline = os.environ.get(OFFLINE, "").strip().lower() not in _NO or said.get("offline") is True
        return cls(str(said.get("proxy") or ""), str(said.get("ca_file") or ""), offline)


def is_offline() -> bool:
    """Whether no connection may be opened: ``MEDAI_OFFLINE`` is set, or the settings say so."""
    return NetworkSettings.read().offline


class Connection:
    """HTTPS with the user's proxy and certificates; sends nobody's passwords and follows no way to a place without encryption.

    Raises:
        InputError: if MedAI is offline, or what it needs is missing.
    """

    def __init__(self, settings: NetworkSettings | None = None) -> None:
        self.settings = settings or NetworkSettings.read()
        if self.settings.offline:
            raise InputError("MedAI is offline (--offline, MEDAI_OFFLINE or its settings); install the model from a file.")
        try:
            import requests
        except ImportError as problem:
            raise InputError("Downloads need the package requests; run: pip install requests.") from problem
        self._session = requests.Session()
        self._session.auth = _no_password  # else a netrc file's would be sent
        self._session.headers["Accept-Encoding"] = "identity"  # sizes and ranges are those of the file
        self._session.headers["User-Agent"] = "medai"
        self._verify = self._certificates()

    def close(self) -> None:
        """Close what is open."""
        self._session.close()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """The answer to a request, redirects followed, its body not yet read.

        Raises:
            InputError: if the address, or one that it leads to, is not allowed.
            requests.RequestException: if there is no answer.
        """
        import requests

        for _ in range(_MOST_REDIRECTS):
            check_address(url)
            answer = self._session.get(
                url,
                headers=dict(headers or {}),
                stream=True,
                allow_redirects=False,
                timeout=_TIMEOUT,
                proxies=self._proxies(url),
                verify=self._verify,
            )
            if not answer.is_redirect:
                return answer
            answer.close()
            before, url = url, urljoin(url, answer.headers["location"])
            if before.startswith("https:") and not url.startswith("https:"):
                raise InputError(f"{host_of(before)} leads to an address without encryption; nothing was taken from there.")
        raise requests.TooManyRedirects(f"{host_of(url)} leads from place to place")

    def _proxies(self, url: str) -> dict[str, str]:
        import requests

        proxy = self.settings.proxy
        if not proxy or requests.utils.should_bypass_proxies(url, no_proxy=None):
            return {}
        return {"http": proxy, "https": proxy}

    def _certificates(self) -> str | bool:
        for path in (self.settings.ca_file, *map(os.environ.get, ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"))):
            if path:
                if not Path(path).exists():
                    raise InputError(f"{path}, the file of certificates to believe, does not exist; correct the setting.")
                return path
        return True


def check_address(url: str) -> None:
    """HTTPS, or HTTP on this very computer.

    Raises:
        InputError: if it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_this_computer(parts.hostname or ""):
        return
    raise InputError(f"{url.partition('?')[0]} is no https address; models are downloaded from such alone.")


def host_of(url: str) -> str:
    """The address's host, for people."""
    return urlsplit(url).hostname or url


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def _no_password(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
