"""The old portal's collections, filled."""

import itertools
import json
import pathlib

from support import conversations
from support.old_portal import cast, story, styles
from support.old_portal.truth import truth

BATCH = 500


def load(path):
    with path.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines if line.strip()]
    talks = [talk for talk in read if talk.get("turns")]
    projects = itertools.cycle(cast.PROJECTS)
    return [
        talk if talk.get("project") in cast.PROJECTS else {**talk, "project": next(projects)}
        for talk in talks
    ]


class Portal:
    """`count` tickets in all styles by turns, or in the one of this name."""

    def __init__(
        self, count, seed=0, style=None, numbered=True, uploads=styles.UPLOADS, path=None, files=True
    ):
        default = conversations.LARGE if conversations.LARGE.exists() else conversations.DEMO
        self.count = count
        self.numbered = numbered
        self.uploads = uploads
        self.styles = [styles.STYLES[style]] if style else list(styles.STYLES.values())
        self.teller = story.Teller(load(pathlib.Path(path or default)), seed, files)

    def style(self, index):
        return self.styles[index % len(self.styles)]

    def story(self, index):
        return self.teller.story(index)

    def pairs(self):
        """A document and its truth for each ticket, without holding them all."""
        for index in range(self.count):
            told, style = self.story(index), self.style(index)
            document = styles.document(told, style, self.numbered, self.uploads)
            yield document, truth(told, style)

    def truths(self):
        return (expected for _, expected in self.pairs())

    def fill(self, database):
        """Writes the three collections."""
        database["users"].insert_many([member.document for member in cast.MEMBERS])
        database["projects"].insert_many(cast.PROJECT_DOCUMENTS)
        documents = (document for document, _ in self.pairs())
        while batch := list(itertools.islice(documents, BATCH)):
            database["tickets"].insert_many(batch, ordered=False)

    def write_files(self, folder):
        """The attachments below `folder`; returns how many."""
        written = 0
        for index in range(self.count):
            for file in (f for said in self.story(index).messages for f in said.files):
                path = pathlib.Path(folder) / file.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
                written += 1
        return written
