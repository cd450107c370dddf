// Imports the files that come before their ticket. Bytes are written to the store as they come; the
// entries are written with the ticket's batch. After an interruption, bytes without an entry are
// removed here or by a hub's sweep, and a new import starts over.

import Text
import Tickets

final class FileImport {
    private let opener: any TicketStoreOpener
    /// Opened for the first file.
    private var store: (any FileStore)?
    private var current: Incoming?
    /// Complete files of the next ticket.
    private var arrived: [StoredFile] = []
    /// Files written by this import.
    private(set) var count = 0
    /// The files that the imported tickets attach, by whom and where.
    private var attached: [FileID: (owner: ExactText, claim: FileClaim)] = [:]

    private struct Incoming {
        let file: StoredFile
        /// nil: the file is in the store already, and the bytes must be equal.
        let writer: (any FileWriter)?
        var taken = 0
    }

    init(_ opener: any TicketStoreOpener) { self.opener = opener }

    func begin(_ file: StoredFile) throws {
        try requireWhole()
        let store = try opened()
        if let known = try store.file(file.id) {
            guard known.attachment == file.attachment, known.owner == file.owner else {
                throw UsageError(
                    "file \(file.id) is in the store and another one; nothing is overwritten")
            }
            current = Incoming(file: known, writer: nil)
        } else {
            // Remains of an import that was killed.
            try store.removeBytes(of: [file])
            current = Incoming(file: file, writer: try store.begin(file.id))
        }
        try finishIfWhole()
    }

    func take(_ piece: TransferPiece) throws {
        guard let incoming = current, incoming.file.id == piece.file,
            incoming.taken == piece.offset, !piece.bytes.isEmpty,
            piece.bytes.count <= incoming.file.size - incoming.taken
        else {
            throw UsageError(
                "the bytes of file \(piece.file) from \(piece.offset) on are not what comes next")
        }
        if let writer = incoming.writer {
            try writer.append(piece.bytes)
        } else {
            let known = try opened().read(
                incoming.file, at: piece.offset, count: piece.bytes.count)
            guard known == piece.bytes else {
                throw UsageError(
                    "file \(piece.file) is in the store with other bytes; nothing is overwritten")
            }
        }
        current?.taken += piece.bytes.count
        try finishIfWhole()
    }

    private func finishIfWhole() throws {
        guard let incoming = current, incoming.taken == incoming.file.size else { return }
        var file = incoming.file
        if let writer = incoming.writer {
            file = StoredFile(
                id: file.id, name: file.name, type: file.type, size: file.size, owner: file.owner,
                location: try writer.finish())
            count += 1
        }
        arrived.append(file)
        current = nil
    }

    /// The complete files that this ticket attaches, with their positions in it, as far as entries
    /// must be written.
    func entries(for ticket: TransferredTicket) throws -> [StoredFile] {
        try requireWhole()
        let attachments = ticket.attachments
        let places = ticket.events.reduce(into: [FileID: (owner: ExactText, claim: FileClaim)]()) {
            places, event in
            places.merge(event.claims.mapValues { (owner: event.by.id, claim: $0) }) { first, _ in
                first
            }
        }
        var entries: [StoredFile] = []
        for var file in arrived {
            guard let (author, claim) = places[file.id], attachments[file.id] == file.attachment
            else {
                throw UsageError("ticket \(ticket.id) does not attach file \(file.id) as it came")
            }
            guard file.owner == author else {
                throw UsageError(
                    "ticket \(ticket.id): “\(author)” attaches file \(file.id) of “\(file.owner)”")
            }
            guard file.claim == nil || file.claim == claim else {
                throw UsageError(
                    "file \(file.id) is attached elsewhere in the store; nothing is overwritten")
            }
            guard file.claim == nil else { continue }
            file.claim = claim
            entries.append(file)
        }
        arrived = []
        attached.merge(places) { $1 }
        return entries
    }

    /// Throws unless the file in progress is complete.
    private func requireWhole() throws {
        guard let current else { return }
        throw UsageError(
            "file \(current.file.id) ends after \(current.taken) of \(current.file.size) bytes")
    }

    /// Throws if files wait for their ticket.
    func requireNone() throws {
        try requireWhole()
        guard let file = arrived.first else { return }
        throw UsageError("file \(file.id) comes without its ticket")
    }

    /// Removes files without a ticket.
    func drop() {
        current?.writer?.abort()
        current = nil
        // A hub's sweep removes the rest.
        try? store?.removeBytes(of: arrived)
        arrived = []
    }

    /// What is wrong with files of the imported tickets.
    func problems() throws -> [String] {
        var found: [String] = []
        for (id, expected) in attached.sorted(by: { $0.key < $1.key }) {
            guard let file = try opened().file(id) else {
                found.append("file \(id): it is attached, and the export does not have it")
                continue
            }
            if file.claim != expected.claim || file.owner != expected.owner {
                found.append("file \(id): it is not where it was attached")
            }
        }
        return found
    }

    private func opened() throws -> any FileStore {
        if let store { return store }
        let opened = try opener.openFiles()
        store = opened
        return opened
    }
}
