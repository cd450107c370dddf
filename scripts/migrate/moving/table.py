"""A table with a header: one row a ticket, and if there are any, tables of messages and people.

Columns are found by their names in English or French, in any case and with or without accents;
`--column title=Betreff` names another. What a column says that is none of ours becomes an internal
note of the ticket: nothing is lost.
"""

import csv
import datetime
import os
import re
import shutil
import unicodedata

from moving import running, texts
from moving.disk import sync
from moving.errors import Stop

TICKET = {
    "id": "id ticketid identifiant cle key",
    "number": "number numero no num ref reference ticketnumber",
    "title": "title titre subject sujet objet summary resume",
    "description": "description text texte body content details message demande",
    "status": "status statut state etat",
    "priority": "priority priorite urgency urgence",
    "category": "category categorie type kind nature",
    "project": "project projet group groupe team equipe site produit product",
    "client": "client customer requester demandeur user utilisateur reporter email mail",
    "assignedTo": "assignedto assigned assignee assigne assignea owner agent technician technicien",
    "watchers": "watchers followers observateurs suivi cc",
    "tags": "tags labels etiquettes motscles",
    "createdAt": "createdat created date datecreation creele creation opened ouvertle opendate",
    "closedAt": "closedat closed datecloture fermele cloturele resolvedat closedate",
}
MESSAGE = {
    "ticket": "ticket ticketid idticket numeroticket",
    "id": "id messageid",
    "author": "author auteur from de user utilisateur by par",
    "text": "text texte body content contenu message comment commentaire",
    "internal": "internal interne private prive isinternal note",
    "at": "at date createdat created datecreation time le",
    "files": "files fichiers attachments piecesjointes",
}
PERSON = {
    "id": "id identifiant login key",
    "name": "name nom fullname nomcomplet displayname",
    "email": "email mail courriel adresse",
    "role": "role profil profile",
}
YES = {"1", "true", "yes", "y", "oui", "o", "vrai", "x", "internal", "interne", "private", "prive"}
NO = {"", "0", "false", "no", "n", "non", "faux", "public", "publique", "publics"}
STAFF = {
    "technician": "technician", "technicien": "technician", "agent": "technician",
    "support": "technician", "admin": "admin", "administrator": "admin",
    "administrateur": "admin", "client": "client", "customer": "client", "user": "client",
    "utilisateur": "client", "": "client",
}
DATES = ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y"]
SYSTEM = "import"


