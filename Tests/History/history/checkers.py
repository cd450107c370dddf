"""The checkers by name: functions of a history, each with what it looked at and what is wrong."""

import re

from history import check_hub, check_people, check_store

FOUND = {
    int(match.group(1)): function
    for module in (check_store, check_people, check_hub)
    for name, function in vars(module).items()
    if (match := re.match(r"c(\d+)_", name))
}
CHECKERS = {f"C{number}": FOUND[number] for number in sorted(FOUND)}
TITLES = {
    name: function.__name__.partition("_")[2].replace("_", " ")
    for name, function in CHECKERS.items()
}
