// The follower's position in the change stream, in a small file beside the store. If the file is
// lost, the follower compares every ticket again, which costs time but no data.

import Glibc
import Text
import Tickets
import Wire

struct FollowPosition {
    let path: String
    private let source: String
    private let target: String

    init(path: String, source: String, target: String) {
        self.path = path
        self.source = source
        self.target = target
    }

    /// nil: none yet.
    func read() throws -> String? {
        guard unsafe access(path, F_OK) == 0 else { return nil }
        guard let line = try TransferInput(path: path).next(),
            let fields = try? RecordReader(try JSONReader.parse(line.span))
        else { return nil }
        guard try fields.optionalString("source") == source,
            try fields.optionalString("target") == target
        else {
            throw UsageError(
                "\(path) is the place in another change stream: give another file with --position, "
                    + "or remove this one")
        }
        return try fields.optionalString("place")
    }

    /// A crash leaves the place before.
    func write(_ place: String?) throws {
        let record = Tree.object([
            .init("source", Tree(source)), .init("target", Tree(target)),
            .init("place", Tree(place)),
        ])
        let next = path + ".new"
        let descriptor = unsafe open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure }
        let bytes = JSONWriter.bytes(of: record) + [UInt8(ascii: "\n")]
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        let isWhole = count == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWhole, unsafe rename(next, path) == 0 else { throw failure }
    }

    private var failure: UsageError {
        UsageError("\(path) cannot be written; name a writable file with --position")
    }
}
