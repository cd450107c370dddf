"""Runs one scenario: alternates its sides, run by run, and takes the medians of their costs."""

import contextlib
import statistics
import time

from .generator import Generator, LoadFailed, measure, percentile, presence_seconds
from .process import cpu_of, memory_of
from .servers import Server, Unavailable

WARM_UP_SECONDS = 0.4


class Scenario:
    def __init__(self, name, spec, given):
        self.name = name
        self.title = spec["title"]
        self.kind = spec["kind"]
        self.spec = spec
        self.runs = given.runs or spec.get("runs", 3)
        self.seconds = given.seconds or spec.get("seconds", 2)
        self.processes = spec.get("processes", 1)
        wanted = given.sides.split(";") if given.sides else None
        self.sides = {
            side: how for side, how in spec["sides"].items() if not wanted or side in wanted
        }

    def run(self):
        measured = {"throughput": self.throughput, "memory": self.memory, "storm": self.storm}
        return {
            "name": self.name,
            "title": self.title,
            "kind": self.kind,
            "reference": self.spec.get("reference"),
            "runs": self.runs,
            "seconds": self.seconds,
            "load": {k: v for k, v in self.spec["load"].items() if k != "conversations"},
            "sides": measured[self.kind](),
        }

    def plan(self, side, **more):
        return self.spec["load"] | self.sides[side].get("load", {}) | more

    def server(self, side):
        how = self.sides[side]
        return Server(how["server"], how.get("settings"), how.get("options", ()))

    def started(self, stack):
        """Starts the servers that can run here; reports and skips the others."""
        servers = {}
        for side in self.sides:
            try:
                servers[side] = stack.enter_context(self.server(side))
            except Unavailable as reason:
                print(f"   {side}: left out, {reason}", flush=True)
        return servers

    def throughput(self):
        """Interleaves the runs, so that other load on the machine affects all sides."""
        found = {}
        with contextlib.ExitStack() as stack:
            servers = self.started(stack)
            for _ in range(self.runs):
                for side, server in servers.items():
                    run = measure(
                        server, self.plan(side), self.seconds, WARM_UP_SECONDS, self.processes
                    )
                    found.setdefault(side, []).append(figures(run))
        medians = {}
        for side, runs in found.items():
            medians[side] = {
                key: statistics.median(run[key] for run in runs)
                for key in runs[0]
                if key != "latency"
            }
            medians[side]["latency"] = [run["latency"] for run in runs][len(runs) // 2]
            one = medians[side]
            print(
                f"   {side:20} {one['cpu_us']:8.2f} µs ({one['user_us']:.2f} user) a delivery, "
                f"{one['per_second']:9.0f}/s, p50 {one['p50_us'] / 1000:.2f} ms, "
                f"p99 {one['p99_us'] / 1000:.2f} ms",
                flush=True,
            )
        return medians

    def memory(self):
        """Private resident bytes per connection, by the number of connections."""
        found = {}
        for side in self.sides:
            try:
                with self.server(side) as server:
                    found[side] = [self.idle(server, side, count) for count in self.spec["steps"]]
            except Unavailable as reason:
                print(f"   {side}: left out, {reason}", flush=True)
                continue
            for step in found[side]:
                print(
                    f"   {side:20} {step['connections']:6} connections: "
                    f"{step['bytes']:8.0f} bytes each",
                    flush=True,
                )
        return found

    def idle(self, server, side, connections):
        before = memory_of(server.pid)
        members = self.spec["load"].get("members", 1)
        plan = self.plan(side, port=server.port, rooms=connections // members)
        generator = Generator(plan)
        try:
            generator.answers("ready")
            # Wait until presence frames are sent and pools have shrunk.
            time.sleep(presence_seconds(plan) + 3)
            held = memory_of(server.pid)
            generator.results()
        finally:
            generator.end()
        time.sleep(1)
        return {
            "connections": connections // members * members,
            "bytes": (held - before) / (connections // members * members),
        }

    def storm(self):
        """All connections connect, then reconnect: CPU of the server per connection."""
        found = {}
        for side in self.sides:
            try:
                with self.server(side) as server:
                    found[side] = self.come_and_come_back(server, side)
            except Unavailable as reason:
                print(f"   {side}: left out, {reason}", flush=True)
                continue
            one = found[side]
            print(
                f"   {side:20} first {one['connect_us']:.0f} µs, again {one['return_us']:.0f} µs "
                f"of CPU a connection; all {one['connections']} live after {one['live_ms']} ms",
                flush=True,
            )
        return found

    def come_and_come_back(self, server, side):
        plan = self.plan(side, port=server.port)
        before = cpu_of(server.pid)
        generator = Generator(plan, self.processes)
        try:
            ready = [answer.split() for answer in generator.answers("ready")]
            connections = sum(int(words[0]) for words in ready)
            first = cpu_of(server.pid) - before
            time.sleep(presence_seconds(plan) + 4)
            before = cpu_of(server.pid)
            generator.order("reconnect")
            live = [answer.split() for answer in generator.answers("live", 120)]
            again = cpu_of(server.pid) - before
            result = generator.results()
        finally:
            generator.end()
        if result["failures"]:
            raise LoadFailed(f"{side}: {result['failures']} connections failed")
        return {
            "connections": connections,
            "connect_us": first.total / connections * 1e6,
            "return_us": again.total / connections * 1e6,
            "live_ms": max(int(words[1]) for words in live),
        }


def figures(run):
    """The costs of one run per delivery (per acknowledgement if there are no deliveries)."""
    count = max(1, run["delivered"])
    return {
        "cpu_us": run["cpu"]["total"] / count * 1e6,
        "user_us": run["cpu"]["user"] / count * 1e6,
        "per_second": count / run["wall"],
        "acknowledged_per_second": run["acknowledged"] / run["wall"],
        "acknowledged_per_cpu_second": run["acknowledged"] / max(1e-9, run["cpu"]["total"]),
        "queue_events_per_second": run["queueEvents"] / run["wall"],
        "busy": run["cpu"]["total"] / run["wall"],
        "p50_us": percentile(run["latency"], 0.5) or 0,
        "p99_us": percentile(run["latency"], 0.99) or 0,
        "p999_us": percentile(run["latency"], 0.999) or 0,
        "latency": run["latency"],
    }
