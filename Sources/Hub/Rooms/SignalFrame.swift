// Signals that are not stored, encoded once for all members: typing, presence, read marks. A class,
// since the identity finds the compressed frame.

import Protocol
import Text
import Tickets
import Wire

final class SignalFrame: SharedFrame {
    let bytes: [UInt8]
    private let headerBytes: Int
    /// Internal typing: staff only.
    let isForStaffOnly: Bool
    /// A variant for clients; staff get another one.
    let isForClientsOnly: Bool
    /// The person with this id does not get it.
    let exceptPerson: ExactText?

    private init(
        _ json: consuming JSONWriter, isForStaffOnly: Bool = false,
        isForClientsOnly: Bool = false, exceptPerson: ExactText? = nil
    ) {
        let payload = json.finish()
        bytes = FrameEncoder.frame(.text, payload: payload)
        headerBytes = bytes.count - payload.count
        self.isForStaffOnly = isForStaffOnly
        self.isForClientsOnly = isForClientsOnly
        self.exceptPerson = exceptPerson
    }

    var payload: ArraySlice<UInt8> { bytes[headerBytes...] }

    static func typing(_ signal: TypingSignal) -> SignalFrame {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "typing")
        json.id("ticket", signal.ticket)
        json.person("by", signal.by)
        json.field("on", signal.isOn)
        if signal.isInternal { json.field("internal", true) }
        json.endObject()
        return SignalFrame(
            json, isForStaffOnly: signal.isInternal, exceptPerson: signal.by.id)
    }

    /// - Parameter audience: nil: the same for all.
    static func read(_ signal: ReadSignal, for audience: Audience? = nil) -> SignalFrame {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "read")
        json.id("ticket", signal.ticket)
        json.person("by", signal.by)
        json.field("seq", signal.seq)
        json.endObject()
        return SignalFrame(
            json, isForStaffOnly: audience == .staff, isForClientsOnly: audience == .client)
    }

    static func presence(_ ticket: TicketID, _ present: PresenceList) -> SignalFrame {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "presence")
        json.id("ticket", ticket)
        json.key("present")
        json.raw(present.json)
        json.endObject()
        return SignalFrame(json)
    }
}
