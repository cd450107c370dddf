// `guichet doctor`: checks the machine: kernel limits, memory, clock.

import Hub
import Machine
import Reactor
import Tickets

struct MachineDiagnosis {
    private let settings: HubSettings

    init(_ settings: HubSettings) { self.settings = settings }

    func findings() -> [Finding] {
        [descriptors(), backlog(), ports(), memory(), clock()].compactMap { $0 }
    }

    private func descriptors() -> Finding {
        let limit = setDescriptorLimit()
        return Finding(
            "descriptors", "\(limit)",
            advice: limit >= Self.descriptorsMin
                ? nil
                : "a connection takes one: LimitNOFILE=1048576 in the unit, or ulimit -n \(Self.descriptorsMin)"
        )
    }

    private static let descriptorsMin = 16_384

    private func backlog() -> Finding? {
        guard let text = ProcFile.text(of: "/proc/sys/net/core/somaxconn"),
            let size = Int(text.filter(\.isNumber))
        else { return nil }
        return Finding(
            "somaxconn", "\(size)",
            advice: size >= 1024 ? nil : "sysctl net.core.somaxconn=4096, for many who come at once"
        )
    }

    /// Of concern to a proxy on this machine, which takes one for each connection to the hub.
    private func ports() -> Finding? {
        guard let text = ProcFile.text(of: "/proc/sys/net/ipv4/ip_local_port_range") else {
            return nil
        }
        let bounds = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard bounds.count == 2 else { return nil }
        let count = bounds[1] - bounds[0] + 1
        return Finding(
            "port range", "\(bounds[0]) to \(bounds[1])",
            advice: count >= 16_384
                ? nil
                : "sysctl net.ipv4.ip_local_port_range=\"15000 65000\": a proxy on this machine takes "
                    + "a port for each connection")
    }

    private func memory() -> Finding? {
        guard let limit = ProcessMemory.limitBytes else { return nil }
        let isTooMuch = settings.memoryBytes > limit
        let isTooLittle = limit < Self.memoryMin
        let own =
            settings.memoryBytes > 0
            ? ", GUICHET_MEMORY_BYTES \(settings.memoryBytes >> 20) MB" : ""
        return Finding(
            "memory", "\(limit >> 20) MB for this process\(own)",
            advice: isTooMuch
                ? "set GUICHET_MEMORY_BYTES below the limit of the machine or the control group"
                : isTooLittle ? "give the hub 256 MB or more" : nil)
    }

    private static let memoryMin = 256 << 20

    private func clock() -> Finding? {
        guard let isKept = KernelClock.isKept else { return nil }
        guard !isKept else { return Finding("clock", "kept by a time server") }
        // In a container and on some virtual machines the host keeps it.
        return Finding(
            "clock", "the kernel knows of no time server",
            note:
                "if nothing else keeps it, run an NTP client: deadlines and tokens go by this clock"
        )
    }
}
