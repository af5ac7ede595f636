"""The proxies that the environment names, as the HTTP client takes them from it; never their user and password."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

_KINDS = ("http", "https", "all")


def proxy_of(error: httpx.HTTPError) -> str | None:
    """Return the proxy between the job and what a failed request asked for, with the variable that names it.

    Returns:
        As `proxy.example:3128 (HTTPS_PROXY)`; None where there is none.
    """
    try:
        url = error.request.url
    except RuntimeError:  # it failed before there was one
        return None
    named = getproxies()
    if proxy_bypass(url.host):
        return None
    for kind in (url.scheme, "all"):
        if address := named.get(kind):
            return f"{_place(address)} ({kind.upper()}_PROXY)"
    return None


def unusable_proxies() -> list[str]:
    """Return the variables that name a proxy that cannot be one."""
    named = getproxies()
    return [f"{kind.upper()}_PROXY" for kind in _KINDS if kind in named and not _is_usable(named[kind])]


def _is_usable(address: str) -> bool:
    try:
        httpx.Proxy(_whole(address))
    except (ValueError, httpx.InvalidURL):
        return False
    return True


def _place(address: str) -> str:
    return urlsplit(_whole(address)).netloc.rpartition("@")[2]


def _whole(address: str) -> str:
    return address if "://" in address else f"http://{address}"
