"""Asks a site over HTTP: patient with limits and outages, careful with the token."""

import email.utils
import http.client
import json
import os
import socket
import time
import urllib.error
import urllib.parse
import urllib.request

from moving.disk import replace, sync
from moving.errors import NotThere, Stop

TRIES = 7
TIMEOUT_SECONDS = 60
WAIT_SECONDS_MAX = 3600
PIECE_BYTES = 1 << 16
PASSING = {429, 500, 502, 503, 504}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but takes the token to no other origin."""

    def __init__(self, secret_headers):
        self.secret = {name.lower() for name in secret_headers}

    def redirect_request(self, request, *rest):
        again = super().redirect_request(request, *rest)
        if again is not None and origin(again.full_url) != origin(request.full_url):
            kept = {n: v for n, v in again.headers.items() if n.lower() not in self.secret}
            again.headers = kept
        return again


def origin(url):
    parts = urllib.parse.urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme, parts.hostname, port)


def checked_address(text, plain_http=False):
    """The address without a slash at its end; refuses to send a token where others can read it."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Stop(f"“{text}” is not the address of a site: write https://…", 2)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Stop("the address holds more than scheme, host and path", 2)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK and not plain_http:
        raise Stop("over http:// everybody on the way reads the token; add --plain-http to do so", 2)
    return text.rstrip("/")


class Site:
    """`headers` hold the token. `say` is told when the site makes us wait."""

    def __init__(self, address, headers, say, sleep=time.sleep):
        self.address = address
        self.headers = headers
        self.say = say
        self.sleep = sleep
        self.opener = urllib.request.build_opener(_Redirects(headers))

    def json(self, path, **query):
        """The answer to a GET below the site's address."""
        url = self.address + path
        if query:
            url += "?" + urllib.parse.urlencode(query)
        body = self._patiently(url, lambda answer: answer.read())
        try:
            return json.loads(body)
        except ValueError:
            raise Stop(f"{self.address}{path} does not answer with JSON; is the address right?") from None

    def download(self, url, path):
        """Writes what is at the URL, or at the path below the site, to a file; returns its size."""
        url = urllib.parse.urljoin(self.address + "/", url)
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise NotThere(url)
        partial = path + ".part"

        def write(answer):
            with open(partial, "wb") as file:
                while piece := answer.read(PIECE_BYTES):
                    file.write(piece)
                size = file.tell()
                sync(file)
            length = answer.headers.get("Content-Length")
            if length is not None and int(length) != size:
                raise http.client.IncompleteRead(b"", int(length) - size)
            return size

        size = self._patiently(url, write)
        replace(partial, path)
        return size

    def _patiently(self, url, use):
        wait = 1
        for attempt in range(1, TRIES + 1):
            told = None
            try:
                with self._open(url) as answer:
                    return use(answer)
            except urllib.error.HTTPError as error:
                told = self._judge(error, url)
                trouble = f"{error.code} {error.reason}"
            except (urllib.error.URLError, socket.timeout, ConnectionError,
                    http.client.HTTPException) as error:
                trouble = str(getattr(error, "reason", error)) or type(error).__name__
            if attempt == TRIES:
                raise Stop(f"{shown(url)}: {trouble}, {TRIES} times; run the same command later")
            pause = wait if told is None else told
            self.say(f"{shown(url)}: {trouble}; trying again in {pause:.0f} s")
            self.sleep(pause)
            wait = min(wait * 2, 60)

    def _open(self, url):
        own = origin(url) == origin(self.address)
        headers = {"Accept": "application/json, */*", "User-Agent": "guichet-moving-in"}
        if own:
            headers.update(self.headers)
        return self.opener.open(urllib.request.Request(url, headers=headers), timeout=TIMEOUT_SECONDS)

    def _judge(self, error, url):
        """The seconds that the site asks for, or None; raises where waiting does not help."""
        with error:
            if error.code in (404, 410):
                raise NotThere(url) from None
            if error.code in (401, 403):
                raise Stop(
                    f"{shown(url)}: {error.code}: the token is wrong or has too few rights", 2
                ) from None
            if error.code not in PASSING:
                raise Stop(f"{shown(url)}: {error.code} {error.reason}") from None
            return retry_after(error.headers.get("Retry-After"))


def retry_after(text, now=None):
    """Seconds from a number or a date (RFC 9110, 10.2.3); None where there is neither."""
    if not text:
        return None
    text = text.strip()
    if text.isdigit():
        return min(int(text), WAIT_SECONDS_MAX)
    try:
        moment = email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None
    return min(max(moment - (time.time() if now is None else now), 0), WAIT_SECONDS_MAX)


def shown(url):
    """Without the query: signed addresses of files carry secrets there."""
    return urllib.parse.urlsplit(url)._replace(query="", fragment="").geturl()
