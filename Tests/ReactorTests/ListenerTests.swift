import CLinux
import Glibc
import TestSupport
import Testing

@testable import Reactor

@Test(arguments: ["127.0.0.1", "::1", "localhost", ""])
func `a listener accepts on every kind of host`(host: String) throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: host, port: 0)
    #expect(listener.port != 0)
    #expect(listener.host == host)
    var address: String?
    loop.attach(listener) { _, peer in address = peer }
    let peer = try RawPeer(port: listener.port, host: host == "::1" ? host : "127.0.0.1")
    loop.turn(untilTrue: { address != nil })
    #expect(address == (host == "::1" ? "::1" : "127.0.0.1"))
    #expect(peer.read(atMost: 8).isEmpty, "a descriptor nobody kept is closed")
}

@Test func `an IPv4 peer of an IPv6 listener has an IPv4 address`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "::", port: 0)
    var address: String?
    loop.attach(listener) { _, peer in address = peer }
    let peer = try RawPeer(port: listener.port)
    loop.turn(untilTrue: { address != nil })
    #expect(address == "127.0.0.1")
    peer.close()
}

@Test func `two listeners share a port`() throws {
    let first = try Listener.open(host: "127.0.0.1", port: 0)
    let second = try Listener.open(host: "127.0.0.1", port: first.port)
    #expect(first.port == second.port)
}

@Test func `an address of another machine is refused with the call's name`() {
    #expect(throws: SystemError(call: "bind", code: EADDRNOTAVAIL)) {
        try Listener.open(host: "192.0.2.1", port: 0)
    }
    #expect(throws: SystemError.self) { try Listener.open(host: "no such host", port: 0) }
}

@Test func `a batch is bounded, and the rest follows in the next turn`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    var accepted: [UInt64: Int] = [:]
    loop.attach(listener) { _, _ in accepted[loop.turns, default: 0] += 1 }
    let peers = try (0..<150).map { _ in try RawPeer(port: listener.port) }
    loop.turn(untilTrue: { accepted.values.reduce(0, +) == peers.count })
    #expect(accepted.values.reduce(0, +) == 150)
    #expect(accepted.values.allSatisfy { $0 <= 64 })
}

@Test func `a paused listener leaves peers waiting until it is resumed`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    var accepted = 0
    loop.attach(listener) { _, _ in accepted += 1 }
    listener.pause()
    let peer = try RawPeer(port: listener.port)
    #expect(loop.countTurns(forMilliseconds: 50) <= 2)
    #expect(accepted == 0)
    listener.resume()
    loop.turn(untilTrue: { accepted == 1 })
    #expect(accepted == 1)
    peer.close()
}

@Test func `a listener closed by its own handler accepts no more`() throws {
    let loop = try EventLoop()
    let listener = try Listener.open(host: "127.0.0.1", port: 0)
    var accepted = 0
    loop.attach(listener) { _, _ in
        accepted += 1
        listener.close()
    }
    let peers = try (0..<3).map { _ in try RawPeer(port: listener.port) }
    loop.turn(untilTrue: { accepted > 0 })
    _ = loop.countTurns(forMilliseconds: 30)
    listener.resume()
    _ = loop.countTurns(forMilliseconds: 30)
    #expect(accepted == 1)
    for peer in peers { #expect(peer.read(atMost: 1).isEmpty) }
}

/// In a process of its own: the limit on descriptors is one for all threads.
@Test func `without descriptors peers are turned away, without spinning, until some are free`()
    async
{
    await #expect(processExitsWith: .success) {
        let loop = try EventLoop()
        let listener = try Listener.open(host: "127.0.0.1", port: 0)
        var held: [Recorder] = []
        var refusals = 0
        loop.attach(listener) { descriptor, _ in
            let handler = Recorder()
            loop.adopt(descriptor, handler: handler)
            held.append(handler)
        }
        listener.onOverload = { descriptor in
            refusals += descriptor.rawValue >= 0 ? 1 : 0
        }
        let peers = try (0..<100).map { _ in try RawPeer(port: listener.port) }
        // Room for forty more: the lowest free number is the count of those in use, about.
        let lowest = dup(2)
        close(lowest)
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let before = limit.rlim_cur
        limit.rlim_cur = rlim_t(lowest) + 40
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)

        // Fewer than forty fit when numbers above the lowest free one are in use.
        loop.turn(untilTrue: { refusals > 0 })
        let (heldAtFirst, refusedAtFirst) = (held.count, refusals)
        #expect((1...40).contains(heldAtFirst))
        let turns = loop.countTurns(forMilliseconds: 550)
        #expect(held.count == heldAtFirst)
        #expect(refusals == Int(listener.overloads))
        #expect(refusals - refusedAtFirst <= 7, "at most one in every pause of 100 ms")
        #expect(refusals > 0)
        #expect(turns < 40)

        limit.rlim_cur = before
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        loop.turn(untilTrue: { held.count + refusals == 100 }, withinMilliseconds: 20_000)
        #expect(held.count + refusals == 100)
        #expect(peers.count == 100)
    }
}