def folded(text):
    """Letters and digits alone, small and without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


class Table:
    """Rows of a file as dictionaries with our names; `extra` holds the other columns."""

    def __init__(self, path, columns, options, given=()):
        self.path = path
        self.options = options
        try:
            self.file = open(path, newline="", encoding=options.encoding)
            dialect = self.dialect()
            self.reader = csv.reader(self.file, dialect, strict=True)
            self.header = [name.strip() for name in next(self.reader, [])]
        except LookupError:
            raise Stop(f"--encoding {options.encoding} is not known", 2) from None
        except OSError as error:
            raise Stop(f"{path}: {error.strerror}", 2) from None
        except UnicodeDecodeError:
            raise self.undecodable() from None
        if not any(self.header):
            raise Stop(f"{path}: there is no header", 2)
        self.names = self.named(columns, dict(given))

    def dialect(self):
        """The separator that the first line has most of."""

        class Dialect(csv.excel):
            delimiter = self.options.delimiter or ""

        if not Dialect.delimiter:
            first = self.file.readline()
            self.file.seek(0)
            Dialect.delimiter = max(",;\t|", key=first.count)
        return Dialect

    def undecodable(self):
        return Stop(f"{self.path} is not {self.options.encoding}; try --encoding cp1252", 2)

    def named(self, columns, given):
        """For each place of the header our name, or None."""
        for ours, theirs in given.items():
            if theirs not in self.header:
                raise Stop(f"--column {ours}={theirs}: {self.path} has no column of that name", 2)
        taken = {theirs: ours for ours, theirs in given.items()}
        names = [taken.get(name) for name in self.header]
        for ours, aliases in columns.items():
            if ours in names:
                continue
            for alias in [folded(ours), *aliases.split()]:
                place = next(
                    (i for i, name in enumerate(self.header)
                     if names[i] is None and folded(name) == alias), None)
                if place is not None:
                    names[place] = ours
                    break
        return names

    def rows(self):
        try:
            for row in self.reader:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) > len(self.header):
                    raise Stop(f"{self.place}: more cells than the header has names")
                fields, extra = {}, {}
                for name, ours, cell in zip(self.header, self.names, row):
                    (fields if ours else extra)[ours or name] = cell.strip()
                yield fields, {name: cell for name, cell in extra.items() if cell}
        except csv.Error as error:
            raise Stop(f"{self.place}: {error}") from None
        except UnicodeDecodeError:
            raise self.undecodable() from None

    @property
    def place(self):
        return f"{self.path}, line {self.reader.line_num}"

    def time(self, text):
        if not text:
            return None
        for form in self.options.date_format or []:
            try:
                return self.local(datetime.datetime.strptime(text, form))
            except ValueError:
                pass
        try:
            return self.local(texts.read_iso(text))
        except ValueError:
            pass
        for form in DATES:
            try:
                return self.local(datetime.datetime.strptime(text, form))
            except ValueError:
                pass
        raise Stop(f"{self.place}: “{text}” is not a time that is known; give --date-format")

    def local(self, moment):
        """A time without an offset is one of --time-zone."""
        return texts.written(moment if moment.tzinfo else moment.replace(tzinfo=self.options.zone))


class Reading:
    def __init__(self, output, progress, options):
        self.output = output
        self.progress = progress
        self.options = options
        self.roles = {}

    def run(self):
        if self.options.people:
            self.people()
        messages = self.messages() if self.options.messages else {}
        table = Table(self.options.table, TICKET, self.options, self.options.column)
        if "title" not in table.names and "description" not in table.names:
            raise Stop(f"{table.path}: no column is the title; give --column title=NAME", 2)
        seen = set()
        for fields, extra in table.rows():
            id = fields.get("id") or fields.get("number") or str(len(seen) + 1)
            if id in seen:
                raise Stop(f"{table.place}: a second ticket {id}")
            seen.add(id)
            said = messages.pop(id, messages.pop(fields.get("number") or id, []))
            if not self.output.has(id):
                self.ticket(table, id, fields, extra, said)
            self.progress.show(len(self.output.ticket_ids))
        if messages:
            some = ", ".join(list(messages)[:5])
            raise Stop(f"{self.options.messages}: messages of tickets that are not there: {some}")

    def people(self):
        table = Table(self.options.people, PERSON, self.options)
        for fields, _ in table.rows():
            id = fields.get("id") or fields.get("email")
            if not id:
                raise Stop(f"{table.place}: a person has neither id nor email")
            role = STAFF.get(folded(fields.get("role", "")))
            if role is None:
                raise Stop(f"{table.place}: “{fields['role']}” is no role: client, technician, admin")
            self.roles[id] = role
            self.output.person(id, fields.get("name"), fields.get("email") or None, role)

    def person(self, id, role):
        """People of the table keep their role; others have the one of the column."""
        return self.output.person(id, role=self.roles.get(id, role)) if id else None

    def messages(self):
        """By ticket. They are held in memory, the tickets are not."""
        table = Table(self.options.messages, MESSAGE, self.options, self.options.message_column)
        for needed in ("ticket", "text"):
            if needed not in table.names:
                raise Stop(f"{table.path}: no column is the {needed}", 2)
        found = {}
        for fields, extra in table.rows():
            line = {
                "id": fields.get("id") or None,
                "author": fields.get("author"),
                "text": "\n".join([fields["text"], *noted(extra)]).strip(),
                "internal": self.flag(table, fields.get("internal", "")),
                "at": table.time(fields.get("at")),
                "files": split(fields.get("files")),
            }
            found.setdefault(fields["ticket"], []).append(line)
        return found

    def flag(self, table, word):
        if folded(word) in YES:
            return True
        if folded(word) in NO:
            return None
        raise Stop(f"{table.place}: “{word}” does not say whether a message is internal")

    def ticket(self, table, id, fields, extra, messages):
        number = fields.get("number", "")
        digits = re.sub(r"^[A-Za-z#-]*", "", number)
        client = self.person(fields.get("client"), "client")
        created = table.time(fields.get("createdAt"))
        if created is None:
            created = min((m["at"] for m in messages if m["at"]), default=None)
        if created is None:
            raise Stop(f"{table.place}: ticket {id} has no time of creation")
        ticket = {
            "id": id,
            "number": int(digits) if digits.isdigit() and len(digits) < 16 else None,
            "title": texts.title_of(fields.get("title"), fields.get("description")),
            "status": fields.get("status") or "open",
            "priority": fields.get("priority") or None,
            "category": fields.get("category") or None,
            "project": fields.get("project") or None,
            "client": client or self.person("unknown", "client"),
            "assignedTo": self.person(fields.get("assignedTo"), "technician"),
            "watchers": [self.person(p, "technician") for p in split(fields.get("watchers"))] or None,
            "tags": split(fields.get("tags")) or None,
            "createdAt": created,
            "closedAt": table.time(fields.get("closedAt")),
        }
        lines = []
        if fields.get("description"):
            lines.append(message(id, ticket["client"], fields["description"], created))
        if extra or number and ticket["number"] is None:
            if number and ticket["number"] is None:
                extra = {"number": number, **extra}
            note = message(id, self.system(), "\n".join(noted(extra)), created)
            lines.append({**note, "internal": True})
        lines += [self.said(id, ticket, line, created) for line in messages]
        self.output.ticket(ticket, lines)

    def system(self):
        return self.output.person(SYSTEM, "Import", role="technician")

    def said(self, id, ticket, line, created):
        author = line["author"]
        role = "client" if author in ("", None, ticket["client"]) else "technician"
        author = self.person(author, role) or ticket["client"]
        files = [self.file(id, name) for name in line["files"]]
        return {
            **message(id, author, line["text"], line["at"] or created),
            "id": line["id"],
            "internal": line["internal"],
            "files": files or None,
        }

    def file(self, ticket, name):
        """Copies a file of --files beside the output."""
        root = os.path.realpath(self.options.files or os.path.dirname(self.options.messages) or ".")
        source = os.path.realpath(os.path.join(root, name))
        if os.path.commonpath([root, source]) != root:
            raise Stop(f"ticket {ticket}: the file “{name}” is outside {root}")
        if not os.path.isfile(source):
            raise Stop(f"ticket {ticket}: there is no file “{name}” in {root}")
        path, named = self.output.file_path(ticket, name.replace("/", "-"))
        with open(source, "rb") as read, open(path, "wb") as written:
            shutil.copyfileobj(read, written)
            sync(written)
        return {"name": os.path.basename(name), "path": named}


def message(ticket, author, text, at):
    return {"type": "message", "ticket": ticket, "author": author, "text": text, "at": at}


def noted(extra):
    return [f"{name}: {cell}" for name, cell in extra.items()]


def split(cell):
    return [part.strip() for part in re.split(r"[;,|\n]", cell or "") if part.strip()]


def column(text):
    ours, sign, theirs = text.partition("=")
    if not sign or ours not in {*TICKET, *MESSAGE}:
        raise ValueError
    return ours, theirs


def main(arguments=None):
    parser = running.parser("csv.py", __doc__.splitlines()[0])
    parser.add_argument("table", help="the tickets")
    parser.add_argument("--messages", metavar="FILE", help="table of messages")
    parser.add_argument("--people", metavar="FILE", help="table of people")
    parser.add_argument("--files", metavar="DIR", help="where the files of messages are")
    parser.add_argument(
        "--column", action="append", default=[], type=column, metavar="OURS=THEIRS",
        help="which column of the tickets is ours",
    )
    parser.add_argument(
        "--message-column", action="append", default=[], type=column, metavar="OURS=THEIRS",
        help="the same for the table of messages",
    )
    parser.add_argument("--delimiter", help="separator (default: the one the header has most of)")
    parser.add_argument("--encoding", default="utf-8-sig", help="of the files (default: UTF-8)")
    parser.add_argument(
        "--date-format", action="append", metavar="FORMAT", help="such as '%%d/%%m/%%y %%Hh%%M'"
    )
    parser.add_argument("--time-zone", default="UTC", help="of times without an offset: Europe/Paris")
    options = parser.parse_args(arguments)

    def work(output, progress):
        options.zone = zone(options.time_zone)
        if options.delimiter not in (None, "") and len(options.delimiter) != 1:
            raise Stop("--delimiter is one character", 2)
        Reading(output, progress, options).run()

    return running.run(work, options)


def zone(name):
    if name == "UTC":
        return datetime.timezone.utc
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise Stop(f"--time-zone {name} is not known", 2) from None
