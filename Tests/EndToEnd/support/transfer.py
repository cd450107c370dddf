"""Generated exports: any number of tickets, in the form of `guichet export`."""

import json

START_MS = 1_760_000_000_000
HOUR_MS = 3_600_000
CLIENT = {"id": "carl", "name": "Carl", "role": "client"}
PRIORITIES = ["low", "normal", "high"]


def technician(number):
    return {"id": f"tech-{number}", "name": f"Tech {number}", "role": "technician"}


def response_clock(minutes, started, deadline, met=None):
    return {
        "targetMinutes": minutes,
        "startedAt": started,
        "deadlineAt": deadline,
        "metAt": met,
        "breached": False,
        "warnedPercent": 0,
    }


def service_level(created, first_met=None, resolved=None):
    return {
        "targetHours": 24.0,
        "isTargetManual": False,
        "startedAt": created,
        "deadlineAt": created + 24 * HOUR_MS,
        "breached": False,
        "breachedAt": None,
        "resolvedAt": resolved,
        "state": "met" if resolved else "running",
        "pausedAt": None,
        "pausedMs": 0,
        "warnedPercent": 0,
        "firstResponse": response_clock(240.0, created, created + 4 * HOUR_MS, first_met),
        "nextResponse": response_clock(480.0, None, None),
    }


def snapshot(id, number, created):
    activity = {"seq": 1, "messageCount": 0, "updatedAt": created, "lastMessage": None}
    return {
        "id": id,
        "number": number,
        "project": f"project-{number % 20}",
        "title": f"Ticket number {number}",
        "description": "It has been doing so since this morning.",
        "category": ["incident", "request", "change"][number % 3],
        "status": "open",
        "priority": PRIORITIES[number // 3 % 3],
        "client": CLIENT,
        "assignedTo": None,
        "watchers": [],
        "tags": [],
        "attachments": [],
        "sla": service_level(created),
        "activity": activity,
        "publicActivity": activity,
        "trail": {
            "publicMessageSeq": 0,
            "publicMessageAuthor": "",
            "otherAuthorSeq": 0,
            "statusSeq": 0,
        },
        "waitingSince": created,
        "reopenCount": 0,
        "createdAt": created,
        "closedAt": None,
    }


def event(id, seq, at, by, **more):
    return {
        "ticket": id,
        "seq": seq,
        "publicPrev": seq - 1,
        "at": at,
        "by": by,
        "cause": "user",
        "isPublic": True,
        **more,
    }


def ticket(number, messages, every_ms, resolves):
    """A log of `messages` answers, after which it is resolved or not."""
    created = START_MS + number * every_ms
    id = f"{created // 1000:08x}{number:016x}"
    who = technician(number % 20)
    log = [event(id, 1, created, CLIENT, kind="created", head=snapshot(id, number, created))]
    for seq in range(2, messages + 2):
        at = created + (seq - 1) * 60_000 * (1 + number % 200)
        message = {
            "id": f"{at // 1000:08x}{number:08x}{seq:08x}",
            "body": f"Answer {seq} of ticket {number}.",
            "internal": False,
            "mentions": [],
            "attachments": [],
        }
        more = {"kind": "message", "message": message}
        if seq == 2:
            more["changes"] = {
                "assignedTo": {"from": None, "to": who},
                "status": {"from": "open", "to": "in_progress"},
            }
            more["sla"] = [
                {"clock": "firstResponse", "phase": "met", "deadlineAt": created + 4 * HOUR_MS}
            ]
            more["slaAfter"] = service_level(created, first_met=at)
            first_met = at
        if resolves and seq == messages + 1:
            status = "open" if seq == 2 else "in_progress"
            more.setdefault("changes", {})["status"] = {"from": status, "to": "resolved"}
            more.setdefault("sla", []).append(
                {"clock": "resolution", "phase": "met", "deadlineAt": created + 24 * HOUR_MS}
            )
            more["slaAfter"] = service_level(created, first_met, at)
        log.append(event(id, seq, at, who, **more))
    return {"ticket": id, "events": log, "reads": []}


def write_tickets(path, tickets, messages, every_ms=60_000, open_share=20):
    """One in `open_share` tickets stays open."""
    with open(path, "w", encoding="utf-8") as file:

        def write(line):
            file.write(json.dumps(line, separators=(",", ":")) + "\n")

        write({"format": "guichet-export", "version": 1})
        for person in [CLIENT, *(technician(number) for number in range(20))]:
            write({"person": person})
        for number in range(1, tickets + 1):
            write(ticket(number, messages, every_ms, resolves=number % open_share != 0))
