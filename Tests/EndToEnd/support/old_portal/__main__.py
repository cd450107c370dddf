"""Fills a database; see the package."""

import argparse
import json

import pymongo

from support.old_portal import STYLES, Portal, broken_documents
from support.old_portal.broken import insert


def main():
    parser = argparse.ArgumentParser(prog="old_portal", description="an old portal's collections")
    parser.add_argument("uri")
    parser.add_argument("database")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--style", choices=STYLES)
    parser.add_argument("--truth", help="file for the truth, one JSON object a line")
    parser.add_argument("--files", help="folder for the bytes of the attachments")
    parser.add_argument("--unnumbered", action="store_true", help="leave `number` out")
    parser.add_argument("--broken", action="store_true", help="add the broken documents")
    options = parser.parse_args()
    portal = Portal(options.count, options.seed, options.style, not options.unnumbered)
    with pymongo.MongoClient(options.uri) as client:
        database = client[options.database]
        portal.fill(database)
        if options.broken:
            insert(database["tickets"], broken_documents())
    if options.truth:
        with open(options.truth, "w", encoding="utf-8") as file:
            for expected in portal.truths():
                file.write(json.dumps(expected, ensure_ascii=False) + "\n")
    if options.files:
        portal.write_files(options.files)


main()
