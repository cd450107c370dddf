// Identifies a process table: one running kernel, seen from one namespace. Process numbers are
// comparable within one table. Two containers of one machine have a table each.

import Glibc

package struct ProcessTable: Hashable, Sendable {
    /// Random, new at every start of the machine.
    package let boot: String
    /// The kernel's name of the namespace.
    package let namespace: String

    package init(boot: String, namespace: String) {
        self.boot = boot
        self.namespace = namespace
    }

    /// nil: unknown, so no process number can be judged.
    package static var own: ProcessTable? {
        guard let boot = ProcFile.text(of: "/proc/sys/kernel/random/boot_id"),
            let namespace = ProcFile.target(of: "/proc/self/ns/pid")
        else { return nil }
        return ProcessTable(boot: boot.filter { $0 != "\n" }, namespace: namespace)
    }

    package static var hostName: String {
        ProcFile.text(of: "/proc/sys/kernel/hostname")?.filter { $0 != "\n" } ?? "unknown"
    }
}
