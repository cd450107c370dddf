// Exports the files of tickets: the metadata of each, then its bytes in pieces.

import Tickets

final class FileExport {
    private let opener: any TicketStoreOpener
    private let output: TransferOutput
    /// Opened for the first file: a store without files is not touched.
    private var store: (any FileStore)?
    private(set) var count = 0
    /// Attached files that the store lacks.
    private(set) var missing: [String] = []

    init(_ opener: any TicketStoreOpener, to output: TransferOutput) {
        self.opener = opener
        self.output = output
    }

    /// Writes them in the order of their ids, so that every store gives the same bytes.
    func write(filesOf ticket: TransferredTicket) throws {
        for id in ticket.attachments.keys.sorted() {
            guard let file = try present(id) else {
                missing.append("file \(id) of ticket \(ticket.id) is not in the store")
                continue
            }
            try write(file)
            count += 1
        }
    }

    /// nil: no entry, or the wrong number of bytes.
    private func present(_ id: FileID) throws -> StoredFile? {
        let store = try opened()
        guard let file = try store.file(id) else { return nil }
        let last = try store.read(file, at: max(0, file.size - 1), count: min(1, file.size))
        return last?.count == min(1, file.size) ? file : nil
    }

    private func write(_ file: StoredFile) throws {
        let store = try opened()
        try output.write(TransferLine.file(file).bytes)
        var offset = 0
        while offset < file.size {
            let count = min(TransferPiece.bytesMax, file.size - offset)
            guard let bytes = try store.read(file, at: offset, count: count), bytes.count == count
            else {
                throw UsageError("file \(file.id): its bytes from \(offset) on cannot be read")
            }
            let piece = TransferPiece(file: file.id, offset: offset, bytes: bytes)
            try output.write(TransferLine.piece(piece).bytes)
            offset += count
        }
    }

    private func opened() throws -> any FileStore {
        if let store { return store }
        let opened = try opener.openFiles()
        store = opened
        return opened
    }
}
