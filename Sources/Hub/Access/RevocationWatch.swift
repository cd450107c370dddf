// Follows a revocation file that may be written to while it is read.

/// Applies new revocations at once. Lifts a revocation only when the file has not changed for three
/// seconds and looks complete, since it may be half written. A missing, empty or partly unreadable
/// file lifts none.
package struct RevocationWatch<Version: Equatable> {
    /// The result of a look.
    package enum Finding: Equatable {
        /// This list applies from now on.
        case changed(RevocationList)
        case badLine(RevocationText.BadLine)
        case oddLine(RevocationText.BadLine)
        /// The earlier list still applies, in whole or for the people whom the file no longer
        /// names.
        case kept(reason: String)
    }

    package private(set) var list: RevocationList
    private var version: Version?
    private var text: RevocationText
    private var bytes: [UInt8]
    /// Monotonic milliseconds.
    private var changedAt: Int64
    private var isStable = true
    private var hasToldOfLines = true
    /// What the latest stable file ended with.
    private var endedWithLine: Bool
    private var trouble: (reason: String, loggedAt: Int64)?

    /// A last line without a line end is used after this time, since it may be half an id.
    private static var lastLineMs: Int64 { 400 }
    private static var stableMs: Int64 { 3000 }
    private static var repeatMs: Int64 { 60_000 }

    package init(version: Version, bytes: [UInt8], now: Int64) {
        self.version = version
        self.bytes = bytes
        text = RevocationText(bytes)
        list = text.list
        changedAt = now
        endedWithLine = text.isComplete
    }

    /// - Parameters:
    ///   - version: of the current file; nil: there is no file.
    ///   - read: its bytes; nil: they cannot be read.
    ///   - now: monotonic milliseconds.
    package mutating func look(
        _ version: Version?, now: Int64, read: () -> [UInt8]?
    ) -> [Finding] {
        guard let version else { return complain("it is not there", now) }
        if version == self.version, isStable { return [] }
        guard let bytes = read() else { return complain("it cannot be read", now) }
        if version != self.version || bytes != self.bytes {
            self.version = version
            self.bytes = bytes
            changedAt = now
            isStable = false
            hasToldOfLines = false
            text = RevocationText(bytes.endingWithLine)
            return text.isBlank ? [] : take(list.merged(with: text.list))
        }
        guard now - changedAt >= Self.lastLineMs else { return [] }
        text = RevocationText(bytes)
        if text.isBlank, !list.isEmpty { return complain("it is empty", now) }
        let lines = hasToldOfLines ? [] : tellOfLines()
        guard now - changedAt >= Self.stableMs else {
            return lines + take(list.merged(with: text.list))
        }
        return lines + takeStable()
    }

    private mutating func tellOfLines() -> [Finding] {
        hasToldOfLines = true
        return text.badLines.map(Finding.badLine) + text.oddLines.map(Finding.oddLine)
    }

    private mutating func takeStable() -> [Finding] {
        isStable = true
        let before = trouble
        trouble = nil
        let isCutOff = !text.isComplete && endedWithLine
        let lettingIn = list.merged(with: text.list) != text.list
        if lettingIn, isCutOff || !text.badLines.isEmpty {
            let findings = take(list.merged(with: text.list))
            let reason =
                isCutOff
                ? "its last line has no end, it may be cut off" : "it has lines without sense"
            return findings + [.kept(reason: reason)]
        }
        endedWithLine = text.isComplete
        let changed = take(text.list)
        // The log said that the file is gone, so it says that the file is back.
        return changed.isEmpty && before != nil ? [.changed(list)] : changed
    }

    private mutating func take(_ newer: RevocationList) -> [Finding] {
        guard newer != list else { return [] }
        list = newer
        return [.changed(newer)]
    }

    /// Once a minute, while the fault lasts.
    private mutating func complain(_ reason: String, _ now: Int64) -> [Finding] {
        guard let trouble, trouble.reason == reason else {
            self.trouble = (reason, now)
            isStable = false
            return [.kept(reason: reason)]
        }
        guard now - trouble.loggedAt >= Self.repeatMs else { return [] }
        self.trouble = (reason, now)
        return [.kept(reason: reason)]
    }
}

extension [UInt8] {
    /// Up to and including the last line end.
    fileprivate var endingWithLine: [UInt8] {
        let end = lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return Array(prefix(end))
    }
}
