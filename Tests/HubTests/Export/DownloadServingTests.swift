// Downloads longer than any buffer: complete for a reader, cut off visibly for a peer that stops
// reading.

import Glibc
import SQLiteStore
import TestSupport
import Testing
import Tickets
import Wire

@testable import Hub

@Suite(.serialized) struct DownloadServingTests {
    /// 14 MB: more than the kernel's own buffers of a loopback connection can hold.
    private static let notes = 900

    /// A hub on a store with one ticket of many long notes, and the target of its history.
    private static func start(
        _ change: (inout HubSettings) -> Void = { _ in }
    ) throws -> (hub: RunningHub, target: String) {
        let folder = try TemporaryFolder()
        var story = try Story()
        var edit = TicketEdit()
        edit.draft = Draft(body: String(repeating: "x", count: 16_000))
        edit.draft?.isInternal = true
        for _ in 0..<notes { try story.send(edit, by: .ada) }
        try SQLiteStoreOpener(path: "\(folder.path)/hub.db").openStore().commit(story.batch)
        return (
            try RunningHub(in: folder, change), "/api/tickets/\(story.id)/history?format=jsonl"
        )
    }

    private static let lastChunk = Array("0\r\n\r\n".utf8)

    @Test func `a reader that reads gets everything`() throws {
        let (hub, target) = try Self.start()
        let peer = try RawPeer(port: hub.port)
        peer.write(HTTPPeer.request("GET", target, as: .ada))
        let received = peer.readToEnd()
        #expect(received.starts(with: "HTTP/1.1 200 ".utf8))
        #expect(received.count > Self.notes * 16_000)
        #expect(received.suffix(5) == Self.lastChunk[...])
    }

    @Test func `a reader that reads nothing is disconnected, and sees why`() throws {
        let (hub, target) = try Self.start { $0.slowReaderSeconds = 1 }
        let silent = try RawPeer(port: hub.port)
        silent.write(HTTPPeer.request("GET", target, as: .ada))
        // Connections are counted once a second.
        let other = try hub.http()
        var isAlone = false
        var hadCompany = false
        for _ in 0..<3000 where !isAlone {
            let metrics = String(
                decoding: try other.ask("GET", "/metrics", as: .ada).body, as: UTF8.self)
            if metrics.contains("guichet_connections 2\n") { hadCompany = true }
            isAlone = hadCompany && metrics.contains("guichet_connections 1\n")
            if !isAlone { pause() }
        }
        #expect(isAlone)
        let received = silent.readToEnd()
        #expect(!received.isEmpty && received.suffix(5) != Self.lastChunk[...])
    }

    @Test func `a hub that goes down breaks it off`() throws {
        let (hub, target) = try Self.start()
        let reading = try RawPeer(port: hub.port)
        reading.write(HTTPPeer.request("GET", target, as: .ada))
        var received = reading.read()
        #expect(!received.isEmpty)
        hub.drain()
        received += reading.readToEnd()
        #expect(received.suffix(5) != Self.lastChunk[...])
    }

    @Test func `HEAD is answered with the headers alone, and the hub goes on`() throws {
        let (hub, target) = try Self.start()
        let peer = try RawPeer(port: hub.port)
        peer.write(HTTPPeer.request("HEAD", target, as: .ada))
        let received = String(decoding: peer.readToEnd(), as: UTF8.self)
        #expect(received.hasPrefix("HTTP/1.1 200 "))
        #expect(received.hasSuffix("\r\n\r\n") && !received.contains("created"))
        #expect(try hub.http().ask("GET", "/healthz").status == 200)
    }

    private func pause() { _ = usleep(10_000) }
}
