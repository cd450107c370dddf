// Messages between workers and the file threads.

import Text
import Tickets

struct UploadOpening: Sendable {
    let address: ReplyAddress
    let file: FileID
    let owner: ExactText
}

/// A job for a file thread: the work on the store, and where the answer goes.
struct FileJob: Sendable {
    let reply: ReplyAddress
    let work: @Sendable (any FileStore) throws(StoreError) -> any Sendable
}

enum FileMessage: Sendable {
    case job(FileJob)
    case begin(UploadOpening)
    case append(ReplyAddress, [UInt8])
    /// The upload is received completely: make it durable.
    case finish(ReplyAddress)
    case abort(ReplyAddress)
    /// The journal has deleted these entries: remove their bytes.
    case remove([StoredFile])
    /// For an erasure that no longer has a caller waiting.
    case removeTraces
    case stop
}

/// Reports on an upload for its worker.
enum UploadReport: Sendable {
    /// This many more bytes have been written.
    case written(Int)
    /// The file is durable, at this location.
    case finished(String)
    case failed(UploadFailure)
}

enum UploadFailure: Error, Sendable {
    case diskFull
    case quota(String)
    case unavailable
}
