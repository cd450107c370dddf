// The frames of the hub and of the bare peers, as far as the load needs them. Frequent frames are
// distinguished by single bytes; only answers during the setup are parsed.

import Algorithms
import Wire

/// A received frame, as far as the load needs it.
enum ReceivedFrame {
    /// A message in a room: its number, or without one a bit that alternates.
    case said(number: Int?, isOdd: Bool)
    case acknowledged
    case queueEvent
    /// To be parsed: frames that the setup waits for, or that must not occur.
    case other
    /// Presence, read marks and the like.
    case ignored

    init(_ payload: [UInt8], isPeer: Bool) {
        if isPeer {
            // {"n":123,…
            self = .said(number: Self.integer(in: payload, at: 5), isOdd: false)
            return
        }
        // {"type":"event",…: the word begins at 9.
        guard payload.count > 20 else {
            self = .other
            return
        }
        switch (payload[9], payload[10]) {
        case (UInt8(ascii: "e"), UInt8(ascii: "v")):
            // {"type":"event","ticket":"24 digits","seq":123,…
            self = .said(number: Self.integer(in: payload, at: 58), isOdd: false)
        case (UInt8(ascii: "t"), _):
            // …"on":true} or …"on":false}
            self = .said(number: nil, isOdd: payload[payload.count - 3] == UInt8(ascii: "u"))
        case (UInt8(ascii: "p"), UInt8(ascii: "o")): self = .said(number: nil, isOdd: false)
        case (UInt8(ascii: "a"), UInt8(ascii: "c")): self = .acknowledged
        case (UInt8(ascii: "p"), UInt8(ascii: "r")), (UInt8(ascii: "r"), _): self = .ignored
        case (UInt8(ascii: "q"), _):
            // {"type":"queue", or {"type":"queue.event",
            self = payload[14] == UInt8(ascii: ".") ? .queueEvent : .other
        default: self = .other
        }
    }

    /// The ticket's 24 digits as a number, from a frame that begins with type and ticket.
    static func ticketKey(_ payload: [UInt8]) -> UInt64? {
        // The word is 5 or 6 letters long; the digits begin 12 bytes after its end.
        guard let end = payload[9...].firstIndex(of: UInt8(ascii: "\"")),
            payload.count >= end + 36
        else { return nil }
        return ticketKey(payload[(end + 12)..<(end + 36)])
    }

    static func ticketKey(_ digits: some Collection<UInt8>) -> UInt64 {
        // 24 hexadecimal digits do not fit 64 bits, their hash does.
        var hash = FNV1a()
        hash.add(digits)
        return hash.value
    }

    private static func integer(in payload: [UInt8], at start: Int) -> Int? {
        var value = 0
        var index = start
        while index < payload.count, payload[index] &- 48 < 10, value < 1 << 48 {
            value = value * 10 + Int(payload[index] - 48)
            index += 1
        }
        return index > start ? value : nil
    }
}

/// Frames that the load sends.
enum SentFrame {
    static func create(title: String, project: String) -> [UInt8] {
        object {
            $0.field("type", "create")
            $0.field("id", 1)
            $0.key("set")
            $0.beginObject()
            $0.field("title", title)
            $0.field("description", "Made by a load test.")
            $0.field("category", "incident")
            $0.field("priority", "normal")
            $0.field("project", project)
            $0.endObject()
        }
    }

    static func join(_ ticket: String, after: Int?, limit: Int? = nil) -> [UInt8] {
        object {
            $0.field("type", "join")
            $0.field("id", 2)
            $0.field("ticket", ticket)
            if let after { $0.field("after", after) }
            if let limit { $0.field("limit", limit) }
        }
    }

    static func queueJoin() -> [UInt8] {
        object {
            $0.field("type", "queue.join")
            $0.field("id", 3)
            $0.field("limit", 1)
        }
    }

    static func typing(_ ticket: String, isOn: Bool) -> [UInt8] {
        object {
            $0.field("type", "typing")
            $0.field("ticket", ticket)
            $0.field("on", isOn)
        }
    }

    static func message(_ ticket: String, body: String, key: String) -> [UInt8] {
        object {
            $0.field("type", "message")
            $0.field("id", 4)
            $0.field("ticket", ticket)
            $0.field("body", body)
            $0.field("key", key)
        }
    }

    static func ping() -> [UInt8] {
        object {
            $0.field("type", "ping")
            $0.field("id", 5)
        }
    }

    /// `{"n":NUMBER,"pad":"…"}`, `size` bytes long.
    static func relay(number: Int, size: Int) -> [UInt8] {
        var bytes = Array("{\"n\":\(number),\"pad\":\"".utf8)
        let padding = max(0, size - bytes.count - 2)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "x"), count: padding))
        bytes.append(contentsOf: "\"}".utf8)
        return bytes
    }

    private static func object(_ fields: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        fields(&json)
        json.endObject()
        return json.finish()
    }
}
