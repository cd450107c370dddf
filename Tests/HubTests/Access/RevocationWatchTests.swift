import Testing

@testable import Hub

struct RevocationWatchTests {
    /// A file that is checked twice a second.
    private struct Folder {
        var watch: RevocationWatch<Int>
        private var text: String?
        private var version = 0
        private var now: Int64 = 0

        init(_ text: String) {
            self.text = text
            watch = RevocationWatch(version: 0, bytes: Array(text.utf8), now: 0)
        }

        mutating func write(_ text: String?) {
            self.text = text
            version += 1
        }

        @discardableResult
        mutating func look(times: Int = 1) -> [RevocationWatch<Int>.Finding] {
            var findings: [RevocationWatch<Int>.Finding] = []
            let text = text
            for _ in 0..<times {
                now += 500
                findings += watch.look(text == nil ? nil : version, now: now) {
                    text.map { Array($0.utf8) }
                }
            }
            return findings
        }

        func isRevoked(_ id: String) -> Bool { watch.list.covers(identity(id)) }
    }

    private func complaints(_ findings: [RevocationWatch<Int>.Finding]) -> [String] {
        findings.compactMap { if case .kept(let reason) = $0 { reason } else { nil } }
    }

    @Test func `a line added revokes at once, and a line removed admits within 5 seconds`() {
        var folder = Folder("eve\n")
        folder.write("mallory\n")
        folder.look()
        #expect(folder.isRevoked("mallory") && folder.isRevoked("eve"))
        folder.look(times: 8)
        #expect(folder.isRevoked("mallory") && !folder.isRevoked("eve"))
    }

    @Test func `a last line without an end counts at the second look`() {
        var folder = Folder("")
        folder.write("eve\nmallo")
        folder.look()
        #expect(folder.isRevoked("eve") && !folder.isRevoked("mallo"))
        folder.look()
        #expect(folder.isRevoked("mallo"))
    }

    @Test func `a revocation file that is written slowly admits no revoked token`() {
        var folder = Folder("eve\nmallory\n")
        for text in ["", "ev", "eve\n", "eve\nmal", "eve\nmallory\nbob\n"] {
            folder.write(text)
            folder.look(times: 5)
            #expect(folder.isRevoked("eve") && folder.isRevoked("mallory"), "\(text)")
        }
        folder.look(times: 5)
        #expect(!folder.isRevoked("mal") && folder.isRevoked("bob"))
    }

    @Test func `a file that stays cut within a line admits no revoked token, and is logged`() {
        var folder = Folder("eve\nmallory\n")
        folder.write("eve\nmal")
        #expect(complaints(folder.look(times: 20)).count == 1)
        #expect(folder.isRevoked("mallory"))
    }

    @Test(arguments: ["", "\n", nil])
    func `a file that empties or vanishes keeps its list, and says so until it is back`(
        text: String?
    ) {
        var folder = Folder("eve\n")
        folder.write(text)
        #expect(complaints(folder.look(times: 20)).count == 1)
        #expect(complaints(folder.look(times: 130)).count == 1)
        #expect(folder.isRevoked("eve"))
        folder.write("eve\n")
        #expect(folder.look(times: 10) == [.changed(folder.watch.list)])
        #expect(folder.look(times: 300).isEmpty)
    }

    @Test func `a file of comments alone lets everybody back in`() {
        var folder = Folder("eve\n")
        folder.write("# nobody\n")
        folder.look(times: 10)
        #expect(!folder.isRevoked("eve"))
    }

    @Test func `with an unreadable line no revoked token is admitted, and the new lines apply`() {
        var folder = Folder("eve\n")
        folder.write("{eve\nmallory\n")
        let findings = folder.look(times: 10)
        #expect(folder.isRevoked("eve") && folder.isRevoked("mallory"))
        #expect(
            findings.contains {
                if case .badLine(let line) = $0 { line.number == 1 } else { false }
            })
    }

    @Test func `a file that is written twice within a tick of the clock is read again`() {
        var folder = Folder("eve\n")
        folder.write("bob\n")
        folder.look()
        var other = folder
        // The same length and time, other bytes.
        _ = other.watch.look(1, now: 1500) { Array("sam\n".utf8) }
        #expect(other.isRevoked("sam"))
    }
}
