// Files of an old system are read below one folder, and nowhere else.

import Foundation
import Testing
import Tickets

@testable import Adoption
@testable import guichet

struct FolderFilesTests {
    private func attachment(_ place: String) -> OldAttachment {
        OldAttachment(
            id: FileID(high: 0, low: 1), name: "a.txt", places: [place], size: nil, type: nil,
            file: nil)
    }

    /// The bytes of a file named by `place`, below a folder with `uploads/a.txt` beside a secret.
    private func fetch(_ place: String, bytesMax: Int = 100) throws -> String {
        try withScratchFolder { outside in
            let folder = "\(outside)/old"
            try FileManager.default.createDirectory(
                atPath: "\(folder)/uploads", withIntermediateDirectories: true)
            try Data("inside".utf8).write(to: URL(filePath: "\(folder)/uploads/a.txt"))
            try Data("secret".utf8).write(to: URL(filePath: "\(outside)/secret"))
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/link", withDestinationPath: "\(outside)/secret")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/linked", withDestinationPath: outside)
            var bytes: [UInt8] = []
            try FolderFiles(path: folder).fetch(attachment(place), bytesMax: bytesMax) {
                bytes += $0
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(arguments: ["uploads/a.txt", "/srv/uploads/a.txt", "https://old.example/uploads/a.txt"])
    func `a file is found by the end of its path`(place: String) throws {
        #expect(try fetch(place) == "inside")
    }

    @Test(arguments: ["../secret", "link", "linked/secret", "uploads", "uploads/b.txt", ".."])
    func `what is outside, a link, a folder or absent stays where it is`(place: String) {
        #expect(throws: FileStays.self) { try fetch(place) }
    }

    @Test func `a file over the limit stays where it is`() throws {
        #expect(try fetch("uploads/a.txt", bytesMax: 6) == "inside")
        let error = #expect(throws: FileStays.self) { try fetch("uploads/a.txt", bytesMax: 5) }
        #expect(error?.reason == FileStays.tooLarge.reason)
    }
}
