// The pictures of the demo, uploaded by the authors of its messages.

import Hub
import Text
import Tickets

final class DemoFiles {
    private let store: any FileStore
    private(set) var uploads: [StoredFile] = []

    private static let pictures: [ExactText: [UInt8]] = [
        "cloture-80.png": PackageResources.cloture_80_png,
        "till-slip.png": PackageResources.till_slip_png,
        "voyant-rouge.png": PackageResources.voyant_rouge_png,
    ]

    init(_ store: any FileStore) { self.store = store }

    /// Writes the bytes; the entry belongs in the batch of the event that attaches the file.
    func upload(_ name: ExactText, by owner: ExactText, at time: Timestamp) throws -> FileID {
        guard let bytes = Self.pictures[name] else {
            throw UsageError("the demo has no file “\(name)”")
        }
        let id = FileID.make(at: time)
        let writer = try store.begin(id)
        try writer.append(bytes)
        uploads.append(
            StoredFile(
                id: id, name: name.string, type: FileType.of(bytes), size: bytes.count,
                owner: owner, location: try writer.finish()))
        return id
    }

    func file(_ id: FileID) -> StoredFile? { uploads.last { $0.id == id } }
}
