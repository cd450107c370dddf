// GUICHET_REVOKED: the file of revocations, read again when it changes.

import Foundation
import Glibc
import Hub
import Observability
import Reactor

struct RevocationFile {
    private let path: String
    private let version: Version
    private let bytes: [UInt8]
    private let text: RevocationText

    /// The list at the start.
    var list: RevocationList { text.list }

    /// File attributes that change when the file is written or replaced.
    private struct Version: Equatable, Sendable {
        let inode: UInt
        let bytes: Int
        let modified: [Int]
    }

    private static let lookMicroseconds: UInt32 = 500_000
    private static let bytesMax = 64 << 20
    private static let badLinesShown = 8

    /// nil without the setting. A missing file, or one without a readable line, stops the start.
    init?(_ environment: Environment) throws {
        guard let path = environment["REVOKED"] else { return nil }
        self.path = path
        guard let version = Self.version(of: path) else {
            throw UsageError(
                "GUICHET_REVOKED: \(path): \(unsafe String(cString: strerror(errno))); "
                    + "make the file, it may be empty")
        }
        // Anyone who can write the file can remove their own revocation.
        try SecretFile.check(path, of: "GUICHET_REVOKED", .trusted)
        guard let bytes = Self.read(path) else {
            throw UsageError(
                "GUICHET_REVOKED: the file \(path) cannot be read; let the hub read it")
        }
        self.version = version
        self.bytes = bytes
        text = RevocationText(bytes)
        if text.list.count == 0, let bad = text.badLines.first {
            throw UsageError("GUICHET_REVOKED: \(path), line \(bad.number): \(bad.reason)")
        }
    }

    /// Checks the file twice a second, on a thread of its own.
    func watch(for hub: Hub, _ log: Log) throws {
        let (path, version, bytes) = (path, version, bytes)
        Self.log(bad: text.badLines, path, log)
        Self.log(odd: text.oddLines, path, log)
        _ = try LoopThread.start(name: "revocations") {
            var watch = RevocationWatch(
                version: version, bytes: bytes, now: monotonicMilliseconds())
            while true {
                usleep(Self.lookMicroseconds)
                let findings = watch.look(
                    Self.version(of: path), now: monotonicMilliseconds(),
                    read: { Self.read(path) })
                if !findings.isEmpty { Self.report(findings, path, hub, log) }
            }
        }
    }

    private static func report(
        _ findings: [RevocationWatch<Version>.Finding], _ path: String, _ hub: Hub, _ log: Log
    ) {
        Self.log(
            bad: findings.compactMap { if case .badLine(let line) = $0 { line } else { nil } },
            path, log)
        Self.log(
            odd: findings.compactMap { if case .oddLine(let line) = $0 { line } else { nil } },
            path, log)
        for finding in findings {
            switch finding {
            case .changed(let list):
                hub.revoke(list)
                log.info("revocations_read", [("people", "\(list.count)")])
            case .badLine, .oddLine: break
            case .kept(let reason):
                log.error(
                    "revocations_unreadable",
                    [
                        (
                            "reason",
                            "\(path): \(reason); revocations stay in force until the file is repaired"
                        )
                    ])
            }
        }
    }

    private static func log(bad lines: [RevocationText.BadLine], _ path: String, _ log: Log) {
        for line in lines.prefix(badLinesShown) {
            log.error(
                "revocations_unreadable",
                [("reason", "\(path), line \(line.number): \(line.reason)")])
        }
        if lines.count > badLinesShown {
            log.error(
                "revocations_unreadable",
                [("reason", "\(path): \(lines.count - badLinesShown) more lines cannot be read")])
        }
    }

    private static func log(odd lines: [RevocationText.BadLine], _ path: String, _ log: Log) {
        for line in lines.prefix(badLinesShown) {
            log.warn(
                "revocations_odd", [("reason", "\(path), line \(line.number): \(line.reason)")])
        }
    }

    /// nil: the file is missing, see `errno`.
    private static func version(of path: String) -> Version? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            errno = EINVAL
            return nil
        }
        return Version(
            inode: facts.st_ino, bytes: facts.st_size,
            modified: [
                facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_ctim.tv_sec,
                facts.st_ctim.tv_nsec,
            ])
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: bytesMax + 1) ?? Data(),
            data.count <= bytesMax
        else { return nil }
        return Array(data)
    }
}
