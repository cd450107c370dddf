"""Doubles of other help desks: they serve the documented shapes of Zammad's and Chatwoot's APIs."""

import contextlib
import http.server
import json
import re
import threading
import urllib.parse

TOKEN = "a-secret-token-of-the-old-desk"


class HelpDesk:
    """A site on loopback. `refusals` are answers that come first: (status, headers)."""

    def __init__(self):
        self.refusals = []
        self.asked = []  # paths with their query
        self.seen_tokens = []

    def authorized(self, headers):
        raise NotImplementedError

    def answer(self, path, query):
        """The JSON or bytes for a path; None: 404."""
        raise NotImplementedError

    @contextlib.contextmanager
    def served(self):
        desk = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urllib.parse.urlsplit(self.path)
                desk.asked.append(self.path)
                if desk.refusals:
                    status, headers = desk.refusals.pop(0)
                    return self.reply(status, b"slow down", headers)
                if not desk.authorized(self.headers) and not parts.path.startswith("/public/"):
                    return self.reply(401, b'{"error":"Invalid token!"}', {})
                query = dict(urllib.parse.parse_qsl(parts.query))
                answer = desk.answer(urllib.parse.unquote(parts.path), query)
                if answer is None:
                    return self.reply(404, b"{}", {})
                if isinstance(answer, tuple):
                    return self.reply(302, b"", {"Location": answer[0]})
                if not isinstance(answer, bytes):
                    answer = json.dumps(answer).encode()
                self.reply(200, answer, {"Content-Type": "application/json"})

            def reply(self, status, body, headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def page(items, query, size):
    start = (int(query.get("page", 1)) - 1) * size
    return items[start : start + size]


class Zammad(HelpDesk):
    """Agent 3, admin 4, customers from 10 on; `count` tickets."""

    def __init__(self, count=3, page_max=100):
        super().__init__()
        self.page_max = page_max
        self.users = {
            1: self.user(1, "-", "", []),
            3: self.user(3, "Chris", "Miller", ["Agent"]),
            4: self.user(4, "Ada", "Admin", ["Admin", "Agent"]),
            10: self.user(10, "Zoé", "Lefèvre", ["Customer"]),
            11: self.user(11, "", "", ["Customer"]),
        }
        self.tickets = [self.ticket(number) for number in range(1, count + 1)]

    def authorized(self, headers):
        return headers.get("Authorization") == f"Token token={TOKEN}"

    @staticmethod
    def user(id, first, last, roles):
        email = f"user{id}@example.org"
        names = {"login": email, "firstname": first, "lastname": last, "email": email}
        return {"id": id, **names, "roles": roles, "active": True}

    @staticmethod
    def ticket(number):
        return {
            "id": number,
            "group_id": 1,
            "priority_id": 2,
            "state_id": 2,
            "number": str(22000 + number),
            "title": f"Order {number}",
            "owner_id": 3 if number % 2 else 1,
            "customer_id": 10 + number % 2,
            "close_at": "2025-03-02T09:00:00.000Z" if number == 3 else None,
            "preferences": {},
            "created_at": "2025-03-01T09:00:00.123Z",
            "updated_at": "2025-03-01T10:00:00.123Z",
            "group": "Einkauf",
            "state": ["new", "open", "pending reminder", "closed"][number % 4],
            "priority": "3 high" if number == 1 else "2 normal",
            "owner": "user3@example.org" if number % 2 else "-",
            "customer": f"user{10 + number % 2}@example.org",
        }

    def articles(self, id):
        def article(n, by, internal=False, html=None, files=()):
            return {
                "id": id * 10 + n,
                "ticket_id": id,
                "subject": "Order",
                "content_type": "text/html" if html else "text/plain",
                "body": html or f"Article {n} of {id}",
                "internal": internal,
                "sender": "Customer",
                "type": "email",
                "created_by_id": by,
                "origin_by_id": None,
                "attachments": list(files),
                "created_at": f"2025-03-01T09:0{n}:00.000Z",
            }

        photo = {
            "id": 7,
            "filename": "../photo é.png",
            "size": "5",
            "preferences": {"Content-Type": "image/png"},
        }
        html = '<div>Hello<br>you &amp; <a href="https://x.test/a">me</a></div><style>p{}</style><p>Bye</p>'
        return [
            article(1, 10 + id % 2, html=html, files=[photo] if id == 1 else []),
            article(2, 3, internal=True),
            article(3, 4),
        ]

    def history(self, id):
        line = {"object": "Ticket", "type": "updated", "o_id": id, "created_by_id": 3}
        at = {"created_at": "2025-03-01T09:02:30.000Z"}
        return {
            "history": [
                {"object": "Ticket", "type": "created", "o_id": id, "created_by_id": 10, **at},
                {**line, "attribute": "state", "value_from": "new", "value_to": "open",
                 "id_from": 1, "id_to": 2, **at},
                {**line, "attribute": "owner", "value_from": "-", "value_to": "Chris Miller",
                 "id_from": 1, "id_to": 3, **at},
                {**line, "attribute": "pending_time", "value_from": "", "value_to": "x", **at},
            ],
            "assets": {},
        }

    def answer(self, path, query):
        if path == "/api/v1/tickets":
            size = min(int(query["per_page"]), self.page_max)
            return page(self.tickets, query, size)
        if found := re.fullmatch(r"/api/v1/users/(\d+)", path):
            return self.users.get(int(found[1]))
        if found := re.fullmatch(r"/api/v1/ticket_articles/by_ticket/(\d+)", path):
            return self.articles(int(found[1]))
        if found := re.fullmatch(r"/api/v1/ticket_history/(\d+)", path):
            return self.history(int(found[1]))
        if path == "/api/v1/tags":
            return {"tags": ["vip"] if query["o_id"] == "1" else []}
        if path == "/api/v1/mentions":
            watching = [{"id": 2, "mentionable_type": "Ticket", "user_id": 4}]
            return {"mentions": watching if query["mentionable_id"] == "1" else []}
        if path == "/api/v1/ticket_attachment/1/11/7":
            return b"\x89PNG!"
        return None


class Chatwoot(HelpDesk):
    """Account 5 with one administrator, one agent, `count` conversations of 45 messages each."""

    MESSAGES = 45

    def __init__(self, count=3, elsewhere=None):
        super().__init__()
        self.count = count
        self.elsewhere = elsewhere  # the address of a store of files, another origin

    def authorized(self, headers):
        if token := headers.get("api_access_token"):
            self.seen_tokens.append(token)
        return headers.get("api_access_token") == TOKEN

    def conversation(self, id):
        agent = {"id": 2, "name": "Sam Hollis", "email": "sam@example.org", "role": "agent"}
        return {
            "id": id,
            "account_id": 5,
            "inbox_id": 8,
            "status": ["open", "resolved", "snoozed", "pending"][id % 4],
            "priority": "medium" if id == 1 else None,
            "labels": ["vip"] if id == 1 else [],
            "created_at": 1_740_000_000 + id,
            "timestamp": 1_740_009_000,
            "additional_attributes": {},
            "meta": {
                "sender": {"id": 50 + id, "name": f"Contact {id}", "email": None, "type": "contact"},
                "assignee": agent if id % 2 else None,
                "channel": "Channel::WebWidget",
            },
            "messages": [],
        }

    def message(self, conversation, n):
        contact = {"id": 50 + conversation, "name": f"Contact {conversation}", "type": "contact"}
        agent = {"id": 2, "name": "Sam Hollis", "type": "user"}
        kind = {1: 0, 2: 3, 3: 2}.get(n, n % 2)
        message = {
            "id": conversation * 1000 + n,
            "content": f"Message {n} of {conversation}",
            "conversation_id": conversation,
            "message_type": kind,
            "content_type": "text",
            "private": n == 5,
            "created_at": 1_740_000_000 + conversation + n,
            "attachments": [],
        }
        if kind in (0, 1):
            message["sender"] = contact if kind == 0 else agent
        if conversation == 1 and n == 4:
            message["content"] = None
            url = f"{self.url}/rails/active_storage/blobs/redirect/key/re%CC%A7u.pdf"
            message["attachments"] = [{"id": 9, "file_type": "file", "data_url": url}]
        return message

    def answer(self, path, query):
        account = "/api/v1/accounts/5"
        if path.startswith("/rails/active_storage"):
            return (f"{self.elsewhere}/public/file?signature=secret",)
        if path.startswith("/public/"):
            return b"%PDF-"
        if path == account + "/inboxes":
            return {"payload": [{"id": 8, "name": "Site web", "channel_type": "Channel::WebWidget"}]}
        if path == account + "/agents":
            return [
                {"id": 1, "name": "Ada", "email": "ada@example.org", "role": "administrator"},
                {"id": 2, "name": "Sam Hollis", "email": "sam@example.org", "role": "agent"},
            ]
        if path == account + "/conversations":
            found = [self.conversation(id) for id in range(1, self.count + 1)]
            counts = {"mine_count": 0, "unassigned_count": 0, "all_count": self.count}
            return {"data": {"meta": counts, "payload": page(found, query, 25)}}
        if found := re.fullmatch(account + r"/conversations/(\d+)/messages", path):
            id = int(found[1])
            before = int(query.get("before", 10**9))
            ids = [n for n in range(1, self.MESSAGES + 1) if id * 1000 + n < before][-20:]
            return {"meta": {}, "payload": [self.message(id, n) for n in ids]}
        if re.fullmatch(account + r"/conversations/(\d+)/participants", path):
            return [{"id": 1, "name": "Ada", "email": "ada@example.org", "role": "administrator"}]
        return None
