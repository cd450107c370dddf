"""The receivers of what a hub sends: a webhook receiver and an SMTP server. Both are real, on
loopback, and can go away and come back on the same port."""

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from support.observe import wait_until

WAIT_SECONDS = 30
FROM = "support@guichet.example"


class Delivery:
    """One received request."""

    def __init__(self, handler):
        length = int(handler.headers["Content-Length"])
        self.path = handler.path
        self.headers = dict(handler.headers.items())
        self.body = handler.rfile.read(length)
        self.json = json.loads(self.body)
        self.id = handler.headers["webhook-id"]

    def is_signed(self, key):
        """The signature of Standard Webhooks, computed independently."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        code = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return self.headers["webhook-signature"] == f"v1,{code}"


class WebhookReceiver:
    """Answers with `status`, and remembers every delivery."""

    def __init__(self, certificate=None):
        self.certificate = certificate
        self.port = 0
        self.status = 200
        self.headers = {}
        self.times = []
        self.deliveries = []
        self.server = None

    def start(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                delivery = Delivery(self)
                status = receiver.status
                receiver.times.append(time.monotonic())
                receiver.deliveries.append((status, delivery))
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                if status in (301, 302, 307, 308):
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate.certificate, self.certificate.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"

    @property
    def accepted(self):
        return [delivery for status, delivery in self.deliveries if status == 200]

    def wait_for(self, count, seconds=WAIT_SECONDS):
        wait_until(lambda: len(self.accepted) >= count, f"{count} deliveries", seconds)
        return self.accepted


class Mail:
    """One received message."""

    def __init__(self, envelope):
        self.raw = envelope.content
        self.sender = envelope.mail_from
        self.recipients = envelope.rcpt_tos
        self.message = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.id = self.message["Message-ID"]
        self.subject = self.message["Subject"]

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content().replace("\r\n", "\n")

    @property
    def html(self):
        return self.message.get_body(("html",)).get_content().replace("\r\n", "\n")


class MailServer:
    """aiosmtpd, with STARTTLS when there is a certificate and with logins when there is a password."""

    def __init__(self, certificate=None, user=None, password=None):
        self.certificate = certificate
        self.user = user
        self.password = password
        self.port = 0
        self.mails = []
        self.refuse = lambda address: False
        self.were_secure = []
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse(address):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.were_secure.append(session.ssl is not None)
        self.mails.append(Mail(envelope))
        return "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == (self.user, self.password))

    def start(self):
        options = {}
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate.certificate, self.certificate.key)
            options.update(tls_context=context, require_starttls=True)
        if self.password:
            options.update(
                authenticator=self.authenticate,
                auth_required=True,
                auth_require_tls=self.certificate is not None,
            )
        self.controller = OwnPort(
            self, hostname="127.0.0.1", port=self.port, ready_timeout=30, **options
        )
        self.controller.start()
        self.port = self.controller.server.sockets[0].getsockname()[1]
        return self

    def stop(self):
        """Works also when it is already down, for example after a failed test."""
        if self.controller:
            self.controller.stop()
            self.controller = None

    def settings(self, folder, **fields):
        """A file for GUICHET_SMTP with this server."""
        settings = {
            "url": f"smtp://127.0.0.1:{self.port}",
            "from": f"Guichet Équipe <{FROM}>",
            "tls": "off",
            "clientUrl": "https://support.example/",
        }
        file = folder / "smtp.json"
        file.write_text(json.dumps({**settings, **fields}))
        return file

    def to(self, address):
        return [mail for mail in self.mails if mail.recipients == [address]]

    def wait_for(self, count, seconds=WAIT_SECONDS):
        wait_until(lambda: len(self.mails) >= count, f"{count} mails", seconds)
        return self.mails


class OwnPort(Controller):
    """Takes a free port: the original connects to the port it was given, which may be 0."""

    def _trigger_server(self):
        port = self.server.sockets[0].getsockname()[1] if self.server else self.port
        self.port = port
        super()._trigger_server()
