// A person's typing passes at most every few seconds, for each audience.

import TestSupport
import Testing
import Tickets

@testable import Hub

@Suite struct TypingGateTests {
    private let ticket = TicketID(high: 1, low: 1)

    private func signal(
        _ isOn: Bool, by person: Person = .tess, isInternal: Bool = false,
        in other: TicketID? = nil
    ) -> TypingSignal {
        TypingSignal(ticket: other ?? ticket, by: person, isOn: isOn, isInternal: isInternal)
    }

    @Test func `lets one sign through an interval`() {
        var gate = TypingGate(intervalMs: 3000)
        #expect(gate.admits(signal(true), now: 100) == true)
        #expect(gate.admits(signal(true), now: 3099) == false)
        #expect(gate.admits(signal(true), now: 3100) == true)
    }

    @Test func `counts people, tickets and audiences apart`() {
        var gate = TypingGate(intervalMs: 3000)
        #expect(gate.admits(signal(true), now: 0) == true)
        #expect(gate.admits(signal(true, by: .theo), now: 0) == true)
        #expect(gate.admits(signal(true, isInternal: true), now: 0) == true)
        #expect(gate.admits(signal(true, in: TicketID(high: 2, low: 2)), now: 0) == true)
        #expect(gate.admits(signal(true), now: 0) == false)
    }

    @Test func `another worker's signs count too`() {
        var gate = TypingGate(intervalMs: 3000)
        gate.learn(signal(true), now: 0)
        #expect(gate.admits(signal(true), now: 2999) == false)
        #expect(gate.admits(signal(false), now: 2999) == true)
        gate.learn(signal(true), now: 4000)
        gate.learn(signal(false), now: 4001)
        #expect(gate.admits(signal(false), now: 4002) == false, "it was taken back already")
        #expect(gate.admits(signal(true), now: 6999) == false)
        #expect(gate.admits(signal(true), now: 7000) == true)
    }

    @Test func `takes a sign back at once, and once`() {
        var gate = TypingGate(intervalMs: 3000)
        #expect(gate.admits(signal(false), now: 0) == false, "nothing was shown")
        #expect(gate.admits(signal(true), now: 0) == true)
        #expect(gate.admits(signal(false), now: 1) == true)
        #expect(gate.admits(signal(false), now: 2) == false)
    }

    @Test func `off and on again does not get round the interval`() {
        var gate = TypingGate(intervalMs: 3000)
        #expect(gate.admits(signal(true), now: 0) == true)
        #expect(gate.admits(signal(false), now: 10) == true)
        #expect(gate.admits(signal(true), now: 20) == false)
        #expect(gate.admits(signal(true), now: 3000) == true)
    }

    @Test func `does not take back what has expired on every screen`() {
        var gate = TypingGate(intervalMs: 3000)
        #expect(gate.admits(signal(true), now: 0) == true)
        #expect(gate.admits(signal(false), now: 6000) == false)
    }

    @Test func `an interval of 0 lets every sign pass`() {
        var gate = TypingGate(intervalMs: 0)
        for _ in 0..<10 { #expect(gate.admits(signal(true), now: 5) == true) }
    }

    @Test func `the sweep forgets only what no longer matters`() {
        var gate = TypingGate(intervalMs: 10_000)
        #expect(gate.admits(signal(true), now: 0) == true)
        gate.sweep(now: 9999)
        #expect(gate.admits(signal(true), now: 9999) == false)
        gate.sweep(now: 10_000)
        #expect(gate.admits(signal(true), now: 10_000) == true)
    }
}
