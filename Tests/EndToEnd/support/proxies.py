"""Real proxies before a hub, with the files of docs/deploy; addresses, names and paths are
replaced."""

import contextlib
import shutil
import socket
import ssl
import subprocess

from requests.adapters import HTTPAdapter

from support import people
from support.hub import ROOT
from support.live import Live
from support.observe import wait_until
from support.rest import Rest

DEPLOY = ROOT / "docs/deploy"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def is_open(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def replaced(text, changes):
    """Every replacement must match."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the file"
        text = text.replace(old, new)
    return text


class Proxy:
    """A proxy with TLS on a port of its own, until its `with` block ends."""

    name = ""
    file = ""
    # Where the file has the hub.
    hub_address = "127.0.0.1:8080"

    def __init__(self, folder, hub, certificate, changes=None):
        self.folder = folder / self.name
        self.folder.mkdir()
        self.hub = hub
        self.certificate = certificate
        self.port = free_port()
        self.plain_port = free_port()
        text = (DEPLOY / self.file).read_text()
        text = replaced(text, {self.hub_address: f"127.0.0.1:{hub.port}", **self.places()})
        self.configuration = self.folder / self.file
        self.configuration.write_text(replaced(text, changes or {}))
        self.trust = ssl.create_default_context(cafile=certificate.certificate)
        # The client of our tests reads and writes in two threads, which tickets of TLS 1.3, coming
        # behind the handshake, make lose what is written.
        self.trust.maximum_version = ssl.TLSVersion.TLSv1_2
        self.clients = []

    def __enter__(self):
        command = self.command()
        assert shutil.which(command[0]), f"no {command[0]}: run scripts/packages test"
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            wait_until(self.is_up, f"{self.name} to listen")
        except AssertionError:
            self.__exit__()
            raise AssertionError(self.log_file.read_text()) from None
        return self

    def is_up(self):
        assert self.process.poll() is None, f"{self.name} ended"
        return is_open(self.port)

    def __exit__(self, *_):
        for client in self.clients:
            client.close()
        self.end()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def end(self):
        self.process.terminate()

    @property
    def log_file(self):
        return self.folder / "proxy.log"

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def rest(self, someone=None, address="127.0.0.1", base=""):
        """Calls through the proxy, from an address of the loopback range."""
        client = Rest(self.url + base, people.token(someone) if someone else None)
        client.session.trust_env = False  # whose bundle would win over ours
        client.session.verify = str(self.certificate.certificate)
        client.session.mount("https://", FromAddress(address))
        self.clients.append(client)
        return client

    def live(self, someone, address="127.0.0.1"):
        source = {"source_address": (address, 0)}
        live = Live(self.port, people.token(someone), ssl=self.trust, **source)
        self.clients.append(live)
        return live


class FromAddress(HTTPAdapter):
    """Connections that begin at one of this machine's own addresses."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


class Nginx(Proxy):
    """The file is for `conf.d`, so an `nginx.conf` includes it."""

    name = "nginx"
    file = "nginx.conf"

    def places(self):
        return {
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "    listen [::]:443 ssl;\n": "",
            "    listen [::]:80;\n": "",
            "/etc/ssl/tickets.pem": str(self.certificate.certificate),
            "/etc/ssl/tickets.key": str(self.certificate.key),
            "/var/log/nginx/guichet.log": str(self.folder / "access.log"),
            "/var/log/nginx/guichet-error.log": str(self.log_file),
        }

    def command(self):
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = self.folder / "main.conf"
        main.write_text(
            f"user root;\ndaemon off;\nworker_processes 1;\npid {self.folder}/pid;\n"
            f"error_log stderr warn;\nevents {{}}\n"
            f"http {{\naccess_log off;\n{temporary}include {self.configuration};\n}}\n"
        )
        return ["nginx", "-p", str(self.folder), "-c", str(main)]


class Caddy(Proxy):
    name = "caddy"
    file = "Caddyfile"

    def places(self):
        options = (
            "{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n"
            f"\thttp_port {self.plain_port}\n\tstorage file_system {self.folder}/storage\n}}\n\n"
        )
        certificate = f"\ttls {self.certificate.certificate} {self.certificate.key}\n"
        return {"tickets.example.org {\n": f"{options}{self.url} {{\n{certificate}"}

    def command(self):
        return ["caddy", "run", "--config", str(self.configuration), "--adapter", "caddyfile"]

    def end(self):
        # It would wait for streams that are open, for as long as they are.
        self.process.kill()


class HAProxy(Proxy):
    name = "haproxy"
    file = "haproxy.cfg"

    def places(self):
        both = self.folder / "tickets.pem"
        files = (self.certificate.certificate, self.certificate.key)
        both.write_bytes(b"".join(file.read_bytes() for file in files))
        return {
            "bind :::443 v4v6": f"bind 127.0.0.1:{self.port}",
            "bind :::80 v4v6": f"bind 127.0.0.1:{self.plain_port}",
            "/etc/haproxy/tickets.pem": str(both),
        }

    def command(self):
        return ["haproxy", "-db", "-f", str(self.configuration)]


class BlindHAProxy(HAProxy):
    """It forwards bytes only: the hub does TLS."""

    file = "haproxy-tcp.cfg"
    hub_address = "127.0.0.1:8443"

    def places(self):
        return {"bind :::443 v4v6": f"bind 127.0.0.1:{self.port}"}


PROXIES = {proxy.name: proxy for proxy in (Nginx, Caddy, HAProxy)}
