// Files of an old system below a folder. No link is followed, so nothing outside is read.

import Adoption
import Glibc
import Reactor

final class FolderFiles: OldFiles {
    let label: String
    private let folder: Descriptor

    init(path: String) throws {
        label = path
        let opened = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else {
            throw UsageError(
                "the folder \(path) cannot be read: "
                    + SystemError(call: "open", code: errno).description)
        }
        folder = Descriptor(adopting: opened)
    }

    func mayHave(_ file: OldAttachment) -> Bool { (try? find(file)) != nil }

    func fetch(_ file: OldAttachment, bytesMax: Int, _ take: ([UInt8]) throws -> Void) throws {
        let found = try find(file)
        guard found.bytes <= bytesMax else { throw FileStays.tooLarge }
        while true {
            var piece = [UInt8](repeating: 0, count: 1 << 18)
            let count = unsafe piece.withUnsafeMutableBytes {
                unsafe read(found.descriptor.rawValue, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw FileStays(SystemError(call: "read", code: errno).description)
            }
            if count == 0 { return }
            try take(Array(piece.prefix(count)))
        }
    }

    private struct Found: ~Copyable {
        let descriptor: Descriptor
        let bytes: Int
    }

    private func find(_ file: OldAttachment) throws -> Found {
        for place in file.places.isEmpty ? [file.name] : file.places {
            for parts in OldPath(place).candidates {
                if let found = Self.regularFile(parts[...], in: folder.rawValue) { return found }
            }
        }
        throw FileStays("it is not below \(label)")
    }

    /// nil: no such file there, or no file; a link is none.
    private static func regularFile(_ parts: ArraySlice<String>, in folder: Int32) -> Found? {
        guard let name = parts.first else { return nil }
        let isLast = parts.count == 1
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (isLast ? 0 : O_DIRECTORY)
        let opened = unsafe openat(folder, name, flags)
        guard opened >= 0 else { return nil }
        let descriptor = Descriptor(adopting: opened)
        guard isLast else { return regularFile(parts.dropFirst(), in: descriptor.rawValue) }
        var status = stat()
        guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Found(descriptor: descriptor, bytes: Int(status.st_size))
    }
}
