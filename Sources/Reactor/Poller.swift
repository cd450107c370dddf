// The epoll descriptor and the batch of events it filled last.

import CLinux
import Glibc

/// Events that a descriptor is watched for, or has.
struct Readiness: OptionSet {
    let rawValue: UInt32

    static let input = Readiness(rawValue: EPOLLIN.rawValue)
    static let output = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer will send no more. Level-triggered it stays set, so it is dropped at the end.
    static let peerEnd = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Both directions are shut, or the connection was reset. Reported without being asked for.
    static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
    /// An error waits in SO_ERROR. Reported without being asked for.
    static let failure = Readiness(rawValue: EPOLLERR.rawValue)
    /// Reported once per change instead of for as long as it holds.
    static let edge = Readiness(rawValue: EPOLLET.rawValue)
}

/// One epoll instance. Every watched descriptor has a 64-bit key that comes back with its events.
@safe
final class Poller {
    private let descriptor: Descriptor
    private var events: [epoll_event]

    init(batch: Int = 1024) throws(SystemError) {
        descriptor = Descriptor(adopting: epoll_create1(Int32(EPOLL_CLOEXEC)))
        guard descriptor.rawValue >= 0 else { throw SystemError(lastOf: "epoll_create1") }
        unsafe events = Array(repeating: epoll_event(), count: batch)
    }

    func add(_ watched: Int32, for readiness: Readiness, key: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, watched, readiness, key)
    }

    func modify(_ watched: Int32, for readiness: Readiness, key: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, watched, readiness, key)
    }

    /// Stops watching. Closing the last descriptor of a socket does the same by itself.
    func remove(_ watched: Int32) {
        try? control(EPOLL_CTL_DEL, watched, [], 0)
    }

    /// Sleeps until something is ready; -1 means no limit. Returns the number of events.
    func wait(milliseconds: Int32) -> Int {
        let count = unsafe epoll_wait(
            descriptor.rawValue, &events, Int32(clamping: events.count), milliseconds)
        if count >= 0 { return Int(count) }
        precondition(errno == EINTR, "epoll refused its own descriptor or buffer")
        return 0
    }

    /// The same with nanoseconds, for short or exact times.
    func wait(nanoseconds: Int64) -> Int {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        let count = unsafe epoll_pwait2(
            descriptor.rawValue, &events, Int32(clamping: events.count), &time, nil)
        if count >= 0 { return Int(count) }
        // Kernels before 5.11 do not know the call.
        if errno == ENOSYS { return wait(milliseconds: Int32((nanoseconds + 999_999) / 1_000_000)) }
        precondition(errno == EINTR, "epoll refused its own descriptor or buffer")
        return 0
    }

    /// An event of the last `wait`, by position.
    func event(at index: Int) -> (key: UInt64, readiness: Readiness) {
        let event = unsafe events[index]
        return unsafe (event.data.u64, Readiness(rawValue: event.events))
    }

    private func control(
        _ operation: Int32, _ watched: Int32, _ readiness: Readiness, _ key: UInt64
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = readiness.rawValue
        unsafe event.data.u64 = key
        guard unsafe epoll_ctl(descriptor.rawValue, operation, watched, &event) == 0 else {
            throw SystemError(lastOf: "epoll_ctl")
        }
    }
}
