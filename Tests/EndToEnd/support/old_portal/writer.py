"""The old portal while people still use it: changes to its tickets, one at a time."""

import time

from support.old_portal import cast, styles
from support.old_portal.truth import truth

KINDS = ["reply", "reply", "note", "status", "priority", "assign", "edit", "remove", "new"]


class Writer:
    """Changes tickets of the style `canonical`, and makes new ones in it. `said` maps each ticket to
    the bodies that it must show at the end; `removed` holds those that it must not."""

    def __init__(self, portal, database, chance):
        self.portal = portal
        self.tickets = database["tickets"]
        self.chance = chance
        self.style = styles.STYLES["canonical"]
        self.next_index = portal.count
        self.written = 0
        self.ids = [
            told.id
            for index in range(portal.count)
            if portal.style(index) is self.style
            for told in [portal.story(index)]
        ]
        self.said = {}
        self.removed = {}

    def step(self):
        """One change; returns its kind."""
        kind = self.chance.choice(KINDS)
        getattr(self, kind)(self.chance.choice(self.ids))
        return kind

    def message(self, body, author, internal=False):
        self.written += 1
        return {
            "_id": cast.object_id("written", self.written),
            "author": author.id,
            "role": author.role,
            "content": body,
            "internal": internal,
            "attachments": [],
            "createdAt": now(),
        }

    def add(self, id, body, author, internal=False):
        message = self.message(body, author, internal)
        changed = {"$push": {"messages": message}, "$set": {"updatedAt": now()}}
        self.tickets.update_one({"_id": id}, changed)
        self.said.setdefault(str(id), []).append(body)

    def reply(self, id):
        author = self.chance.choice(cast.TECHNICIAN_MEMBERS)
        self.add(id, f"Reply {self.written} écrite", author)

    def note(self, id):
        author = self.chance.choice(cast.TECHNICIAN_MEMBERS)
        self.add(id, f"Note {self.written}", author, internal=True)

    def set(self, id, field, after, shown=None):
        before = self.tickets.find_one({"_id": id}, {field: 1}).get(field)
        if before == after:
            return
        line = {"action": field, "from": before, "to": after, "at": now()}
        line["by"] = cast.ADMIN_MEMBERS[0].id
        changed = {"$set": {field: after, "updatedAt": now()}, "$push": {"history": line}}
        self.tickets.update_one({"_id": id}, changed)

    def status(self, id):
        self.set(id, "status", self.chance.choice(["open", "in_progress", "waiting", "resolved"]))

    def priority(self, id):
        self.set(id, "priority", self.chance.choice(["low", "normal", "high", "urgent"]))

    def assign(self, id):
        self.set(id, "assignedTo", self.chance.choice(cast.TECHNICIAN_MEMBERS).id)

    def edit(self, id):
        """Changes the text of a message, in place."""
        message = self.any_message(id)
        if message:
            body = f"Edited {self.written}"
            self.written += 1
            self.tickets.update_one(
                {"_id": id, "messages._id": message["_id"]}, {"$set": {"messages.$.content": body}}
            )
            self.forget(id, message["content"])
            self.said.setdefault(str(id), []).append(body)

    def remove(self, id):
        message = self.any_message(id)
        if message:
            self.tickets.update_one(
                {"_id": id}, {"$pull": {"messages": {"_id": message["_id"]}}}
            )
            self.forget(id, message["content"])

    def forget(self, id, body):
        said = self.said.get(str(id), [])
        if body in said:
            said.remove(body)
        self.removed.setdefault(str(id), []).append(body)

    def any_message(self, id):
        messages = self.tickets.find_one({"_id": id}, {"messages": 1}).get("messages", [])
        return self.chance.choice(messages) if messages else None

    def new(self, _):
        told = self.portal.story(self.next_index)
        self.next_index += 1
        self.tickets.insert_one(styles.document(told, self.style, self.portal.numbered))
        self.ids.append(told.id)
        expected = truth(told, self.style)
        self.said[str(told.id)] = [message["body"] for message in expected["messages"]]


def now():
    return styles.as_date(int(time.time() * 1000))
