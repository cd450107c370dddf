// What crosses between workers and the threads that read and write files.

import Text
import Tickets

/// One upload: the worker that receives it, and the name that it has there.
struct UploadAddress: Hashable, Sendable {
    let worker: Int
    let token: UInt64
}

struct UploadOpening: Sendable {
    let address: UploadAddress
    let file: FileID
    let owner: ExactText
}

/// A question about files: what to do with the store, and whom to tell.
struct FileJob: Sendable {
    let worker: Int
    let token: UInt64
    let work: @Sendable (any FileStore) throws(StoreError) -> any Sendable
}

enum FileMessage: Sendable {
    case job(FileJob)
    case begin(UploadOpening)
    case append(UploadAddress, [UInt8])
    /// All of it has been received: make it durable.
    case finish(UploadAddress)
    case abort(UploadAddress)
    /// The journal has forgotten these: their bytes may go.
    case remove([StoredFile])
    /// Of an erasure that nobody waits for any more.
    case removeTraces
    case stop
}

/// What a worker hears of an upload.
enum UploadReport: Sendable {
    /// So many more bytes have been written.
    case written(Int)
    /// Durable, at this location.
    case finished(String)
    case failed(UploadFailure)
}

enum UploadFailure: Error, Sendable {
    case diskFull
    case quota(String)
    case unavailable
}
