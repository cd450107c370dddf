"""What is stored: nothing lost, doubled, invented or out of order, the same wherever one looks."""

import collections

from history.verdicts import Verdict, places_of, redactions

# Commands that always make an event: a change may find that nothing is to change.
ALWAYS_STORED = {"message", "note", "upload", "create", "title", "tags"}


def c1_no_loss(index):
    """What was acknowledged is stored: events, read marks, files."""
    wrong, looked = [], 0
    for command in index.commands.values():
        if not command.oks or command.f == "redact":
            continue
        looked += 1
        if command.f in ALWAYS_STORED and not index.found(command):
            wrong.append(f"{command.op} ({command.f}) was acknowledged and is not stored")
    return Verdict(looked, wrong + lost_marks(index) + lost_files(index))


def lost_marks(index):
    wrong = []
    reads = {r["ticket"]: r["reads"] for r in index.by_type["reads"]}
    for mark in index.by_type["marked"]:
        kept = reads.get(mark["ticket"])
        if kept is not None and kept.get(mark["who"], 0) < mark["seq"]:
            wrong.append(f"mark {mark['seq']} of {mark['who']} is {kept.get(mark['who'], 0)}")
    return wrong


def lost_files(index):
    made = {r["op"]: r for r in index.by_type["file"]}
    wrong, redacted = [], redactions(index)
    for fetched in index.by_type["fetched"]:
        command = index.commands.get(fetched["op"])
        if command is None or (command.ticket, index.seq_of(command)) in redacted:
            continue
        if command.oks and fetched["sha"] != made[fetched["op"]]["sha"]:
            wrong.append(f"the file of {fetched['op']} answers {fetched['status']}")
    return wrong


def c2_once(index):
    """A key is stored once, and all its acknowledgements name the same event."""
    wrong = []
    for (who, key), found in index.stored.items():
        # A key counts apart for the tickets that a person opens.
        places = collections.Counter((t, e["kind"] == "created") for t, e in found)
        if max(places.values()) > 1 or sum(e["kind"] == "created" for _, e in found) > 1:
            wrong.append(f"{key} of {who} is stored {len(found)} times")
    for command in index.commands.values():
        seqs = {ok["seq"] for ok in command.oks if ok.get("seq")}
        seqs |= {event["seq"] for _, event in index.found(command)} if seqs else set()
        if len(seqs) > 1 and command.f in ALWAYS_STORED:
            wrong.append(f"{command.op} has the numbers {sorted(seqs)}")
        messages = {ok["message"] for ok in command.oks if ok.get("message")}
        if len(messages) > 1:
            wrong.append(f"{command.op} has the messages {sorted(messages)}")
        if any(fail["code"] == "key_mismatch" for fail in command.fails):
            wrong.append(f"{command.op} was told that its key is another command's")
    return Verdict(len(index.stored), wrong)


def c3_nothing_invented(index):
    """What is stored was sent, and what was received is what is stored."""
    wrong, redacted = [], redactions(index)
    for ticket, events in index.truth.items():
        for event in events:
            if event["cause"] == "user":
                wrong += invented(index, ticket, event, redacted)
    views = views_of(index)
    stored = places_of(index)
    looked = 0
    for record in index.by_type["recv"]:
        looked += 1
        place = (record["ticket"], record["seq"])
        if place in redacted:
            continue
        known = views.get((record["who"], *place)) or views.get(("boss", *place))
        if place not in stored:
            wrong.append(f"{record['member']} received {place}, which is not stored")
        elif known is None:
            continue  # It came after the views were read.
        elif known["digest"] != record["digest"]:
            own = views.get(("boss", *place))
            if not own or own["digest"] != record["digest"]:
                wrong.append(f"{record['member']} received {place} otherwise than it is stored")
    return Verdict(looked, wrong)


def invented(index, ticket, event, redacted):
    command = index.commands.get(event.get("key"))
    if command is None or command.who != event["by"]:
        return [f"{ticket} {event['seq']} has the key {event.get('key')}, which nobody sent"]
    said = command.fields.get("body") or command.fields.get("set", {}).get("description")
    if (ticket, event["seq"]) not in redacted and said and event.get("body") != said:
        return [f"{command.op} is stored with other words: {event.get('body')!r}"]
    return []


def views_of(index):
    return {
        (view["who"], view["ticket"], seq): {"prev": prev, "digest": digest}
        for view in index.by_type["view"]
        for seq, prev, digest in view["events"]
    }


