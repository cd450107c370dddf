import Foundation
import Glibc
import Testing

@testable import guichet

struct SecretFileTests {
    /// A file and its folder with the given modes, removed when the body ends.
    private func withFile(
        _ mode: mode_t, in folderMode: mode_t = 0o755, _ body: (String) throws -> Void
    ) throws {
        let folder = "/tmp/guichet-secret-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/secret"
        try Data("hush".utf8).write(to: URL(filePath: path))
        unsafe chmod(path, mode)
        unsafe chmod(folder, folderMode)
        try body(path)
    }

    @Test(arguments: [0o666, 0o644, 0o604, 0o602, 0o777] as [mode_t])
    func `a secret that strangers may read or write is refused with a remedy`(mode: mode_t) throws {
        try withFile(mode) { path throws in
            let error = #expect(throws: UsageError.self) {
                try SecretFile.read(path, of: "GUICHET_X", .secret)
            }
            #expect(error?.message.contains("chmod o-rwx \(path)") == true)
        }
    }

    @Test(arguments: [0o600, 0o400, 0o640, 0o660] as [mode_t])
    func `a secret of its owner and group is read`(mode: mode_t) throws {
        try withFile(mode) { path throws in
            #expect(try SecretFile.read(path, of: "GUICHET_X", .secret) == Array("hush".utf8))
        }
    }

    @Test func `a folder that strangers cannot enter keeps what is in it`() throws {
        try withFile(0o644, in: 0o700) { path throws in
            #expect(try SecretFile.read(path, of: "GUICHET_X", .secret) == Array("hush".utf8))
        }
        try withFile(0o666, in: 0o700) { path throws in
            #expect(throws: UsageError.self) { try SecretFile.read(path, of: "GUICHET_X", .secret) }
        }
    }

    @Test func `a file that all may read must not be writable for all`() throws {
        try withFile(0o644) { path throws in
            #expect(try SecretFile.read(path, of: "GUICHET_X", .trusted) == Array("hush".utf8))
        }
        try withFile(0o646) { path throws in
            #expect(throws: UsageError.self) {
                try SecretFile.read(path, of: "GUICHET_X", .trusted)
            }
        }
    }

    @Test func `a folder or a missing path is not a file`() throws {
        for path in ["/tmp", "/nonexistent/x"] {
            #expect(throws: UsageError.self) {
                try SecretFile.read(path, of: "GUICHET_X", .trusted)
            }
        }
    }
}
