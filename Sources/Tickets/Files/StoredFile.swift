// An uploaded file, and its link to a ticket.

package import Text

/// Where a file was attached: written once, with the attaching event.
package struct FileClaim: Hashable, Sendable {
    package let ticket: TicketID
    package let seq: Int
    /// Attached to an internal message: for staff alone.
    package let isInternal: Bool

    package init(ticket: TicketID, seq: Int, isInternal: Bool) {
        self.ticket = ticket
        self.seq = seq
        self.isInternal = isInternal
    }
}

/// Idempotency key of an upload: tells a retry from a second file.
package struct UploadKey: Hashable, Sendable {
    /// Unique among the uploads of one person while the file exists.
    package let name: ExactText
    /// Digest of the upload: its name and its bytes.
    package let digest: String

    package init(name: ExactText, digest: String) {
        self.name = name
        self.digest = digest
    }
}

package struct StoredFile: Hashable, Sendable {
    package let id: FileID
    /// Cleaned, for display; never a path.
    package let name: String
    /// From its content, not from the uploader's claim.
    package let type: String
    /// Bytes.
    package let size: Int
    /// The id of the person who uploaded it.
    package let owner: ExactText
    /// Where the store keeps the bytes, in the store's own form.
    package let location: String
    /// nil: not attached yet, visible to its owner only.
    package var claim: FileClaim?
    package var key: UploadKey?

    package init(
        id: FileID, name: String, type: String, size: Int, owner: ExactText, location: String,
        claim: FileClaim? = nil, key: UploadKey? = nil
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.size = size
        self.owner = owner
        self.location = location
        self.claim = claim
        self.key = key
    }

    package var attachment: Attachment { Attachment(id: id, name: name, type: type, size: size) }

    /// Whether the entry equals the attachment in the event, byte for byte.
    package func isSame(as attachment: Attachment) -> Bool {
        id == attachment.id && size == attachment.size
            && ExactText(name) == ExactText(attachment.name)
            && ExactText(type) == ExactText(attachment.type)
    }

    /// Whether `caller` may read the file. The caller can access `snapshot`, the ticket that it is
    /// attached to. A file of an internal message is internal too.
    package func isVisible(to caller: Caller, on snapshot: Ticket?) -> Bool {
        guard let claim else { return caller.person.id == owner }
        guard let snapshot, snapshot.id == claim.ticket, caller.canAccess(snapshot) else {
            return false
        }
        return !claim.isInternal || caller.audience(of: snapshot) == .staff
    }
}

extension FileID {
    /// A lower bound for the ids of all files begun at `time` or later: ids begin with their
    /// second.
    package static func earliest(at time: Timestamp) -> FileID {
        FileID(high: UInt64(UInt32(clamping: time.milliseconds / 1000)) << 32, low: 0)
    }
}

extension TicketEvent {
    /// The attachments of the event.
    package var attachments: [Attachment] {
        (created?.attachments ?? []) + (message?.attachments ?? [])
    }

    /// The files that this event attaches.
    package var claims: [FileID: FileClaim] {
        var claims: [FileID: FileClaim] = [:]
        for attachment in created?.attachments ?? [] {
            claims[attachment.id] = FileClaim(ticket: ticket, seq: seq, isInternal: false)
        }
        guard let message else { return claims }
        for attachment in message.attachments {
            claims[attachment.id] = FileClaim(
                ticket: ticket, seq: seq, isInternal: message.isInternal)
        }
        return claims
    }
}

extension StoreBatch {
    /// The files that its events attach, and the files that come with a claim.
    package var claims: [FileID: FileClaim] {
        var claims: [FileID: FileClaim] = [:]
        for event in events { claims.merge(event.claims) { first, _ in first } }
        for file in files { claims[file.id] = file.claim ?? claims[file.id] }
        return claims
    }
}

extension TicketCommand {
    /// The files to attach, as the caller named them.
    package var attachments: [FileID] {
        switch request {
        case .create(let new): new.attachments
        case .edit(_, let edit): edit.draft?.attachments ?? []
        case .redact, .clockDue, .adopt: []
        }
    }
}
