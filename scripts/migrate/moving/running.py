"""What every script does around its work: the token, the progress, the end."""

import argparse
import os
import sys
import time
import traceback

from moving.errors import Stop
from moving.output import Output
from moving.web import Site, checked_address

EVERY_SECONDS = 10


class Progress:
    """One line on stderr: rewritten on a terminal, else one every ten seconds."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stderr
        self.is_terminal = self.stream.isatty()
        self.started = self.shown = time.monotonic()
        self.first = 0

    def begin(self, done):
        self.first = done
        if done:
            self.say(f"goes on after {done} tickets")

    def show(self, done, total=None):
        now = time.monotonic()
        if now - self.shown < (0.2 if self.is_terminal else EVERY_SECONDS):
            return
        self.shown = now
        rate = (done - self.first) / max(now - self.started, 0.001)
        text = f"{done} tickets" + (f" of {total}" if total else "") + f", {rate:.1f} a second"
        if total and rate > 0:
            text += f", {max(total - done, 0) / rate / 60:.0f} min left"
        if self.is_terminal:
            print(f"\r\033[K{text}", end="", file=self.stream, flush=True)
        else:
            print(text, file=self.stream, flush=True)

    def say(self, text):
        start = "\r\033[K" if self.is_terminal else ""
        print(start + text, file=self.stream, flush=True)


def parser(name, description):
    options = argparse.ArgumentParser(prog=name, description=description, allow_abbrev=False)
    options.add_argument("--out", required=True, metavar="FILE.jsonl", help="what to write")
    return options


def site_parser(name, description, variable):
    """The token is never an option: other users of the machine see those."""
    options = parser(name, description)
    options.add_argument("url", help="address of the site, https://…")
    options.add_argument(
        "--token-file", metavar="FILE", help=f"file with the API token (or set {variable})"
    )
    options.add_argument("--no-files", action="store_true", help="leave attachments out, as links")
    options.add_argument("--plain-http", action="store_true", help="allow http:// to another machine")
    options.add_argument("--limit", type=int, metavar="N", help="stop after N tickets, for a trial")
    return options


def token(options, variable):
    text = os.environ.get(variable, "")
    if options.token_file:
        try:
            with open(options.token_file, encoding="utf-8") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            raise Stop(f"--token-file: {getattr(error, 'strerror', 'not a text')}", 2) from None
    text = text.strip()
    if not text:
        raise Stop(f"no token: give --token-file FILE or set {variable}", 2)
    # A line end would become a header of its own.
    if not text.isprintable() or not text.isascii():
        raise Stop("the token holds something that no token holds; is the file the right one?", 2)
    return text


def site(options, headers, progress):
    return Site(checked_address(options.url, options.plain_http), headers, progress.say)


def until_nothing_new(output, once):
    """Goes over the list again while it shows more: pages move when tickets come and go."""
    before = None
    while before != len(output.ticket_ids):
        before = len(output.ticket_ids)
        once()


def shaped(work):
    """An answer without a field that it must have is told as such, not as an error of Python."""
    try:
        work()
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        raise Stop(
            f"an answer of the site is not in the form that is documented: {error!r} "
            f"(line {where.lineno} of {os.path.basename(where.filename)})"
        ) from None


def run(work, options):
    """Calls `work(output, progress)`; returns the exit code."""
    progress = Progress()
    output = None
    try:
        already = os.path.exists(options.out)
        if already:
            raise Stop(f"{options.out} is there already; move it away", 2)
        output = Output(options.out)
        progress.begin(output.resumed)
        work(output, progress)
        output.finish()
    except Stop as stop:
        return ended(output, progress, str(stop), stop.code)
    except OSError as error:
        return ended(output, progress, f"{error.filename or options.out}: {error.strerror}", 1)
    except KeyboardInterrupt:
        return ended(output, progress, "stopped; the same command goes on from here", 130)
    progress.say(f"{options.out}: {len(output.ticket_ids)} tickets, {len(output.people_ids)} people")
    return 0


def ended(output, progress, text, code):
    if output:
        output.close()
    progress.say(text)
    return code
