// The files of the web client, as they are on the disk.

import Glibc
import Machine
import Text

struct WebFile: Sendable {
    let name: String
    let bytes: [UInt8]
    /// Unix seconds.
    let modifiedAt: Int

    var isPage: Bool { name.hasSuffix(".html") }
    var isScript: Bool { name.hasSuffix(".js") }

    func with(_ bytes: [UInt8]) -> WebFile {
        WebFile(name: name, bytes: bytes, modifiedAt: modifiedAt)
    }
}

enum WebFolder {
    /// Every file below `directory` by its path, except hidden files and links, which may lead
    /// outside.
    static func read(_ directory: String) -> [ExactText: WebFile] {
        var files: [ExactText: WebFile] = [:]
        read(directory, prefix: "", into: &files)
        return files
    }

    /// Files for developers of the client, not served.
    private static let kept: Set<String> = [
        "tests", "node_modules", "package.json", "package-lock.json", "tsconfig.json",
        "jsconfig.json",
    ]

    private static func read(
        _ directory: String, prefix: String, into files: inout [ExactText: WebFile]
    ) {
        for name in Folder.names(in: directory)
        where !name.hasPrefix(".") && !kept.contains(name) {
            let path = "\(directory)/\(name)"
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                read(path, prefix: "\(prefix)/\(name)", into: &files)
            } else if status.st_mode & S_IFMT == S_IFREG,
                let bytes = contents(of: path, size: Int(status.st_size))
            {
                files[ExactText("\(prefix)/\(name)")] = WebFile(
                    name: name, bytes: bytes, modifiedAt: Int(status.st_mtim.tv_sec))
            }
        }
    }

    private static func contents(of path: String, size: Int) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: size)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(file, $0.baseAddress, size)
        }
        return count == size ? bytes : nil
    }
}
