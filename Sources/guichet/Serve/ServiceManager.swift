// Notifies systemd for services with `Type=notify` (sd_notify(3)), without libsystemd.

import Foundation
import Glibc
import Hub
import Reactor

struct ServiceManager {
    private let path: String
    /// Interval of the watchdog; nil: no watchdog.
    private let watchdogMicroseconds: Int?

    /// nil: no service manager.
    init?() {
        let variables = ProcessInfo.processInfo.environment
        guard let path = variables["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@")
        else {
            return nil
        }
        self.path = path
        let isForUs = variables["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        watchdogMicroseconds = isForUs ? variables["WATCHDOG_USEC"].flatMap { Int($0) } : nil
    }

    func ready() { say("READY=1\nSTATUS=serving") }
    func stopping() { say("STOPPING=1\nSTATUS=draining") }

    /// `ready` must follow.
    func reloading() {
        say(
            "RELOADING=1\nMONOTONIC_USEC=\(monotonicNanoseconds() / 1000)\nSTATUS=reading settings again"
        )
    }

    /// Sends the keep-alive while every worker makes progress, so that systemd restarts a hub that
    /// hangs.
    func watch(_ hub: Hub) throws {
        guard let interval = watchdogMicroseconds, interval > 0 else { return }
        let pause = UInt32(clamping: max(10_000, interval / 3))
        let silenceMs = Int64(max(5_000_000, interval) / 1000)
        _ = try LoopThread.start(name: "watchdog") {
            while true {
                if hub.longestSilenceMilliseconds < silenceMs { say("WATCHDOG=1") }
                usleep(pause)
            }
        }
    }

    private func say(_ text: String) {
        let descriptor = Descriptor(
            adopting: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        // A name that begins with @ is an abstract socket address (unix(7)).
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard descriptor.rawValue >= 0, name.count < room else { return }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(text.utf8)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe sendto(
                    descriptor.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL), pointer,
                    length)
            }
        }
    }
}
