import CLinux
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Reactor

@Test func `a thread runs its body once and can be joined twice`() throws {
    let runs = Atomic(0)
    let thread = try LoopThread.start(name: "once") { runs.add(1, ordering: .relaxed) }
    thread.join()
    thread.join()
    #expect(runs.load(ordering: .relaxed) == 1)
}

@Test func `a thread has its name cut to fifteen bytes`() throws {
    let name = Mutex("")
    let thread = try LoopThread.start(name: "worker-of-the-left-door") {
        let file = unsafe open("/proc/thread-self/comm", O_RDONLY)
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = unsafe read(file, &buffer, buffer.count)
        close(file)
        name.withLock { $0 = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) }
    }
    thread.join()
    #expect(name.withLock { $0 } == "worker-of-the-l\n")
}

@Test func `a thread has all signals blocked and its creator has not`() throws {
    func isBlocked(_ number: Int32) -> Bool {
        var mask = sigset_t()
        _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
        return unsafe sigismember(&mask, number) == 1
    }
    let wasBlocked = isBlocked(SIGTERM)
    let blocked = Mutex<[Bool]>([])
    let thread = try LoopThread.start(name: "deaf") {
        blocked.withLock { $0 = [SIGTERM, SIGHUP, SIGINT, SIGUSR1].map(isBlocked) }
    }
    thread.join()
    #expect(blocked.withLock { $0 } == [true, true, true, true])
    #expect(isBlocked(SIGTERM) == wasBlocked)
}

@Test func `a stack holds more than a megabyte`() throws {
    func depth(_ left: Int) -> Int {
        unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { room in
            unsafe room.storeBytes(of: UInt8(truncatingIfNeeded: left), as: UInt8.self)
            return left == 0 ? 0 : 1 + depth(left - 1)
        }
    }
    let reached = Atomic(0)
    let thread = try LoopThread.start(name: "deep") {
        reached.store(depth(1000), ordering: .relaxed)
    }
    thread.join()
    #expect(reached.load(ordering: .relaxed) == 1000)
}

@Test func `a loop and a listener move into the thread that runs them`() throws {
    let replies = try Mailbox<String>()
    let stop = try Mailbox<Bool>()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    let port = listener.port
    let thread = try LoopThread.start(name: "owner") {
        guard let loop = try? EventLoop() else { return }
        loop.attach(listener) { descriptor, peer in
            replies.post(peer)
            loop.adopt(descriptor, handler: Recorder()).send(Array("hello".utf8))
        }
        loop.attach(stop) { _ in loop.stop() }
        loop.run()
    }
    let peer = try RawPeer(port: port)
    #expect(peer.read(atMost: 16) == Array("hello".utf8))
    #expect(replies.drain() == ["127.0.0.1"])
    stop.post(true)
    thread.join()
    #expect(peer.read(atMost: 16).isEmpty)
}
