"""What pages, reports and scripts ask the collection of an old portal."""

import datetime
import re

import pymongo.cursor


def questions(some):
    """Named calls on a collection; `some` is a document of it with a technician and a watcher."""
    year = datetime.datetime(2020, 1, 1)
    return {
        "all": lambda c: c.find(),
        "one": lambda c: [c.find_one({"_id": some["_id"]})],
        "by number": lambda c: c.find({"number": some["number"]}),
        "by status": lambda c: c.find({"status": "in_progress"}),
        "urgent work": lambda c: c.find(
            {"status": {"$in": ["open", "in_progress"]}, "priority": {"$in": ["high", "urgent"]}}
        ),
        "of a client": lambda c: c.find({"client": some["client"]}),
        "of a project": lambda c: c.find({"project": some["project"]}),
        "nobody's": lambda c: c.find({"assignedTo": None}, {"number": 1, "assignedTo": 1}),
        "watched": lambda c: c.find({"watchers": some["watchers"][0]}),
        "tagged": lambda c: c.find({"tags": "vip"}, {"title": 1, "tags": 1}),
        "with notes": lambda c: c.find({"messages.internal": True}),
        "public only": lambda c: c.aggregate(
            [
                {"$project": {"messages": {"$filter": {
                    "input": "$messages", "cond": {"$not": "$$this.internal"}}}}},
                {"$sort": {"_id": 1}},
            ]
        ),
        "answered by": lambda c: c.find(
            {"messages": {"$elemMatch": {"author": some["assignedTo"], "internal": False}}},
            {"number": 1},
        ),
        "reassigned": lambda c: c.find({"history.action": "assignedTo"}, {"history": 1}),
        "by title": lambda c: c.find({"title": re.compile("^ticket [0-9]", re.I)}),
        "a page": lambda c: list(c.find().sort("createdAt", -1).skip(2).limit(3)),
        "in time": lambda c: c.find(
            {"sla.breached": False, "sla.deadlineAt": {"$gt": year}}, {"sla": 1}
        ),
        "count": lambda c: [c.count_documents({"status": {"$ne": "closed"}})],
        "technicians": lambda c: sorted(map(str, c.distinct("assignedTo"))),
        "by state": lambda c: c.aggregate(
            [
                {"$group": {"_id": {"s": "$status", "p": "$priority"}, "n": {"$sum": 1}}},
                {"$sort": {"_id": 1}},
            ]
        ),
        "messages of each": lambda c: c.aggregate(
            [
                {"$unwind": "$messages"},
                {"$group": {
                    "_id": {"author": "$messages.author", "role": "$messages.role"},
                    "n": {"$sum": 1},
                    "last": {"$max": "$messages.createdAt"},
                    "files": {"$sum": {"$size": "$messages.attachments"}},
                }},
                {"$sort": {"_id": 1}},
            ]
        ),
        "a day's work": lambda c: c.aggregate(
            [
                {"$unwind": "$messages"},
                {"$group": {
                    "_id": {"$dateToString": {"date": "$messages.createdAt", "format": "%Y-%m-%d"}},
                    "n": {"$sum": 1},
                }},
                {"$sort": {"_id": 1}},
            ]
        ),
        "transitions": lambda c: c.aggregate(
            [
                {"$unwind": "$history"},
                {"$match": {"history.action": "status"}},
                {"$group": {"_id": {"f": "$history.from", "t": "$history.to"}, "n": {"$sum": 1}}},
                {"$sort": {"_id": 1}},
            ]
        ),
        "with people": lambda c: c.aggregate(
            [
                {"$lookup": {
                    "from": "users", "localField": "assignedTo", "foreignField": "_id", "as": "tech"}},
                {"$project": {"number": 1, "tech.name": 1}},
                {"$sort": {"_id": 1}},
            ]
        ),
        "time to resolve": lambda c: c.aggregate(
            [
                {"$match": {"sla.resolvedAt": {"$ne": None}}},
                {"$group": {
                    "_id": "$category",
                    "ms": {"$sum": {"$subtract": ["$sla.resolvedAt", "$createdAt"]}},
                }},
                {"$sort": {"_id": 1}},
            ]
        ),
    }


def answer(call, collection):
    """The documents; those of a plain find in the order of `_id`, which both sides have."""
    found = call(collection)
    if isinstance(found, pymongo.cursor.Cursor):
        return sorted(found, key=lambda document: document["_id"])
    return list(found)
