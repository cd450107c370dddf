// A thread with a name, a known stack size and no signals.

import CLinux
import Glibc
import Synchronization

/// A running thread. Dropping the handle leaves the thread running.
package final class LoopThread: Sendable {
    /// The thread to join; nil once joined.
    private let thread: Mutex<pthread_t?>

    private init(_ thread: pthread_t) {
        self.thread = Mutex(thread)
    }

    /// Starts a thread that runs `body` and ends with it.
    ///
    /// Captures of `body` move to the new thread: state that is not `Sendable` may go in if this
    /// thread does not keep it. `name` shows in `top -H`, cut after 15 bytes. All signals are
    /// blocked in the thread, so that the signal thread gets them.
    package static func start(
        name: String, _ body: sending @escaping () -> Void
    ) throws(SystemError) -> LoopThread {
        let launch = unsafe Unmanaged.passRetained(Launch(name: name, body: body))
        var thread = pthread_t()
        let code = withSignalsBlocked {
            unsafe create(&thread, argument: launch.toOpaque())
        }
        guard code == 0 else {
            unsafe launch.release()
            throw SystemError(call: "pthread_create", code: code)
        }
        return LoopThread(thread)
    }

    /// Waits for the end of the thread. A second call returns at once.
    package func join() {
        let waitedFor = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let waitedFor { _ = pthread_join(waitedFor, nil) }
    }

    deinit {
        if let forgotten = thread.withLock({ $0 }) { _ = pthread_detach(forgotten) }
    }
}

/// The parameters of a new thread, behind one C pointer.
private final class Launch {
    let name: String
    let body: () -> Void

    init(name: String, body: @escaping () -> Void) {
        self.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        self.body = body
    }
}

/// 2 MiB: frames of parsers and of the C libraries fit, and sixteen threads still cost little.
private let stackBytes = 2 << 20

private func create(_ thread: inout pthread_t, argument: UnsafeMutableRawPointer) -> Int32 {
    var attributes = pthread_attr_t()
    let code = unsafe pthread_attr_init(&attributes)
    guard code == 0 else { return code }
    defer { _ = unsafe pthread_attr_destroy(&attributes) }
    _ = unsafe pthread_attr_setstacksize(&attributes, stackBytes)
    return unsafe pthread_create(
        &thread, &attributes,
        { argument in
            // SAFETY: the pointer is the retained Launch of `start`, taken exactly once, here.
            guard let argument = unsafe argument else { return nil }
            let launch = unsafe Unmanaged<Launch>.fromOpaque(argument).takeRetainedValue()
            nameThisThread(launch.name)
            launch.body()
            return nil
        }, argument)
}

/// Sets the name through the kernel: the C call is a GNU extension that Swift does not see.
private func nameThisThread(_ name: String) {
    let file = Descriptor(adopting: unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC))
    let bytes = Array(name.utf8)
    _ = unsafe write(file.rawValue, bytes, bytes.count)
}

/// A thread inherits its creator's mask: blocking signals around the creation leaves no moment in
/// which a signal could reach the new thread.
private func withSignalsBlocked(_ body: () -> Int32) -> Int32 {
    var all = sigset_t()
    var before = sigset_t()
    _ = unsafe sigfillset(&all)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}
