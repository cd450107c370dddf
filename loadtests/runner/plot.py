"""Line plots as SVG: axes, a grid, a colour and a name for each line; for light and dark pages."""

import math
from html import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 44, 48
COLOURS = ["#1f6feb", "#d1495b", "#2e8b57", "#b8860b", "#7b4fb5", "#0f8b8d"]
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #333 }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8884; stroke-width: 1 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } }
"""


def lines(title, curves, x_name, y_name, log_x=False, log_y=False, names=None):
    """`curves`: name → [(x, y)]. `names`: labels of x = 0, 1, 2 … instead of numbers."""
    points = [point for curve in curves.values() for point in curve]
    x_axis = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT, log_x, from_zero=bool(names))
    y_axis = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP, log_y, from_zero=not log_y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        text(LEFT, 24, title, "title"),
    ]
    for value in y_axis.ticks():
        y = y_axis.place(value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(text(LEFT - 8, y + 4, short(value), anchor="end"))
    if names:
        ticks = [(place, label(part)) for place, part in enumerate(names)]
    else:
        ticks = [(value, short(value)) for value in sorted({x for x, _ in points})]
    for value, name in ticks:
        parts.append(text(x_axis.place(value), HEIGHT - BOTTOM + 18, name, anchor="middle"))
    parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_name, anchor="middle"))
    parts.append(text(LEFT - 8, TOP - 8, y_name, anchor="end"))
    parts += drawn(curves, x_axis, y_axis)
    return "\n".join([*parts, "</svg>"]) + "\n"


def drawn(curves, x_axis, y_axis):
    """The lines, with their names at their ends, spread so that they do not overlap."""
    parts, ends = [], []
    for (name, curve), colour in zip(curves.items(), COLOURS * 3):
        path = [(x_axis.place(x), y_axis.place(y)) for x, y in curve]
        if not path:
            continue
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{joined}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in path]
        ends.append([path[-1][1], name, colour, curve[-1][1]])
    ends.sort()
    for upper, lower in zip(ends, ends[1:]):
        lower[0] = max(lower[0], upper[0] + 16)
    for y, name, colour, value in ends:
        at = WIDTH - RIGHT + 10
        parts.append(f'<circle cx="{at}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        parts.append(text(at + 9, y + 4, f"{name}  {short(value)}"))
    return parts


class Axis:
    """Maps values to pixels, on a linear or logarithmic scale."""

    def __init__(self, values, start, end, is_log, from_zero=False):
        self.start, self.end, self.is_log = start, end, is_log
        low, high = min(values, default=0), max(values, default=1)
        self.low = 0 if from_zero and not is_log else low
        self.high = high if high > self.low else self.low + 1
        if is_log:
            self.low = max(self.low, 1e-6)

    def place(self, value):
        if self.is_log:
            part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)

    def ticks(self):
        if self.is_log:
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            found = [10.0**power for power in range(first, last + 1)]
            return [value for value in found if self.low <= value <= self.high]
        step = 10 ** math.floor(math.log10((self.high - self.low) or 1))
        if (self.high - self.low) / step < 3:
            step /= 4
        return [self.low + step * n for n in range(int((self.high - self.low) / step) + 1)]


def label(part):
    return "least" if part == 0 else f"p{part * 100:g}"


def short(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def text(x, y, words, name="", anchor="start"):
    style = f' class="{name}"' if name else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(words)}</text>'
