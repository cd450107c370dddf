"""Writes the JSON Lines, so that a run that ended anywhere goes on.

People and tickets grow in `OUT.part/`; `done` there says how much of them is whole. At the end both
become OUT, people first. Attachments are in `OUT.files/` from the beginning.

What `done` and the name OUT say is on the disk before they say it, so a power cut too leaves a run
that goes on, or a whole OUT.
"""

import json
import os
import re
import shutil
import time

from moving.disk import replace, sync

NAME_BYTES_MAX = 100
# A sync for each line of a table would take hours: a run that was killed does so much again.
MARK_SECONDS = 1


class Output:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.folder = self.path + ".part"
        self.files = self.path + ".files"
        os.makedirs(self.folder, exist_ok=True)
        whole = self._whole()
        self.people, self.people_ids = self._open("people", whole.get("people", 0), "person")
        self.tickets, self.ticket_ids = self._open("tickets", whole.get("tickets", 0), "ticket")
        self.resumed = len(self.ticket_ids)
        self.whole = self._ends()
        self.marked_at = None

    def _whole(self):
        try:
            with open(os.path.join(self.folder, "done"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    def _open(self, name, size, kind):
        """The file, cut after what is whole, and the ids that it holds."""
        file = open(os.path.join(self.folder, name), "a+b")
        file.truncate(size)
        file.seek(0)
        lines = (json.loads(line) for line in file)
        ids = {line["id"] for line in lines if line["type"] == kind}
        file.seek(0, os.SEEK_END)
        return file, ids

    def has(self, ticket):
        return ticket in self.ticket_ids

    def person(self, id, name=None, email=None, role="client"):
        """Writes a person once; returns the id."""
        id = str(id)
        if id not in self.people_ids:
            self.people_ids.add(id)
            line = {"type": "person", "id": id, "name": name or email or id, "email": email}
            self.people.write(encoded({**line, "role": role}))
        return id

    def ticket(self, ticket, lines):
        """Writes a ticket with all that belongs to it. Afterwards it is whole."""
        self.tickets.write(encoded({"type": "ticket", **ticket}))
        for line in lines:
            self.tickets.write(encoded(line))
        self.ticket_ids.add(ticket["id"])
        self.whole = self._ends()
        if self.marked_at is None or time.monotonic() - self.marked_at >= MARK_SECONDS:
            self._mark()

    def _ends(self):
        return {"people": self.people.tell(), "tickets": self.tickets.tell()}

    def _mark(self):
        for file in (self.people, self.tickets):
            sync(file)
        done = os.path.join(self.folder, "done")
        with open(done + ".new", "w", encoding="utf-8") as file:
            json.dump(self.whole, file)
            sync(file)
        replace(done + ".new", done)
        self.marked_at = time.monotonic()

    def file_path(self, *parts):
        """Where an attachment goes, and how the JSON Lines name that place."""
        *folders, name = [safe_name(str(part)) for part in parts]
        folder = os.path.join(self.files, *folders)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name)
        named = os.path.relpath(path, os.path.dirname(self.path)).replace(os.sep, "/")
        return path, named

    def close(self):
        """Keeps what is whole for the next run."""
        if self.people.closed:
            return
        try:
            self._mark()
        except OSError:
            # A full disk, say: what the mark before says stands.
            pass
        self.people.close()
        self.tickets.close()

    def finish(self):
        with open(self.path + ".new", "wb") as whole:
            for file in (self.people, self.tickets):
                file.flush()
                file.seek(0)
                shutil.copyfileobj(file, whole)
            sync(whole)
        self.close()
        replace(self.path + ".new", self.path)
        shutil.rmtree(self.folder)


def encoded(line):
    kept = {name: value for name, value in line.items() if value is not None}
    # A surrogate that has no partner is not UTF-8.
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace") + b"\n"


def safe_name(text):
    """A file name that stays in its folder, on any file system."""
    text = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", text).strip(". ") or "file"
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = text, ""
    cut = stem.encode()[:NAME_BYTES_MAX].decode(errors="ignore")
    return cut + dot + ending if ending else cut