def c4_refused_is_absent(index):
    """A command that was refused, or of which the hub said that nothing was written, is absent."""
    wrong, looked = [], 0
    for command in index.commands.values():
        if command.oks or command.unknowns or not (command.fails or command.denials):
            continue
        if command.tries > len(command.fails) + len(command.denials):
            continue
        looked += 1
        if index.found(command):
            said = "nothing was written" if command.denials else command.fails[-1]["code"]
            wrong.append(f"{command.op} ({command.f}): the hub said {said}, and it is stored")
    return Verdict(looked, wrong)


def c5_no_hole(index):
    """Numbers count from one, for staff and as the clients' chain of public events."""
    wrong = []
    for ticket, events in index.truth.items():
        public = 0
        for number, event in enumerate(events, 1):
            if event["seq"] != number:
                wrong.append(f"{ticket} has {event['seq']} in place {number}")
                break
            if event.get("prev", 0) != public:
                wrong.append(
                    f"{ticket} {number}: prev {event.get('prev')}, the newest public is {public}"
                )
                break
            public = number if event.get("public") else public
    for view in index.by_type["view"]:
        newest = 0
        for seq, prev, _ in view["events"]:
            if prev != newest:
                wrong.append(
                    f"{view['who']} sees {seq} of {view['ticket']} after {prev}, not {newest}"
                )
                break
            newest = seq
    return Verdict(len(index.truth), wrong)


def c10_real_time(index):
    """What was acknowledged before another command began has the lower number, and whoever asks
    later finds it."""
    wrong, looked = [], 0
    public = {(t, e["seq"]) for t, events in index.truth.items() for e in events if e.get("public")}
    for ticket, moments in moments_of(index).items():
        newest = newest_public = 0
        for _, kind, seq, what in sorted(moments, key=lambda moment: moment[:2]):
            looked += 1
            if kind == ACKED:
                newest = max(newest, seq)
                newest_public = max(newest_public, seq if (ticket, seq) in public else 0)
            elif kind == BEGAN and seq <= newest:
                wrong.append(f"{what.op} has {seq}, but {newest} was acknowledged before it began")
            elif kind == READ and seq < (newest if what["staff"] else newest_public):
                wrong.append(f"{what['who']} read {seq} of {ticket} when {newest} was acknowledged")
    return Verdict(looked, wrong)


ACKED, BEGAN, READ = range(3)


def moments_of(index):
    """For each ticket, when what became known: (time, kind, number, command or query)."""
    moments = collections.defaultdict(list)
    for command in index.commands.values():
        seq = index.seq_of(command)
        if seq is None or command.f == "create":
            continue
        moments[command.ticket].append((command.began, BEGAN, seq, command))
        acked = acked_at(command, seq)
        if acked is not None:
            moments[command.ticket].append((acked, ACKED, seq, command))
    for read in index.by_type["read"]:
        moments[read["ticket"]].append((read["began"], READ, read["seq"], read))
    return moments


def acked_at(command, seq):
    """When the event was acknowledged. A change that changes nothing is acknowledged too, and its
    key stays free: if it is sent again it may make an event."""
    for ok in command.oks:
        if command.f in ALWAYS_STORED or ok.get("seq") == seq or len(command.oks) == 1:
            return ok["t"]
    return None


def c15_convergence(index):
    """Logs, lists, search, the export and the store's own check agree."""
    wrong = []
    views = {v["ticket"]: v["events"] for v in index.by_type["view"] if v["who"] == "boss"}
    listed = {r["ticket"]: r for r in index.by_type["listed"]}
    for ticket, events in index.truth.items():
        if ticket not in listed:
            wrong.append(f"{ticket} is in no list")
        elif ticket not in views:
            wrong.append(f"{ticket} cannot be read")
        elif not agree(listed[ticket]["seq"], len(views[ticket]), events):
            counts = (listed[ticket]["seq"], len(views[ticket]), len(events))
            wrong.append(f"{ticket}: listed, read and stored are {counts}")
    wrong += [f"{t} is listed and not stored" for t in listed if t not in index.truth]
    redacted = redactions(index)
    for found in index.by_type["found"]:
        command = index.commands[found["op"]]
        if not found["found"] and (command.ticket, index.seq_of(command)) not in redacted:
            wrong.append(f"the words of {found['op']} are not found ({found['status']})")
    for check in index.by_type["check"]:
        if check["code"]:
            wrong += [f"check: {line}" for line in check["said"]]
    if not index.by_type["check"] or not index.truth:
        wrong.append("the store was not read")
    return Verdict(len(listed), wrong)


def agree(listed, read, events):
    """The ticket was listed, then read, then exported; between them only alarms came."""
    between = events[listed:read]
    return listed <= read <= len(events) and all(e["cause"] == "sla" for e in between)
