"""What a ticket of the old portal must be in a hub.

Times are milliseconds. `messages` holds notes too, in the order of the hub: arrays merged by time;
`history` has the lines of the old history. `sla` is None where the document had none: the hub's
own policy then says the deadlines. A file that was not fetched is a link in its message.
"""

from support.old_portal import cast


def truth(story, style):
    missing = set(style.missing_in(story))

    def unless_missing(name, value, default):
        return default if name in missing else value

    project = str(cast.project_id(story.project))
    return {
        "id": str(story.id),
        "style": style.name,
        "number": story.number,
        "title": story.title,
        "description": story.description,
        "status": story.status,
        "priority": unless_missing("priority", story.priority, "normal"),
        "category": unless_missing("category", story.category, "incident"),
        "project": unless_missing("project", project, "default"),
        "client": story.client.truth,
        "assignedTo": story.assigned and story.assigned.truth,
        "watchers": unless_missing("watchers", [m.truth for m in story.watchers], []),
        "tags": unless_missing("tags", list(story.tags), []),
        "messages": [message(said, style) for said in story.messages],
        "history": [line(changed) for changed in story.history],
        "sla": None if "sla" in missing else sla(story),
        "createdAt": story.created,
        "defaulted": sorted({"priority", "category", "project"} & missing),
    }


def message(said, style):
    return {
        "id": str(said.id) if style.message_ids else None,
        "author": said.author.truth,
        "body": said.body,
        "internal": said.internal,
        "at": said.at,
        "attachments": [
            {"name": file.name, "path": file.path, "type": file.type, "size": len(file.content)}
            for file in said.files
        ],
    }


def line(changed):
    def word(value):
        return str(value.id) if isinstance(value, cast.Member) else value

    return {
        "field": changed.field,
        "from": word(changed.before),
        "to": word(changed.after),
        "by": changed.by.truth,
        "note": changed.note,
        "at": changed.at,
    }


def sla(story):
    return {
        "targetHours": story.target_hours,
        "deadlineAt": story.deadline,
        "breached": story.breached,
        "resolvedAt": story.resolved_at,
        "pausedAt": story.paused_at if story.status == "waiting" else None,
    }
