"""Zammad: its REST API version 1, read with the token of an admin or agent.

A group is the project, an article a message. States and priorities of an installation's own are
written as they are called: `guichet adopt --map` says what they become.
"""

import urllib.parse

from moving import running, texts
from moving.errors import NotThere, Stop

PAGE = 100
VARIABLE = "ZAMMAD_TOKEN"
STATES = {
    "new": "open",
    "open": "in_progress",
    "pending reminder": "waiting",
    "pending close": "waiting",
    "closed": "closed",
    "merged": "closed",
    "removed": "closed",
}
PRIORITIES = {"1 low": "low", "2 normal": "normal", "3 high": "high"}
# Attributes of Zammad's history that are fields of ours.
FIELDS = {
    "state": "status",
    "priority": "priority",
    "owner": "assignedTo",
    "group": "project",
    "title": "title",
}
# The user that Zammad has for nobody.
NOBODY = 1


def role(user):
    """Agents and admins are staff; roles of an installation's own count by their rights."""
    names = {str(name).lower() for name in user.get("roles") or []}
    if "admin" in names:
        return "admin"
    return "technician" if "agent" in names else "client"


class Reading:
    def __init__(self, site, output, progress, options):
        self.site = site
        self.output = output
        self.progress = progress
        self.options = options
        self.people = {}

    def run(self):
        running.until_nothing_new(self.output, self.once)

    def once(self):
        for ticket in self.pages("/api/v1/tickets"):
            if self.options.limit and len(self.output.ticket_ids) >= self.options.limit:
                return
            if not self.output.has(str(ticket["id"])):
                self.ticket(ticket)
            self.progress.show(len(self.output.ticket_ids))

    def pages(self, path):
        """Zammad sorts by id, so tickets that come meanwhile are at the end; one that is deleted
        moves those after it."""
        page = 1
        while True:
            found = self.site.json(path, page=page, per_page=PAGE, expand="true")
            if not isinstance(found, list):
                raise Stop(f"{path} does not answer with a list; is this a Zammad?")
            yield from found
            if not found:
                return
            page += 1

    def person(self, id):
        """The id that our people have; None for nobody."""
        if not id or id == NOBODY:
            return None
        if id not in self.people:
            try:
                user = self.site.json(f"/api/v1/users/{id}", expand="true")
            except NotThere:
                user = {"login": f"user {id}"}
            self.people[id] = self.options.person_id == "email" and user.get("email") or str(id)
            name = " ".join(filter(None, [user.get("firstname"), user.get("lastname")]))
            email = user.get("email") or None
            self.output.person(self.people[id], name or user.get("login"), email, role(user))
        return self.people[id]

    def system(self):
        return self.output.person("zammad", "Zammad", role="technician")

    def ticket(self, found):
        id = found["id"]
        number = str(found.get("number") or "")
        ticket = {
            "id": str(id),
            "number": int(number) if number.isdigit() and len(number) < 16 else None,
            "title": texts.title_of(found.get("title")),
            "status": STATES.get(found["state"], found["state"]),
            "priority": PRIORITIES.get(found.get("priority"), found.get("priority")),
            "project": found.get("group"),
            "client": self.person(found.get("customer_id")) or self.system(),
            "assignedTo": self.person(found.get("owner_id")),
            "watchers": self.watchers(id) or None,
            "tags": self.tags(id) or None,
            "createdAt": texts.from_iso(found["created_at"]),
            "closedAt": texts.from_iso(found.get("close_at")),
        }
        articles = self.site.json(f"/api/v1/ticket_articles/by_ticket/{id}", expand="true")
        lines = [self.article(id, article) for article in articles]
        self.output.ticket(ticket, lines + list(self.changes(id)))

    def tags(self, id):
        return self.optional("/api/v1/tags", object="Ticket", o_id=id).get("tags", [])

    def watchers(self, id):
        mentions = self.optional(
            "/api/v1/mentions", mentionable_type="Ticket", mentionable_id=id
        ).get("mentions", [])
        people = (self.person(mention.get("user_id")) for mention in mentions)
        return [person for person in people if person]

    def optional(self, path, **query):
        """Older versions do not have all calls."""
        try:
            return self.site.json(path, **query)
        except NotThere:
            return {}

    def article(self, ticket, article):
        body = article.get("body") or ""
        if "html" in (article.get("content_type") or ""):
            body = texts.plain(body)
        subject = article.get("subject")
        files, links = self.files(ticket, article)
        return {
            "type": "message",
            "ticket": str(ticket),
            "id": str(article["id"]),
            "author": self.author(article),
            "text": "\n".join([body or subject or "", *links]).strip(),
            "internal": bool(article.get("internal")) or None,
            "at": texts.from_iso(article["created_at"]),
            "files": files or None,
        }

    def author(self, article):
        """An agent who takes a call writes the customer's words: those are the customer's."""
        id = article.get("origin_by_id") or article.get("created_by_id")
        return self.person(id) or self.system()

    def files(self, ticket, article):
        files, links = [], []
        for attachment in article.get("attachments") or []:
            name = attachment.get("filename") or "file"
            address = f"/api/v1/ticket_attachment/{ticket}/{article['id']}/{attachment['id']}"
            link = f"{name}: {self.site.address}{urllib.parse.quote(address)}"
            if self.options.no_files:
                links.append(link)
                continue
            path, named = self.output.file_path(
                ticket, f"{article['id']}-{attachment['id']}-{name}"
            )
            try:
                self.site.download(self.site.address + address, path)
                files.append({"name": name, "path": named})
            except NotThere:
                self.progress.say(f"ticket {ticket}: {name} is not there any more")
                links.append(link)
        return files, links

    def changes(self, id):
        for line in self.optional(f"/api/v1/ticket_history/{id}").get("history", []):
            field = FIELDS.get(line.get("attribute"))
            if line.get("object") != "Ticket" or line.get("type") != "updated" or not field:
                continue
            yield {
                "type": "change",
                "ticket": str(id),
                "field": field,
                "from": self.value(field, line.get("value_from"), line.get("id_from")),
                "to": self.value(field, line.get("value_to"), line.get("id_to")),
                "by": self.person(line.get("created_by_id")) or self.system(),
                "at": texts.from_iso(line["created_at"]),
            }

    def value(self, field, word, id):
        if field == "assignedTo":
            return self.person(id)
        words = {"status": STATES, "priority": PRIORITIES}.get(field, {})
        return words.get(word, word)


def main(arguments=None):
    parser = running.site_parser("zammad.py", __doc__.splitlines()[0], VARIABLE)
    parser.add_argument(
        "--person-id", choices=["id", "email"], default="id",
        help="what identifies people in your tokens (default: the id in Zammad)",
    )
    options = parser.parse_args(arguments)

    def work(output, progress):
        headers = {"Authorization": f"Token token={running.token(options, VARIABLE)}"}
        site = running.site(options, headers, progress)
        running.shaped(Reading(site, output, progress, options).run)

    return running.run(work, options)
