"""Files that a power cut leaves whole or does not leave at all."""

import os


def sync(file):
    file.flush()
    os.fsync(file.fileno())


def replace(new, path):
    """Gives a synced file its name, for good."""
    os.replace(new, path)
    if os.name != "posix":
        return
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
