// Brings the files of old tickets into the store. Bytes are durable before the event that attaches
// them is written; a run that was killed finds the ones that are there already.

import Adoption
import Hub
import Text
import Tickets
import Wire

/// Where the bytes of old files come from.
protocol OldFiles: AnyObject {
    var label: String { get }
    /// false: it will certainly not be found.
    func mayHave(_ file: OldAttachment) -> Bool
    /// Gives the bytes to `take`, in pieces.
    func fetch(_ file: OldAttachment, bytesMax: Int, _ take: ([UInt8]) throws -> Void) throws
}

/// Why one file stays where it is.
struct FileStays: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
    static let tooLarge = FileStays("it is over the limit of --files-limit")
}

final class AdoptFiles {
    /// MiB of one file, unless `--files-limit` says otherwise.
    static let limitDefault = 100

    private let source: any OldFiles
    private let opener: any TicketStoreOpener
    private let bytesMax: Int
    /// Opened for the first file.
    private var store: (any FileStore)?
    private(set) var counts = (files: 0, bytes: 0, known: 0)

    init(_ source: any OldFiles, _ opener: any TicketStoreOpener, bytesMax: Int) {
        self.source = source
        self.opener = opener
        self.bytesMax = bytesMax
    }

    /// The file in the store, with its bytes. Throws `FileStays` when it stays a link.
    func bring(_ file: OldAttachment, of owner: ExactText) throws -> StoredFile {
        let store = try opened()
        if let known = try store.file(file.id) {
            counts.known += 1
            return known
        }
        let name = Self.name(file.name)
        // Remains of a run that was killed.
        try store.removeBytes(of: [Self.entry(file, name, owner)])
        let writer = try store.begin(file.id)
        do {
            return try copy(file, name, owner, into: writer)
        } catch {
            writer.abort()
            throw error
        }
    }

    private func copy(
        _ file: OldAttachment, _ name: String, _ owner: ExactText, into writer: any FileWriter
    ) throws -> StoredFile {
        let digest = SHA256Stream()
        digest.append(Array(name.utf8) + [0])
        var prefix: [UInt8] = []
        var size = 0
        try source.fetch(file, bytesMax: bytesMax) { piece in
            size += piece.count
            guard size <= bytesMax else { throw FileStays.tooLarge }
            FileType.extend(&prefix, with: piece)
            digest.append(piece)
            try writer.append(piece)
        }
        let location = try writer.finish()
        counts.files += 1
        counts.bytes += size
        return StoredFile(
            id: file.id, name: name, type: FileType.of(prefix), size: size, owner: owner,
            location: location,
            key: UploadKey(
                name: Self.key(file.id), digest: Base64.encodeURL(digest.finish())))
    }

    /// Under this key the digest of an adopted file is kept.
    static func key(_ id: FileID) -> ExactText { "adopted-\(id)" }

    private static func entry(
        _ file: OldAttachment, _ name: String, _ owner: ExactText
    ) -> StoredFile {
        StoredFile(
            id: file.id, name: name, type: "application/octet-stream", size: 0, owner: owner,
            location: "\(file.id)")
    }

    /// A name that is too long keeps its beginning.
    private static func name(_ text: String) -> String {
        var text = text
        while true {
            if let name = try? FileName.cleaned(text) { return name }
            text = String(text.dropLast(max(1, text.count / 10)))
        }
    }

    private func opened() throws -> any FileStore {
        if let store { return store }
        let opened = try opener.openFiles()
        store = opened
        return opened
    }
}
