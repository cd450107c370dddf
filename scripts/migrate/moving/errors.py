"""What ends a run, with the exit code."""


class Stop(Exception):
    """A sentence for the user. `code` 2: an option, a token or an address is wrong; 1: the run
    cannot go on. What was read is kept, and the same command goes on from there."""

    def __init__(self, text, code=1):
        super().__init__(text)
        self.code = code


class NotThere(Exception):
    """The site has nothing at this address."""
