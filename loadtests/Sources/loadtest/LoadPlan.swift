// The plan of one generator process, one JSON object written by `loadtests/run`.

import Foundation

/// The load of one generator process. Every field but `port` has a default.
struct LoadPlan: Decodable {
    /// The kind of messages.
    enum Traffic: String, Decodable {
        /// Ephemeral frames of the hub: nothing is stored.
        case typing
        /// Durable messages: each is acknowledged and comes back as an event.
        case message
        /// A peer without accounts: each message in `/room/N` goes to its other members.
        case relay
        /// No rooms: each connection gets back what it sends.
        case echo
        /// As `echo`, through the hub's own `ping` and `pong`.
        case ping
        /// Every member reads its thread from the start, page by page.
        case paging
        /// Connections without messages.
        case idle
    }

    var host = "127.0.0.1"
    var port: UInt16 = 0
    var traffic = Traffic.relay
    /// A peer has no hello, no tickets and no joining.
    var isPeer = false
    var rooms = 1
    var members = 2
    /// Number of rooms for each connection. The rooms of such a block have the same members and
    /// share their messages under way, which go to one room after the other.
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
    /// For `paging`: every member requests this many of the newest events again and again; 0: all.
    var pageBack = 0
    /// Number of members of each room, the last ones, that stop reading once the load begins.
    var slowReaders = 0
    /// Additional staff who follow the queue.
    var queueWatchers = 0
    /// A file of conversations (JSON lines) whose turns are the bodies; nil: generated bodies.
    var conversations: String?
    var offersDeflate = false
    /// Handshakes and joins under way at once.
    var connectAtOnce = 64
    /// Distinguishes this process's people from those of others.
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

    /// Whether the author receives their own messages.
    var includesAuthor: Bool {
        switch traffic {
        case .message, .echo, .ping: true
        case .typing, .relay, .paging, .idle: false
        }
    }

    /// Frames in both directions have the load's own format and numbers.
    var numbersFrames: Bool { isPeer || traffic == .echo }

    /// The error in the plan; nil: none.
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
