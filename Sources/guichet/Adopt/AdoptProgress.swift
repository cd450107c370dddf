// Progress of an adoption: amount, rate and estimated time left.

import Reactor

struct AdoptProgress {
    private let what: String
    private let total: Int
    private let startedAt = monotonicMilliseconds()
    private var shownAt: Int64 = 0
    private(set) var tickets = 0
    private(set) var messages = 0

    init(_ what: String, of total: Int) {
        self.what = what
        self.total = total
    }

    mutating func note(messages: Int) {
        tickets += 1
        self.messages += messages
        guard tickets % 64 == 0, monotonicMilliseconds() - shownAt > 200 else { return }
        shownAt = monotonicMilliseconds()
        Terminal.progress(line)
    }

    private var line: String {
        let seconds = max(0.001, self.seconds)
        let rest = Int(seconds / Double(max(1, tickets)) * Double(max(0, total - tickets)))
        let percent = total == 0 ? 100 : min(100, tickets * 100 / total)
        return "\(what): \(percent) %, \(tickets) of \(total) tickets, "
            + "\(Int(Double(messages) / seconds)) messages/s, \(Self.time(rest)) left"
    }

    var seconds: Double { Double(monotonicMilliseconds() - startedAt) / 1000 }

    /// Messages in a second, on average.
    var rate: Int { Int(Double(messages) / max(0.001, seconds)) }

    private static func time(_ seconds: Int) -> String {
        seconds < 60
            ? "\(seconds) s"
            : seconds < 3600
                ? "\(seconds / 60) min \(seconds % 60) s"
                : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
