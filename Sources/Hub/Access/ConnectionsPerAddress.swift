// Counts connections per address, over all workers.

private import Synchronization

/// Used at accept and at close only, so a lock is cheap enough.
final class ConnectionsPerAddress: Sendable {
    /// 0: no limit, and nothing is counted.
    private let limit: Int
    private let counts = Mutex<[String: Int]>([:])

    init(limit: Int) { self.limit = limit }

    var isLimited: Bool { limit > 0 }

    /// False when the address is at its limit. Counts the connection in any case, until `leave`.
    func enter(_ address: String) -> Bool {
        guard limit > 0 else { return true }
        let key = Self.key(address)
        return counts.withLock { counts in
            let count = counts[key, default: 0] + 1
            counts[key] = count
            return count <= limit
        }
    }

    func leave(_ address: String) {
        guard limit > 0 else { return }
        let key = Self.key(address)
        counts.withLock { counts in
            let count = counts[key, default: 1] - 1
            counts[key] = count > 0 ? count : nil
        }
    }

    /// A household has a whole /64 of IPv6 (RFC 6177), so the first four groups are the key.
    static func key(_ address: String) -> String {
        guard address.contains(":") else { return address }
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":").map(String.init)
        if halves.count == 2 {
            let tail = halves[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        return groups.prefix(4).joined(separator: ":")
    }
}
