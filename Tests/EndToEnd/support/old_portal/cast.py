"""The people and projects of the old portal."""

import dataclasses
import hashlib

import bson

CLIENTS = 40
TECHNICIANS = 8
FIRST_NAMES = ["Inès", "Marc", "Zoé", "Hugo", "Anaïs", "Léo", "Priya", "Tom", "Aïcha", "Noël"]
LAST_NAMES = ["Moreau", "D'Almeida", "Whitlock", "Lefèvre", "शर्मा", "O'Brien", "Nguyễn", "Müller"]
PROJECTS = {"ecommerce": "E-commerce", "banking": "Banque & crédit", "atelier": "Atelier"}
# How a user's document spells the name; each user has one of these.
NAMINGS = ["name", "fullName", "displayName", "parts", "email"]


def object_id(*parts):
    """An ObjectId that depends on nothing but its parts."""
    return bson.ObjectId(hashlib.sha256(repr(parts).encode()).digest()[:12])


@dataclasses.dataclass(frozen=True)
class Member:
    """A user of the old portal. `name` is what the hub must show."""

    id: bson.ObjectId
    role: str
    first: str
    last: str
    naming: str

    @property
    def email(self):
        return f"{self.role}-{str(self.id)[:6]}@example.org"

    @property
    def name(self):
        return self.email if self.naming == "email" else f"{self.first} {self.last}"

    @property
    def names(self):
        """The fields of the document that hold the name."""
        if self.naming == "email":
            return {}
        if self.naming == "parts":
            return {"firstName": self.first, "lastName": self.last}
        return {self.naming: self.name}

    @property
    def document(self):
        return {"_id": self.id, **self.names, "email": self.email, "role": self.role, "__v": 0}

    @property
    def truth(self):
        return {"id": str(self.id), "name": self.name, "role": self.role}


def member(role, index):
    return Member(
        id=object_id(role, index),
        role=role,
        first=FIRST_NAMES[index % len(FIRST_NAMES)],
        last=LAST_NAMES[index * 3 % len(LAST_NAMES)],
        naming=NAMINGS[index % len(NAMINGS)],
    )


CLIENT_MEMBERS = [member("client", index) for index in range(CLIENTS)]
TECHNICIAN_MEMBERS = [member("technician", index) for index in range(TECHNICIANS)]
ADMIN_MEMBERS = [member("admin", 0)]
MEMBERS = [*CLIENT_MEMBERS, *TECHNICIAN_MEMBERS, *ADMIN_MEMBERS]


def project_id(name):
    return object_id("project", name)


PROJECT_DOCUMENTS = [{"_id": project_id(key), "name": name} for key, name in PROJECTS.items()]
