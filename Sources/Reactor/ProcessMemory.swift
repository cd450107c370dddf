// Memory use and memory limit of this process.

import CLinux
import Glibc

package enum ProcessMemory {
    /// Bytes in physical memory (proc(5): the second field of `statm`, in pages); nil where there is no procfs.
    package static var residentBytes: Int? {
        guard let text = contents(of: "/proc/self/statm") else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        let bytes = pages.multipliedReportingOverflow(by: Int(sysconf(Int32(_SC_PAGESIZE))))
        return bytes.overflow ? nil : bytes.partialValue
    }

    /// The memory of the machine, or the limit of the control group if that is less (cgroups(7),
    /// versions 1 and 2); nil when neither can be read.
    package static var limitBytes: Int? {
        let pages = Int(sysconf(Int32(_SC_PHYS_PAGES)))
        let machine = pages.multipliedReportingOverflow(by: Int(sysconf(Int32(_SC_PAGESIZE))))
        var limits = groupLimitFiles.compactMap { file in
            contents(of: file).flatMap { Int($0.prefix { $0.isNumber }) }
        }
        if pages > 0, !machine.overflow { limits.append(machine.partialValue) }
        return limits.filter { $0 > 0 }.min()
    }

    /// Gives freed memory back to the machine (malloc_trim(3)); takes milliseconds.
    package static func trim() { _ = malloc_trim(0) }

    /// The limit files of the own group and of the groups around it: the smallest limit applies.
    private static var groupLimitFiles: [String] {
        let lines = (contents(of: "/proc/self/cgroup") ?? "").split(separator: "\n")
        return lines.flatMap { line -> [String] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            let root: (folder: String, file: String)
            if fields[1].isEmpty {
                root = ("/sys/fs/cgroup", "memory.max")
            } else if fields[1].split(separator: ",").contains("memory") {
                root = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            } else {
                return []
            }
            var path = fields[2] == "/" ? "" : String(fields[2])
            var files = ["\(root.folder)\(path)/\(root.file)"]
            while let slash = path.lastIndex(of: "/") {
                path = String(path[..<slash])
                files.append("\(root.folder)\(path)/\(root.file)")
            }
            return files
        }
    }

    private static func contents(of path: String) -> String? {
        let file = Descriptor(adopting: unsafe open(path, O_RDONLY | O_CLOEXEC))
        guard file.rawValue >= 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(file.rawValue, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
