#!/usr/bin/env python3
"""Writes the tickets of a table (CSV) as JSON Lines for `guichet adopt`: see docs/moving-in.md."""

import os.path
import sys

# This folder stands last, not first: with it in front, `import csv` would find csv.py here.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [place for place in sys.path if os.path.abspath(place or ".") != HERE] + [HERE]

from moving import table  # noqa: E402

if __name__ == "__main__":
    sys.exit(table.main())
