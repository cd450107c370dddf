"""The old portal's document of a ticket, made from what the hub answers over REST.

The hub's view makes the same shape with an aggregation of its own (docs/nextjs.md).
"""

import datetime

import bson


def document(rest, id):
    """`rest` is of somebody who may see the whole ticket."""
    head = rest.get(f"/api/tickets/{id}").json()
    events, after = [], 0
    while True:
        page = rest.events(id, after=after)
        events += page["events"]
        if not page["more"]:
            break
        after = events[-1]["seq"]
    sla = head["sla"]
    return {
        "_id": bson.ObjectId(head["id"]),
        "number": int(head["ref"].removeprefix("T-")),
        **{name: head[name] for name in ("title", "description", "status", "priority", "category")},
        "project": reference(head["project"]),
        "client": reference(head["client"]["id"]),
        "assignedTo": head["assignedTo"] and reference(head["assignedTo"]["id"]),
        "watchers": [reference(person["id"]) for person in head["watchers"]],
        "tags": head["tags"],
        "messages": [message(event) for event in events if is_message(event)],
        "history": [line for event in events for line in lines(event)],
        "sla": {
            "targetHours": sla["targetHours"],
            "deadlineAt": moment(sla["deadlineAt"]),
            "breached": sla["breached"],
            "resolvedAt": moment(sla["resolvedAt"]),
        },
        "createdAt": moment(head["createdAt"]),
        "updatedAt": moment(head["updatedAt"]),
    }


def moment(text):
    return text and datetime.datetime.fromisoformat(text).replace(tzinfo=None)


def reference(id):
    return bson.ObjectId(id) if bson.ObjectId.is_valid(id) else id


def is_note_of_change(event):
    said = event.get("message")
    return bool(
        said and said["internal"] and event.get("changes") and not said["attachments"]
    )


def is_message(event):
    return bool(event.get("message")) and not is_note_of_change(event)


def message(event):
    said = event["message"]
    files = [{name: file[name] for name in ("name", "url", "size", "type")}
             for file in said["attachments"]]
    return {
        "_id": bson.ObjectId(said["id"]),
        "author": reference(said["author"]["id"]),
        "role": said["author"]["role"],
        "content": said["body"],
        "internal": said["internal"],
        "attachments": files,
        "createdAt": moment(event["at"]),
    }


def lines(event):
    for place, (field, change) in enumerate((event.get("changes") or {}).items()):
        line = {
            "action": field,
            "from": value(field, change["from"]),
            "to": value(field, change["to"]),
            "by": reference(event["by"]["id"]),
            "at": moment(event["at"]),
        }
        if place == 0 and is_note_of_change(event):
            line["note"] = event["message"]["body"]
        yield line


def value(field, value):
    if field == "assignedTo":
        return value and reference(value["id"])
    if field == "watchers":
        return [reference(person["id"]) for person in value]
    return reference(value) if field == "project" else value
