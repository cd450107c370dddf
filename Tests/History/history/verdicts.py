"""What a checker says, and what several of them look up."""

import dataclasses


@dataclasses.dataclass
class Verdict:
    looked_at: int
    wrong: list
    note: str = ""

    @property
    def is_valid(self):
        return not self.wrong


def places_of(index):
    return {(t, e["seq"]) for t, events in index.truth.items() for e in events}


def redactions(index):
    return {
        (ticket, event["redacts"])
        for ticket, events in index.truth.items()
        for event in events
        if event.get("redacts")
    }
