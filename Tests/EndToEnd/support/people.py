"""The people of the tests, and their tokens (docs/protocol.md 2.1)."""

import dataclasses
import itertools
import time

import jwt

SECRET = "an end-to-end secret of well over thirty-two bytes"
numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True)
class Person:
    id: str
    role: str
    name: str
    projects: tuple = ()

    @property
    def wire(self):
        """This person as the hub writes it in JSON (docs/protocol.md 3.1)."""
        return {"id": self.id, "name": self.name, "role": self.role}


def person(role, name=None, projects=()):
    """A new person, so that tests never see each other's tickets."""
    number = next(numbers)
    return Person(f"{role}-{number}", role, name or f"{role.title()} {number}", tuple(projects))


def client(name=None, projects=("atelier",)):
    return person("client", name, projects)


def technician(name=None):
    return person("technician", name)


def admin(name=None):
    return person("admin", name)


def claims(someone, ttl=3600):
    return {
        "id": someone.id,
        "role": someone.role,
        "name": someone.name,
        "projects": list(someone.projects),
        "exp": int(time.time()) + ttl,
    }


def token(someone, key=SECRET, algorithm="HS256", ttl=3600, **changed):
    """A JWT for `someone`; a claim that is changed to None is left out."""
    body = {**claims(someone, ttl), **changed}
    return jwt.encode({k: v for k, v in body.items() if v is not None}, key, algorithm=algorithm)
