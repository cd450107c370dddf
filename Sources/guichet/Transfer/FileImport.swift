// Takes the files that come before their ticket: the bytes go to the store as they come, the entries
// wait for the ticket, whose batch writes them. Whatever breaks off before leaves bytes that no entry
// names: they are taken back here, or by a hub's sweep, and an import that is run again starts afresh.

import Tickets

final class FileImport {
    private let opener: any TicketStoreOpener
    /// Opened for the first file.
    private var store: (any FileStore)?
    private var current: Incoming?
    /// Whole, of the ticket to come.
    private var arrived: [StoredFile] = []
    /// Written by this import.
    private(set) var count = 0
    /// What each file of the import must be attached to afterwards.
    private(set) var claims: [FileID: FileClaim] = [:]

    private struct Incoming {
        let file: StoredFile
        /// nil: it is in the store already, and what comes must be the same.
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
            // What an import that was killed has left of it.
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

    /// The files that came before this ticket, with their places in it, as far as there is something
    /// to write about them.
    func entries(for ticket: TransferredTicket) throws -> [StoredFile] {
        try requireWhole()
        let attachments = ticket.attachments
        let places = ticket.events.reduce(into: [:]) { places, event in
            places.merge(event.claims) { first, _ in first }
        }
        var entries: [StoredFile] = []
        for var file in arrived {
            guard let claim = places[file.id], attachments[file.id] == file.attachment else {
                throw UsageError("ticket \(ticket.id) does not attach file \(file.id) as it came")
            }
            guard file.claim == nil || file.claim == claim else {
                throw UsageError(
                    "file \(file.id) is attached elsewhere in the store; nothing is overwritten")
            }
            claims[file.id] = claim
            guard file.claim == nil else { continue }
            file.claim = claim
            entries.append(file)
        }
        arrived = []
        return entries
    }

    /// Nothing may come but the rest of a file that has begun.
    private func requireWhole() throws {
        guard let current else { return }
        throw UsageError(
            "file \(current.file.id) ends after \(current.taken) of \(current.file.size) bytes")
    }

    /// Their ticket must have come.
    func requireNone() throws {
        try requireWhole()
        guard let file = arrived.first else { return }
        throw UsageError("file \(file.id) comes without its ticket")
    }

    /// Takes back what no ticket has.
    func drop() {
        current?.writer?.abort()
        current = nil
        // What cannot be removed now is debris, which a hub looks for.
        try? store?.removeBytes(of: arrived)
        arrived = []
    }

    /// Those of the import that are not attached as they should be.
    func misplaced() throws -> [FileID] {
        var found: [FileID] = []
        for (id, claim) in claims where try opened().file(id)?.claim != claim { found.append(id) }
        return found.sorted()
    }

    private func opened() throws -> any FileStore {
        if let store { return store }
        let opened = try opener.openFiles()
        store = opened
        return opened
    }
}
