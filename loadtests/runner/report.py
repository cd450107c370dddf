"""Writes the report of a run: Markdown with tables, and plots beside it."""

from . import plot
from .generator import percentile

PERCENTILES = (0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999)
ROOM_SIZES = {"rooms-of-10": 10, "rooms-of-100": 100, "big-room": 2000}


def write(everything, out):
    machine = everything["machine"]
    lines = [
        "# Load test report",
        "",
        f"`{everything['command']}`, {everything['minutes']} minutes, {machine['date']}, commit "
        f"`{machine['commit']}`.",
        f"{machine['cpu']}, {machine['memory']}, Linux {machine['kernel']}; load when it ended: "
        f"{machine['load']}.",
        "",
        "Server on one core, load generator on the other. Times are CPU time of the server's whole "
        "process per delivered frame; user time in its own column. Medians of interleaved runs. "
        "Ratios are to the reference side of the same scenario: below 1 is better.",
        "",
    ]
    for scenario in everything["scenarios"]:
        table = {"throughput": throughput, "memory": memory, "storm": storm}[scenario["kind"]]
        lines += [f"## {scenario['title']}", "", f"`{scenario['name']}`", "", *table(scenario), ""]
    lines += plots({one["name"]: one for one in everything["scenarios"]}, out)
    (out / "README.md").write_text("\n".join(lines).rstrip() + "\n")


def throughput(scenario):
    sides = scenario["sides"]
    reference = sides.get(scenario["reference"])
    durable = any(side["acknowledged_per_second"] for side in sides.values())
    head = ["side", "CPU µs", "ratio", "user µs", "ratio", "deliveries/s", "core busy"]
    head += ["p50 ms", "p99 ms", "p99.9 ms"]
    if durable:
        head += ["acked/s", "acked per CPU s", "ratio"]
    rows = []
    for name, side in sides.items():
        row = [name, f"{side['cpu_us']:.2f}", ratio(side, reference, "cpu_us")]
        row += [f"{side['user_us']:.2f}", ratio(side, reference, "user_us")]
        row += [f"{side['per_second']:,.0f}", f"{side['busy'] * 100:.0f} %"]
        row += [f"{side[key] / 1000:.2f}" for key in ("p50_us", "p99_us", "p999_us")]
        if durable:
            row += [f"{side['acknowledged_per_second']:,.0f}"]
            row += [f"{side['acknowledged_per_cpu_second']:,.0f}"]
            row += [ratio(side, reference, "acknowledged_per_cpu_second")]
        rows.append(row)
    note = f"{scenario['runs']} runs of {scenario['seconds']} s each."
    return [*table(head, rows), "", note]


def memory(scenario):
    counts = [step["connections"] for step in next(iter(scenario["sides"].values()))]
    rows = [
        [name, *(f"{step['bytes']:,.0f}" for step in steps)]
        for name, steps in scenario["sides"].items()
    ]
    head = ["own bytes a connection", *(f"{count:,} connections" for count in counts)]
    return table(head, rows)


def storm(scenario):
    reference = scenario["sides"].get(scenario["reference"])
    rows = []
    for name, side in scenario["sides"].items():
        row = [name, f"{side['connections']:,}", f"{side['connect_us']:.0f}"]
        row += [ratio(side, reference, "connect_us"), f"{side['return_us']:.0f}"]
        row += [ratio(side, reference, "return_us"), f"{side['live_ms']:,}"]
        rows.append(row)
    head = ["side", "connections", "CPU µs, first time", "ratio", "CPU µs, coming back", "ratio"]
    return table([*head, "all live after ms"], rows)


def ratio(side, reference, key):
    if not reference or not reference[key]:
        return "–"
    return f"{side[key] / reference[key]:.2f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |"]
    lines.append("|---" + "|---:" * (len(head) - 1) + "|")
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def plots(scenarios, out):
    lines = []

    def add(name, title, picture):
        (out / f"{name}.svg").write_text(picture)
        lines.extend([f"## {title}", "", f"![{title}]({name}.svg)", ""])

    by_size = {}
    for name, size in ROOM_SIZES.items():
        for side, found in scenarios.get(name, {"sides": {}})["sides"].items():
            by_size.setdefault(side, []).append((size, found["cpu_us"]))
    if any(len(points) > 1 for points in by_size.values()):
        title = "CPU per delivery, by members of a room"
        add("cpu-by-room", title, plot.lines(title, by_size, "members", "µs", log_x=True))
    for name in ("hot-room", "durable-pairs"):
        if name in scenarios:
            title = f"Latency: {scenarios[name]['title']}"
            curves = {
                side: latency_curve(found["latency"])
                for side, found in scenarios[name]["sides"].items()
            }
            picture = plot.lines(
                title, curves, "percentile", "ms", log_y=True, names=PERCENTILES
            )
            add(f"latency-{name}", title, picture)
    if "idle" in scenarios:
        title = "Memory, by connections"
        curves = {
            side: [(step["connections"], step["bytes"] * step["connections"] / 1e6) for step in steps]
            for side, steps in scenarios["idle"]["sides"].items()
        }
        add("memory", title, plot.lines(title, curves, "connections", "MB"))
    return lines


def latency_curve(buckets):
    """One point for each percentile, evenly spaced, so that the tail is visible."""
    points = []
    for place, part in enumerate(PERCENTILES):
        value = percentile(buckets, max(part, 1e-9))
        if value is not None:
            points.append((place, max(value, 1) / 1000))
    return points
