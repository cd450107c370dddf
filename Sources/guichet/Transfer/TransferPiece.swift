// Encodes the bytes of files as lines: pieces of bounded size, each with its position and digest.
// Damage is found at its line, and neither side holds a whole file in memory.

import Text
import Tickets
import Wire

struct TransferPiece {
    let file: FileID
    let offset: Int
    let bytes: [UInt8]

    /// A multiple of three, so that base64 needs no padding in between.
    static let bytesMax = 192 * 1024

    init(file: FileID, offset: Int, bytes: [UInt8]) {
        self.file = file
        self.offset = offset
        self.bytes = bytes
    }

    var record: Tree {
        .object([
            .init(
                "piece",
                .object([
                    .init("file", Tree(file)), .init("offset", Tree(offset)),
                    .init("sha256", Tree(Base64.encode(SHA256.hash(bytes)))),
                    .init("data", Tree(Base64.encode(bytes))),
                ]))
        ])
    }

    init(record: Tree) throws {
        let fields = try RecordReader(record, "piece")
        try fields.requireOnly("file", "offset", "sha256", "data")
        file = try fields.id("file")
        offset = try fields.int("offset")
        guard let bytes = Base64.decode(try fields.string("data")),
            Base64.encode(SHA256.hash(bytes)) == (try fields.string("sha256"))
        else {
            throw UsageError("the bytes of file \(file) from \(offset) on are damaged")
        }
        self.bytes = bytes
    }
}

extension StoredFile {
    /// The metadata to export. The ticket's events say where the file is attached.
    var transferRecord: Tree {
        .object([
            .init(
                "file",
                .object([
                    .init("id", Tree(id)), .init("name", Tree(name)),
                    .init("type", Tree(type)), .init("size", Tree(size)),
                    .init("owner", Tree(owner)),
                ]))
        ])
    }

    init(transferRecord: Tree) throws {
        let fields = try RecordReader(transferRecord, "file")
        try fields.requireOnly("id", "name", "type", "size", "owner")
        self.init(
            id: try fields.id("id"), name: try fields.string("name"),
            type: try fields.string("type"), size: try fields.int("size"),
            owner: try fields.text("owner"), location: "")
        guard size >= 0 else { throw UsageError("file \(id) has a size of \(size)") }
        if let fault = Person.fault(of: owner) { throw UsageError("file \(id): \(fault)") }
    }
}

extension TransferredTicket {
    /// The files that its events attach, by id.
    var attachments: [FileID: Attachment] {
        var found: [FileID: Attachment] = [:]
        for event in events {
            for one in (event.created?.attachments ?? []) + (event.message?.attachments ?? []) {
                found[one.id] = one
            }
        }
        return found
    }
}
