"""Ten ways in which Mongoose code writes the same ticket.

A style says how references, dates and values are spelled, and what the fields are called. What a
style leaves out is told by `Style.missing` (null or absent there), and truth.py knows the rest.
"""

import dataclasses
import datetime

import bson

from support.old_portal import cast

MISSING = object()
UPLOADS = "/uploads/"


def as_date(ms):
    return bson.datetime_ms.DatetimeMS(ms)


def as_iso(ms):
    moment = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03}Z"


def as_iso_paris(ms):
    """ISO with an offset, as `toISOString` does not but moment.js does."""
    zone = datetime.timezone(datetime.timedelta(hours=1))
    moment = datetime.datetime.fromtimestamp(ms / 1000, zone)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03}+01:00"


def as_ms(ms):
    return bson.Int64(ms)


def as_double(ms):
    """JavaScript's numbers arrive as doubles when an old driver wrote them."""
    return float(ms)


def by_id(member):
    return member.id


def by_text(member):
    return str(member.id)


def populated(member):
    return {"_id": member.id, **member.names, "email": member.email, "role": member.role}


def populated_with_text(member):
    return {"id": str(member.id), **member.names, "email": member.email}


def same(word):
    return word


def shouted(word):
    return word.upper()


def kebab(word):
    return word.replace("_", "-")


def titled(word):
    return word.replace("_", " ").capitalize()


FRENCH = {
    "open": "Ouvert",
    "in_progress": "En cours",
    "waiting": "En attente",
    "resolved": "Résolu",
    "closed": "Fermé",
    "low": "basse",
    "normal": "normale",
    "high": "haute",
    "urgent": "urgente",
    "incident": "Incident",
    "request": "Demande",
    "change": "Changement",
    "client": "Client",
    "technician": "Technicien",
    "admin": "Administrateur",
    "status": "statut",
    "assignedTo": "assignation",
    "priority": "priorité",
}
FRENCH_PLAIN = {
    **FRENCH,
    "in_progress": "EN_COURS",
    "waiting": "en-attente",
    "resolved": "resolu",
    "closed": "cloture",
    "low": "FAIBLE",
    "high": "Élevée",
}


def named_file(file, url):
    return {"name": file.name, "url": url, "size": len(file.content), "type": file.type}


def multer_file(file, url):
    return {
        "filename": file.path.split("/")[-1],
        "originalname": file.name,
        "path": url,
        "mimetype": file.type,
        "size": len(file.content),
    }


def mime_file(file, url):
    return {"_id": bson.ObjectId(b"\x01" * 12), "fileName": file.name, "url": url,
            "mimeType": file.type}


def bare_url(file, url):
    return url


@dataclasses.dataclass(frozen=True)
class Style:
    name: str
    ref: object = by_id
    date: object = as_date
    word: object = same  # status, priority, category, role
    file: object = named_file
    # Names of the ticket's fields; those not named here have the name of the view's shape.
    ticket: dict = dataclasses.field(default_factory=dict)
    # text, author, role, internal, at
    message: tuple = ("content", "author", "role", "internal", "createdAt")
    # field, from, to, by, note, at
    history: tuple = ("action", "from", "to", "by", "note", "at")
    action: object = same
    visibility: bool = False  # the internal field holds the words `internal` and `public`
    message_ids: bool = True
    notes_apart: bool = False  # internal notes are an array of their own, `notes`
    version: bool = False  # `__v`
    missing: tuple = ()
    pauses: bool = True  # the service level says since when it is paused
    nulls: bool = False  # what is empty is null, not absent

    def missing_in(self, story):
        """Not a field that the history speaks of: what it is now would be anybody's guess."""
        spoken_of = {changed.field for changed in story.history}
        return [name for name in self.missing if name not in spoken_of]


