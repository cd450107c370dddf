// Reads settings files that other users of the machine must not read, or must not change.

import Foundation
import Glibc
import Reactor

enum SecretFile {
    enum Kind {
        /// The file contains secrets.
        case secret
        /// The file may be public, but write access to it would give access to the hub.
        case trusted
    }

    private static let bytesMax = 1 << 20

    /// Reads the file. Permissions are checked on the open file, so that it cannot be swapped in
    /// between.
    /// - Parameter setting: the setting that names it, for messages.
    static func read(_ path: String, of setting: String, _ kind: Kind) throws -> [UInt8] {
        let descriptor = Descriptor(adopting: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        var facts = stat()
        guard descriptor.rawValue >= 0, unsafe fstat(descriptor.rawValue, &facts) == 0 else {
            throw UsageError(
                "\(setting): the file \(path) cannot be read: \(unsafe String(cString: strerror(errno)))"
            )
        }
        guard facts.st_mode & S_IFMT != S_IFDIR else {
            throw UsageError("\(setting): \(path) is a folder, not a file")
        }
        try judge(facts.st_mode, path, setting, kind)
        let file = FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false)
        guard let data = try? file.read(upToCount: bytesMax + 1) ?? Data() else {
            throw UsageError("\(setting): the file \(path) cannot be read")
        }
        guard data.count <= bytesMax else {
            throw UsageError("\(setting): the file \(path) is larger than \(bytesMax >> 20) MiB")
        }
        return Array(data)
    }

    /// The same checks for a file that other code reads.
    static func check(_ path: String, of setting: String, _ kind: Kind) throws {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return }
        try judge(facts.st_mode, path, setting, kind)
    }

    private static func judge(
        _ mode: mode_t, _ path: String, _ setting: String, _ kind: Kind
    ) throws {
        if mode & S_IWOTH != 0 {
            throw UsageError(
                "\(setting): everyone on this machine may write \(path); run: chmod o-rwx \(path)")
        }
        if kind == .secret, mode & S_IROTH != 0, isReachable(path) {
            throw UsageError(
                "\(setting): there are secrets in \(path), and everyone on this machine may read it; "
                    + "run: chmod o-rwx \(path)")
        }
    }

    /// Whether other users may enter all folders above the file.
    private static func isReachable(_ path: String) -> Bool {
        var folder = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            var facts = stat()
            guard unsafe stat(folder.path, &facts) == 0 else { return true }
            if facts.st_mode & S_IXOTH == 0 { return false }
        }
        return true
    }
}
