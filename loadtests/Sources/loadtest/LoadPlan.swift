// What one process of the generator is to do, as `loadtests/run` writes it: one JSON object.

import Foundation

/// The load of one generator process. Every field but `port` has a default.
struct LoadPlan: Decodable {
    /// What is said in the rooms.
    enum Traffic: String, Decodable {
        /// Ephemeral frames of the hub: nothing is stored.
        case typing
        /// Durable messages: each is acknowledged and comes back as an event.
        case message
        /// A peer without accounts: what one member of `/room/N` sends the others get.
        case relay
        /// Every connection for itself: what it sends comes back.
        case echo
        /// As `echo`, through the hub's own `ping` and `pong`.
        case ping
        /// Every member reads its thread from the start, a page after the other.
        case paging
        /// Connected, and silent.
        case idle
    }

    var host = "127.0.0.1"
    var port: UInt16 = 0
    var traffic = Traffic.relay
    /// A peer has no hello, no tickets and no joining.
    var isPeer = false
    var rooms = 1
    var members = 2
    /// Each connection is in so many rooms; the rooms of such a block have the same members, and one
    /// message under way, said in one room after the other.
    var roomsPerConnection = 1
    /// Closed loop: messages under way in each room.
    var inFlight = 1
    /// Open loop: messages a second in each room; 0: closed loop.
    var ratePerSecond = 0
    var payloadBytes = 128
    /// Durable messages in each room before anything is measured.
    var prefill = 0
    /// Events on a page, for `paging`.
    var pageLimit = 100
    /// For `paging`: every member asks again and again for so many of the newest; 0: for all.
    var pageBack = 0
    /// Members of each room, the last ones, that stop reading once the load begins.
    var slowReaders = 0
    /// Staff who follow the queue besides.
    var queueWatchers = 0
    /// A file of conversations (JSON lines) whose turns are the bodies; nil: made-up ones.
    var conversations: String?
    var offersDeflate = false
    /// Handshakes and joins under way at once.
    var connectAtOnce = 64
    /// Sets this process's people apart from those of others.
    var process = 0

    private enum Key: String, CodingKey {
        case host, port, traffic, isPeer, rooms, members, roomsPerConnection, inFlight
        case ratePerSecond, payloadBytes, prefill, pageLimit, pageBack, slowReaders, queueWatchers
        case conversations, offersDeflate, connectAtOnce, process
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        func read<Value: Decodable>(_ key: Key, _ value: inout Value) throws {
            value = try values.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.host, &host)
        try read(.port, &port)
        try read(.traffic, &traffic)
        try read(.isPeer, &isPeer)
        try read(.rooms, &rooms)
        try read(.members, &members)
        try read(.roomsPerConnection, &roomsPerConnection)
        try read(.inFlight, &inFlight)
        try read(.ratePerSecond, &ratePerSecond)
        try read(.payloadBytes, &payloadBytes)
        try read(.prefill, &prefill)
        try read(.pageLimit, &pageLimit)
        try read(.pageBack, &pageBack)
        try read(.slowReaders, &slowReaders)
        try read(.queueWatchers, &queueWatchers)
        conversations = try values.decodeIfPresent(String.self, forKey: .conversations)
        try read(.offersDeflate, &offersDeflate)
        try read(.connectAtOnce, &connectAtOnce)
        try read(.process, &process)
    }

    /// Whether the author gets what they sent.
    var includesAuthor: Bool {
        switch traffic {
        case .message, .echo, .ping: true
        case .typing, .relay, .paging, .idle: false
        }
    }

    /// Frames are ours in both directions, and carry our own numbers.
    var numbersFrames: Bool { isPeer || traffic == .echo }

    /// What is wrong with it; nil: nothing.
    var complaint: String? {
        if port == 0 { return "port is missing" }
        if rooms < 1 || members < 1 || roomsPerConnection < 1 || connectAtOnce < 1 {
            return "rooms, members, roomsPerConnection and connectAtOnce must be 1 or more"
        }
        if inFlight < 1 || inFlight > RoomLoad.underWayMax {
            return "inFlight must be from 1 to \(RoomLoad.underWayMax)"
        }
        if payloadBytes < 32 || payloadBytes > 16_000 {
            return "payloadBytes must be from 32 to 16000"
        }
        if slowReaders >= members { return "slowReaders must be fewer than members" }
        return nil
    }
}
