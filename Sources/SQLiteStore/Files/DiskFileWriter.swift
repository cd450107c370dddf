// Writes one upload to disk: under `tmp/`, synced, linked into place, the folder synced. The
// journal makes its entry only after that, so a crash can leave bytes without an entry and never an
// entry without bytes.

import Glibc
import Tickets

final class DiskFileWriter: FileWriter {
    private let folder: FileFolder
    private let name = FileFolder.makeName()
    /// -1 once closed.
    private var descriptor: Int32

    init(in folder: FileFolder) throws(FileStoreError) {
        self.folder = folder
        let path = "\(folder.incoming)/\(name)"
        descriptor = unsafe open(
            path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileFolder.failure("make", path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    private var path: String { "\(folder.incoming)/\(name)" }

    func append(_ bytes: [UInt8]) throws(FileStoreError) {
        var written = 0
        while written < bytes.count {
            let step = unsafe bytes.withUnsafeBytes { buffer in
                // SAFETY: `written` is below the buffer's count.
                unsafe write(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw FileFolder.failure("write", path) }
            written += step
        }
    }

    func finish() throws(FileStoreError) -> String {
        // A second fsync does not repair the error of the first: the upload has failed.
        guard fsync(descriptor) == 0 else { throw FileFolder.failure("sync", path) }
        guard let place = folder.place(of: name) else {
            throw .store(.unavailable("\(name) is not a valid file name"))
        }
        // A link never replaces an existing file.
        guard unsafe link(path, place) == 0 else { throw FileFolder.failure("link", place) }
        try FileFolder.sync(folder: folder.path)
        abort()
        return name
    }

    func abort() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        _ = unsafe unlink(path)
    }
}
