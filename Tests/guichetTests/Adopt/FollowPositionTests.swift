// Where a follower goes on after its end.

import Foundation
import Testing

@testable import guichet

struct FollowPositionTests {
    private func position(_ folder: String, source: String = "old") -> FollowPosition {
        FollowPosition(path: "\(folder)/position", source: source, target: "new")
    }

    @Test func `the last place written is read again`() throws {
        try withScratchFolder { folder in
            #expect(try position(folder).read() == nil)
            try position(folder).write("first")
            try position(folder).write("é\"second")
            #expect(try position(folder).read() == "é\"second")
            try position(folder).write(nil)
            #expect(try position(folder).read() == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["position"])
        }
    }

    @Test func `the place of another collection is refused with a remedy`() throws {
        try withScratchFolder { folder in
            try position(folder).write("place")
            let other = position(folder, source: "other")
            let error = #expect(throws: UsageError.self) { try other.read() }
            #expect(error?.message.contains("give another file with --position") == true)
        }
    }

    @Test(arguments: ["", "\n", "{", #"["old"]"#, "\0\0\0\0\n"])
    func `a file that cannot be read counts as none`(text: String) throws {
        try withScratchFolder { folder in
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/position"))
            #expect(try position(folder).read() == nil)
        }
    }

    @Test func `a place that cannot be written is an error`() {
        let error = #expect(throws: UsageError.self) {
            try position("/tmp/guichet-missing-\(UUID().uuidString)").write("place")
        }
        #expect(error?.message.contains("--position") == true)
    }
}
