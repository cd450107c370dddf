import Foundation
import Testing

@testable import guichet

struct SettingTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// The sources of the program, concatenated.
    private func sources() throws -> String {
        let folder = Self.root.appending(path: "Sources/guichet")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let paths = (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
        return try paths.map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }

    private var names: Set<String> { Set(SettingTable.all.map(\.name)) }

    @Test func `every name that the program reads is in the table, and is read`() throws {
        let sources = try sources()
        var read: Set<String> = []
        for match in sources.matches(of: /(?:environment|process)(?:\.\w+\()?\[?\(?"([A-Z0-9_]+)"/)
        {
            read.insert(String(match.1))
        }
        for match in sources.matches(of: /arguments(?:\.\w+\(|\[)"([a-z-]+)"/) {
            let name = match.1.uppercased().replacing("-", with: "_")
            if names.contains(name) { read.insert(name) }
        }
        #expect(read.subtracting(names) == [], "not in the table")
        #expect(names.subtracting(read) == [], "read by nothing")
    }

    @Test func `the configuration page has every name of the table, and no other`() throws {
        let configuration = try text("docs/configuration.md")
        let told = Set(
            configuration.matches(of: /`GUICHET_([A-Z0-9_]+)/).map { String($0.1) }
        ).filter { !$0.hasPrefix("TEST") }
        #expect(names.subtracting(told) == [], "not in docs/configuration.md")
        #expect(told.subtracting(names) == [], "not in the table")
    }

    @Test func `names stand once, and each has a meaning`() {
        #expect(names.count == SettingTable.all.count)
        #expect(SettingTable.all.allSatisfy { !$0.meaning.isEmpty })
    }

    @Test(arguments: [
        ("GUICHET_COMMANDS_PER_SECONDS", "GUICHET_COMMANDS_PER_SECOND"),
        ("GUICHET_ALLOWED_ORIGIN", "GUICHET_ALLOWED_ORIGINS"),
        ("GUICHET_JWT_SECERT", "GUICHET_JWT_SECRET"),
        ("GUICHET_STROE", "GUICHET_STORE"), ("GUICHET_", "GUICHET_"),
        ("GUICHET_log", "GUICHET_LOG"), ("GUICHET_MAX_BODY", "GUICHET_MAX_BODY_BYTES"),
        ("GUICHET_REVOKE", "GUICHET_REVOKED"), ("GUICHET_TESTS", "GUICHET_"),
        ("guichet_LISTEN", "GUICHET_LISTEN"), ("guichet_listen", "GUICHET_LISTEN"),
        ("Guichet_Store", "GUICHET_STORE"), ("GUICHET_SECRET", "GUICHET_JWT_SECRET"),
        ("GUICHET_ORIGINS", "GUICHET_ALLOWED_ORIGINS"), ("GUICHET_LOG_FORMAT", "GUICHET_LOG"),
        ("GUICHET_REVOCATIONS", "GUICHET_REVOKED"),
        ("GUICHET_PROXIES", "GUICHET_TRUSTED_PROXIES"),
    ])
    func `an unknown setting is refused with the nearest known name`(name: String, nearest: String)
    {
        let error = #expect(throws: UsageError.self) {
            try SettingTable.check(["PATH", name, "GUICHET_STORE"])
        }
        #expect(error?.message.hasPrefix("\(name) is not a setting") == true)
        #expect(error?.message.contains("nearest one is \(nearest)") == true)
    }

    @Test func `other names, those of tests and known ones pass`() throws {
        try SettingTable.check(
            [
                "PATH", "GUICHE_X", "guichetx", "guichet_test_x", "GUICHET_TEST_MONGODB",
                "GUICHET_STORE",
                "MY_GUICHET_X",
            ])
    }
}
