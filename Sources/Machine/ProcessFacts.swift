// Facts about a process from Linux: enough to name the one that holds a claim, and to tell whether
// a noted process still runs.

import Glibc

/// One process of this machine, as `/proc` shows it.
package struct ProcessFacts: Hashable, Sendable {
    package let pid: Int
    /// Clock ticks from the machine's start to the process's start: tells it from a later process
    /// with the same number.
    package let startTicks: Int

    package init(pid: Int, startTicks: Int) {
        self.pid = pid
        self.startTicks = startTicks
    }

    package static var own: ProcessFacts {
        let pid = Int(getpid())
        return ProcessFacts(pid: pid, startTicks: running(pid)?.startTicks ?? 0)
    }

    /// nil: no such process, or it has ended and waits to be reaped.
    package static func running(_ pid: Int) -> ProcessFacts? {
        guard let text = ProcFile.text(of: "/proc/\(pid)/stat") else { return nil }
        // The second field is a name in parentheses that may contain anything, so count from its
        // end.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = Int(fields[19])
        else { return nil }
        return ProcessFacts(pid: pid, startTicks: ticks)
    }

    /// Whether exactly this process still runs. Where `/proc` hides it, any process with its number
    /// counts: to wait wrongly is better than to continue wrongly.
    package var isRunning: Bool {
        if let found = Self.running(pid) { return startTicks == 0 || found == self }
        guard let pid = Int32(exactly: pid), pid > 0 else { return false }
        let isHidden = ProcFile.text(of: "/proc/\(pid)/stat") == nil
        return isHidden && (kill(pid, 0) == 0 || errno == EPERM)
    }

    /// Start time in seconds since 1970; nil: unknown.
    package var startedAt: Int? {
        guard let text = ProcFile.text(of: "/proc/stat"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Int(line.dropFirst("btime ".utf8.count)), startTicks > 0
        else { return nil }
        return boot + startTicks / max(1, Int(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// The guichet command that it runs, such as `serve`; nil: another program, or hidden.
    package var command: String? {
        guard let text = ProcFile.text(of: "/proc/\(pid)/cmdline") else { return nil }
        let words = text.split(separator: "\0", omittingEmptySubsequences: false)
        // Options and paths stay out of messages: they may hold secrets.
        guard words.count > 1, words[0].hasSuffix("guichet"), !words[1].isEmpty,
            words[1].utf8.count <= 16,
            words[1].utf8.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return nil }
        return String(words[1])
    }
}