STYLES = {
    style.name: style
    for style in [
        # The shape that the view gives.
        Style("canonical", nulls=True, pauses=False),
        Style(
            "texts",
            ref=by_text,
            date=as_iso,
            message=("body", "authorId", "authorRole", "isInternal", "date"),
            history=("field", "oldValue", "newValue", "user", "comment", "date"),
            ticket={"client": "clientId"},
            version=True,
        ),
        Style(
            "populated",
            ref=populated,
            message=("message", "user", "senderRole", "private", "createdAt"),
            history=("type", "previous", "value", "author", "details", "createdAt"),
            ticket={"client": "createdBy"},
            version=True,
        ),
        Style(
            "millis",
            date=as_ms,
            message=("text", "userId", "role", "isPrivate", "timestamp"),
            history=("action", "from", "to", "actor", "note", "timestamp"),
            ticket={"client": "userId"},
            file=multer_file,
        ),
        Style(
            "french",
            word=FRENCH.__getitem__,
            action=FRENCH.__getitem__,
            ticket={"client": "customer"},
            file=mime_file,
            version=True,
        ),
        Style(
            "shouting",
            ref=by_text,
            date=as_double,
            word=shouted,
            visibility=True,
            message=("text", "sender", "role", "visibility", "at"),
            ticket={"client": "requester"},
        ),
        Style(
            "kebab",
            date=as_iso_paris,
            word=kebab,
            message=("content", "from", "role", "internal", "date"),
            history=("type", "oldValue", "newValue", "by", "comment", "timestamp"),
            ticket={"client": "owner"},
            file=bare_url,
            message_ids=False,
        ),
        Style(
            "sparse",
            missing=("priority", "category", "project", "sla", "tags", "watchers", "updatedAt"),
            message_ids=False,
            nulls=True,
        ),
        Style(
            "notes-apart",
            ref=populated_with_text,
            word=titled,
            notes_apart=True,
            message=("message", "createdBy", "authorRole", "internal", "createdAt"),
            history=("action", "previous", "value", "user", "details", "date"),
        ),
        Style(
            "french-plain",
            ref=by_text,
            date=as_ms,
            word=FRENCH_PLAIN.__getitem__,
            action=same,
            message=("body", "senderId", "senderRole", "isInternal", "timestamp"),
            history=("field", "from", "to", "actor", "comment", "at"),
            message_ids=False,
            nulls=True,
            version=True,
        ),
    ]
}


def document(story, style, numbered=True, uploads=UPLOADS):
    """The old portal's document of a story."""
    return Writing(style, uploads).document(story, numbered)


class Writing:
    def __init__(self, style, uploads):
        self.style = style
        self.uploads = uploads

    def document(self, story, numbered):
        style = self.style
        fields = {
            "_id": story.id,
            "number": story.number if numbered else MISSING,
            "title": story.title,
            "description": story.description,
            "status": style.word(story.status),
            "priority": style.word(story.priority),
            "category": style.word(story.category),
            "project": self.project(story.project),
            "client": style.ref(story.client),
            "assignedTo": style.ref(story.assigned) if story.assigned else MISSING,
            "watchers": [style.ref(member) for member in story.watchers],
            "tags": list(story.tags),
            "messages": [self.message(said) for said in self.said(story, notes=False)],
            "notes": [self.message(said) for said in self.said(story, notes=True)] or MISSING,
            "history": [self.line(changed) for changed in story.history],
            "sla": self.sla(story),
            "createdAt": style.date(story.created),
            "updatedAt": style.date(story.updated),
            "__v": len(story.messages) if style.version else MISSING,
        }
        for name in style.missing_in(story):
            fields[name] = MISSING
        return self.spelled(fields, style.ticket)

    def spelled(self, fields, names):
        """Under the style's names, without what is missing."""
        named = {names.get(name, name): value for name, value in fields.items()}
        if self.style.nulls:
            hidden = ("number", "notes", "__v")
            named = {
                name: None if value is MISSING and name not in hidden else value
                for name, value in named.items()
            }
        return {name: value for name, value in named.items() if value is not MISSING}

    def said(self, story, notes):
        """The messages of the array `messages`, or those of `notes`."""
        if not self.style.notes_apart:
            return [] if notes else story.messages
        return [said for said in story.messages if said.internal == notes]

    def project(self, name):
        id = cast.project_id(name)
        if self.style.ref is by_text:
            return str(id)
        if self.style.ref is populated:
            return {"_id": id, "name": cast.PROJECTS[name]}
        return id

    def message(self, said):
        style = self.style
        text, author, role, internal, at = style.message
        flag = said.internal
        if style.visibility:
            flag = "internal" if said.internal else "public"
        return {
            **({"_id": said.id} if style.message_ids else {}),
            text: said.body,
            author: style.ref(said.author),
            role: style.word(said.author.role),
            internal: flag,
            at: style.date(said.at),
            "attachments": [style.file(file, self.uploads + file.path) for file in said.files],
        }

    def line(self, changed):
        style = self.style
        field, before, after, by, note, at = style.history
        return {
            field: style.action(changed.field),
            before: self.value(changed.field, changed.before),
            after: self.value(changed.field, changed.after),
            by: style.ref(changed.by),
            **({note: changed.note} if changed.note else {}),
            at: style.date(changed.at),
        }

    def value(self, field, value):
        if value is None:
            return None
        return self.style.ref(value) if field == "assignedTo" else self.style.word(value)

    def sla(self, story):
        date = self.style.date
        is_told = story.paused_at and self.style.pauses
        paused = {"pausedAt": date(story.paused_at)} if is_told else {}
        return {
            "targetHours": story.target_hours,
            "deadlineAt": date(story.deadline),
            "breached": story.breached,
            "resolvedAt": date(story.resolved_at) if story.resolved_at else None,
            **paused,
        }
