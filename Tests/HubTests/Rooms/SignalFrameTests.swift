// Frames of signals that are not stored, and who gets them.

import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct SignalFrameTests {
    @Test func `internal typing is for staff, and no member sees their own`() throws {
        let id = TicketID(high: 1, low: 1)
        let note = SignalFrame.typing(
            TypingSignal(ticket: id, by: .tess, isOn: true, isInternal: true))
        #expect(note.isForStaffOnly)
        #expect(note.exceptPerson == "t1")
        #expect(try json(Array(note.payload))["internal"] == .bool(true))
        let open = SignalFrame.typing(
            TypingSignal(ticket: id, by: .tess, isOn: true, isInternal: false))
        #expect(!open.isForStaffOnly)
        #expect(try json(Array(open.payload)).names == ["type", "ticket", "by", "on"])
    }
}
