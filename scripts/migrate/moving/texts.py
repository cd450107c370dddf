"""Texts and times of other systems."""

import datetime
import html.parser
import re

BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"}
SILENT = {"style", "script", "head", "title"}
TITLE_MAX = 200


class _Plain(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces = []
        self.silent = 0
        self.link = None

    def handle_starttag(self, tag, attributes):
        if tag in SILENT:
            self.silent += 1
        if tag in BLOCKS:
            self.pieces.append("\n")
        if tag == "li":
            self.pieces.append("- ")
        if tag == "a":
            self.link = (dict(attributes).get("href") or "", len(self.pieces))
        if tag == "img" and dict(attributes).get("alt"):
            self.pieces.append(dict(attributes)["alt"])

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent = max(self.silent - 1, 0)
        if tag in BLOCKS - {"br", "hr"}:
            self.pieces.append("\n")
        if tag == "a" and self.link:
            address, start = self.link
            self.link = None
            words = "".join(self.pieces[start:]).strip()
            if address.startswith(("http://", "https://")) and words not in ("", address):
                self.pieces.append(f" ({address})")
            elif not words:
                self.pieces.append(address)

    def handle_data(self, data):
        if not self.silent:
            self.pieces.append(re.sub(r"[ \t\r\n\f]+", " ", data))


def plain(html_text):
    """The words of an HTML text, a line for each block."""
    reader = _Plain()
    reader.feed(html_text)
    reader.close()
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def title_of(*texts):
    """The first line with words, within the hub's limit."""
    for text in texts:
        for line in (text or "").splitlines():
            if line.strip():
                line = line.strip()
                return line if len(line) <= TITLE_MAX else line[: TITLE_MAX - 1] + "…"
    return "…"


def written(moment):
    """RFC 3339 in UTC, with milliseconds."""
    moment = moment.astimezone(datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def from_seconds(seconds):
    if seconds in (None, 0, ""):
        return None
    zone = datetime.timezone.utc
    return written(datetime.datetime.fromtimestamp(float(seconds), zone))


def from_iso(text):
    """None for no text; ValueError for one that is no time. Without an offset it is UTC."""
    if not text:
        return None
    moment = read_iso(text)
    return written(moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc))


def read_iso(text):
    # Python before 3.11 knows neither Z nor any other number of decimals than 3 and 6.
    text = re.sub(r"\.(\d+)", lambda found: "." + (found[1] + "000000")[:6], text.strip())
    return datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
