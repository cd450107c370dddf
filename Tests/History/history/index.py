"""A history, sorted into what the checkers ask for."""

import collections


class Command:
    """What became of one command: all its tries and answers."""

    def __init__(self, op):
        self.op = op
        self.who = None
        self.f = None
        self.ticket = None
        self.fields = {}
        self.began = None  # the first try
        self.oks = []
        self.fails = []
        self.denials = []
        self.unknowns = []
        self.tries = 0


class Index:
    def __init__(self, records):
        self.records = records
        self.by_type = collections.defaultdict(list)
        for record in records:
            self.by_type[record["type"]].append(record)
        self.plan = next(iter(self.by_type["plan"]), {})
        self._commands()
        self._truth()

    def _commands(self):
        self.commands = {}
        endings = {"ok": "oks", "fail": "fails", "denied": "denials", "unknown": "unknowns"}
        for record in self.records:
            if record["type"] == "invoke":
                command = self.commands.setdefault(record["op"], Command(record["op"]))
                command.tries += 1
                if command.began is None:
                    command.began = record["t"]
                    command.who, command.f = record["who"], record["f"]
                    command.ticket = record["ticket"]
                command.fields = record.get("fields") or command.fields
            elif record["type"] in endings:
                command = self.commands[record["op"]]
                getattr(command, endings[record["type"]]).append(record)

    def _truth(self):
        self.truth = {r["ticket"]: r["events"] for r in self.by_type["truth"]}
        self.stored = collections.defaultdict(list)  # (author, key) -> [(ticket, event)]
        for ticket, events in self.truth.items():
            for event in events:
                if event.get("key"):
                    self.stored[event["by"], event["key"]].append((ticket, event))

    def found(self, command):
        """The stored events of a command."""
        return [
            (ticket, event)
            for ticket, event in self.stored.get((command.who, command.op), [])
            if command.ticket in (None, ticket)
        ]

    def seq_of(self, command):
        found = self.found(command)
        return found[0][1]["seq"] if found else None

    def faults(self):
        """Every fault that struck: name, begin, end, and whether it bit."""
        open_ones, done = {}, []
        for record in self.by_type["fault"]:
            name = record["name"]
            if record["phase"] == "begin":
                open_ones[name] = {"name": name, "begin": record["t"], "end": None, "bitten": True}
            elif record["phase"] == "end" and name in open_ones:
                one = open_ones.pop(name)
                one["end"] = record["t"]
                one["bitten"] = record.get("bitten", 1) > 0
                done.append(one)
        return done
