"""Chatwoot: the application API of one account, read with the access token of an administrator.

An inbox is the project, a conversation a ticket. Private notes are internal, and so are the lines
in which Chatwoot says what it did.
"""

from moving import running, texts
from moving.errors import NotThere

VARIABLE = "CHATWOOT_TOKEN"
INCOMING, OUTGOING, ACTIVITY, TEMPLATE = range(4)
MESSAGE_TYPES = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}
PRIORITIES = {"medium": "normal"}


class Reading:
    def __init__(self, site, output, progress, options):
        self.site = site
        self.output = output
        self.progress = progress
        self.options = options
        self.account = f"/api/v1/accounts/{options.account}"

    def run(self):
        inboxes = self.site.json(self.account + "/inboxes")["payload"]
        self.inboxes = {inbox["id"]: inbox["name"] for inbox in inboxes}
        for agent in self.site.json(self.account + "/agents"):
            self.agent(agent)
        running.until_nothing_new(self.output, self.once)

    def once(self):
        for conversation, total in self.conversations():
            if self.options.limit and len(self.output.ticket_ids) >= self.options.limit:
                return
            if not self.output.has(str(conversation["id"])):
                self.conversation(conversation)
            self.progress.show(len(self.output.ticket_ids), total)

    def conversations(self):
        """The oldest first, so that those that come meanwhile are at the end. Versions that do not
        know this order have the newest activity first."""
        page = 1
        while True:
            data = self.site.json(
                self.account + "/conversations",
                status="all", assignee_type="all", sort_by="created_at_asc", page=page,
            )["data"]
            total = (data.get("meta") or {}).get("all_count")
            yield from ((found, total) for found in data["payload"])
            if not data["payload"]:
                return
            page += 1

    def agent(self, agent):
        role = "admin" if agent.get("role") == "administrator" else "technician"
        return self.person("user", agent, role)

    def person(self, kind, found, role):
        email = found.get("email") or None
        id = email if self.options.person_id == "email" and email else f"{kind}-{found['id']}"
        name = found.get("name") or found.get("available_name")
        return self.output.person(id, name or found.get("phone_number"), email, role)

    def sender(self, message, client):
        """Who wrote a message. Chatwoot leaves the sender out where it wrote itself, and where the
        contact is known from the conversation."""
        sender = message.get("sender") or {}
        kind = (sender.get("type") or message.get("sender_type") or "").lower()
        if kind == "contact":
            return self.person("contact", sender, "client")
        if kind == "user":
            return self.agent(sender)
        if sender.get("id") is not None:
            return self.person("bot", sender, "technician")
        if self.kind(message) == INCOMING:
            return client
        return self.output.person("chatwoot", "Chatwoot", role="technician")

    @staticmethod
    def kind(message):
        kind = message.get("message_type")
        return MESSAGE_TYPES.get(kind, kind)

    def conversation(self, found):
        id = found["id"]
        meta = found.get("meta") or {}
        contact = meta.get("sender") or {}
        known = contact.get("id") is not None
        client = self.person("contact", contact, "client") if known else None
        client = client or self.output.person("unknown", "unknown")
        assignee = meta.get("assignee")
        messages = self.messages(id)
        lines = [self.message(id, message, client) for message in messages]
        spoken = [m.get("content") for m in messages if self.kind(m) in (INCOMING, OUTGOING)]
        subject = (found.get("additional_attributes") or {}).get("mail_subject")
        ticket = {
            "id": str(id),
            "number": id,
            "title": texts.title_of(subject, *spoken, f"Conversation {id}"),
            "status": status(found["status"], assignee),
            "priority": PRIORITIES.get(found.get("priority"), found.get("priority")),
            "project": self.inboxes.get(found.get("inbox_id")),
            "client": client,
            "assignedTo": self.agent(assignee) if assignee else None,
            "watchers": self.watchers(id) or None,
            "tags": found.get("labels") or None,
            "createdAt": texts.from_seconds(found.get("created_at"))
            or (lines[0]["at"] if lines else texts.from_seconds(found.get("timestamp"))),
        }
        self.output.ticket(ticket, lines)

    def watchers(self, id):
        try:
            found = self.site.json(f"{self.account}/conversations/{id}/participants")
        except NotThere:
            return []
        return [self.agent(agent) for agent in found]

    def messages(self, id):
        """All of them, oldest first. A page holds those before a message, the newest at its end."""
        found, query = [], {}
        while True:
            path = f"{self.account}/conversations/{id}/messages"
            page = self.site.json(path, **query)["payload"]
            if not page:
                return found
            page.sort(key=lambda message: message["id"])
            found = page + found
            query = {"before": page[0]["id"]}

    def message(self, conversation, message, client):
        files, links = self.files(conversation, message)
        content = message.get("content") or ""
        if message.get("content_type") == "incoming_email" and content.lstrip().startswith("<"):
            content = texts.plain(content)
        is_internal = bool(message.get("private")) or self.kind(message) == ACTIVITY
        return {
            "type": "message",
            "ticket": str(conversation),
            "id": str(message["id"]),
            "author": self.sender(message, client),
            "text": "\n".join([content, *links]).strip(),
            "internal": is_internal or None,
            "at": texts.from_seconds(message["created_at"]),
            "files": files or None,
        }

    def files(self, conversation, message):
        files, links = [], []
        for attachment in message.get("attachments") or []:
            url = attachment.get("data_url")
            if not url:
                # A place or a contact card has no bytes.
                links.append(attachment.get("fallback_title") or attachment.get("file_type") or "")
                continue
            name = url.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or "file"
            if self.options.no_files:
                links.append(url)
                continue
            place = f"{message['id']}-{attachment['id']}-{name}"
            path, named = self.output.file_path(conversation, place)
            try:
                self.site.download(url, path)
                files.append({"name": name, "path": named})
            except NotThere:
                self.progress.say(f"conversation {conversation}: {name} is not there any more")
                links.append(url)
        return files, links


def status(word, assignee):
    """Chatwoot's `open` does not say whether somebody works on it; an assignee does."""
    if word == "open":
        return "in_progress" if assignee else "open"
    return {"pending": "open", "snoozed": "waiting", "resolved": "resolved"}.get(word, word)


def main(arguments=None):
    parser = running.site_parser("chatwoot.py", __doc__.splitlines()[0], VARIABLE)
    parser.add_argument("--account", type=int, required=True, metavar="N", help="number of the account")
    parser.add_argument(
        "--person-id", choices=["id", "email"], default="id",
        help="what identifies people in your tokens (default: user-N, contact-N)",
    )
    options = parser.parse_args(arguments)

    def work(output, progress):
        headers = {"api_access_token": running.token(options, VARIABLE)}
        site = running.site(options, headers, progress)
        running.shaped(Reading(site, output, progress, options).run)

    return running.run(work, options)
