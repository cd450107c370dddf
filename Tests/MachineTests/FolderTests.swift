import Foundation
import Machine
import Testing

@Suite struct FolderTests {
    @Test func `a folder has all its names`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "guichet-folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["a", ".hidden", "é"] {
            try Data().write(to: folder.appending(path: name))
        }
        #expect(Folder.names(in: folder.path).sorted() == [".", "..", ".hidden", "a", "é"])
    }

    @Test func `a missing folder has no names`() {
        #expect(Folder.names(in: "/nonexistent/folder").isEmpty)
    }
}
