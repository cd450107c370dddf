// Limits a person's typing signals in a ticket to one every few seconds, per audience.

import Text
import Tickets

struct TypingGate {
    private struct Key: Hashable {
        let ticket: TicketID
        let person: ExactText
        let isInternal: Bool

        /// Hashes few bytes, since every typing frame looks its key up. Ids of people come from
        /// signed tokens: nobody can choose many with one fingerprint.
        func hash(into hasher: inout Hasher) {
            hasher.combine(ticket.high ^ UInt64(ticket.low) &+ person.fingerprint)
        }
    }

    private struct Sign {
        /// Monotonic milliseconds of the last `on` that passed.
        var shownAt: Int64
        var isOn: Bool

        mutating func admits(isOn wanted: Bool, now: Int64, intervalMs: Int64) -> Bool {
            let age = now - shownAt
            if wanted {
                if age < intervalMs { return false }
                shownAt = now
            } else {
                // A signal that has expired on every page needs no `off`.
                guard isOn, age < TypingGate.expiryMs else { return false }
            }
            isOn = wanted
            return true
        }
    }

    /// Clients drop a typing signal after this time (docs/protocol.md 7.8).
    private static let expiryMs: Int64 = 6000
    private let intervalMs: Int64
    private var signs: [Key: Sign] = [:]

    init(intervalMs: Int64) { self.intervalMs = intervalMs }

    mutating func admits(_ signal: TypingSignal, now: Int64) -> Bool {
        let key = Key(
            ticket: signal.ticket, person: signal.by.id, isInternal: signal.isInternal)
        guard let index = signs.index(forKey: key) else {
            if signal.isOn { signs[key] = Sign(shownAt: now, isOn: true) }
            return signal.isOn
        }
        return signs.values[index].admits(isOn: signal.isOn, now: now, intervalMs: intervalMs)
    }

    /// Signals that another worker has passed count here too.
    mutating func learn(_ signal: TypingSignal, now: Int64) {
        let key = Key(
            ticket: signal.ticket, person: signal.by.id, isInternal: signal.isInternal)
        if signal.isOn {
            signs[key] = Sign(shownAt: now, isOn: true)
        } else {
            signs[key]?.isOn = false
        }
    }

    var isEmpty: Bool { signs.isEmpty }

    mutating func sweep(now: Int64) {
        let keep = max(Self.expiryMs, intervalMs)
        signs = signs.filter { now - $0.value.shownAt < keep }
    }
}
