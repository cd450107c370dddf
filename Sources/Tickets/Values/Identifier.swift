// Ids of tickets, messages and files: MongoDB ObjectIds in both stores.

import Algorithms
package import Text

/// Twelve bytes, written as 24 hex digits. `Subject` keeps a ticket's id apart from a message's.
package struct Identifier<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The first four bytes are the second of creation, so ids sort by age (BSON ObjectId).
    package let high: UInt64
    package let low: UInt32

    package init(high: UInt64, low: UInt32) {
        self.high = high
        self.low = low
    }

    /// A new id: the second of `time` and 64 random bits.
    package static func make(at time: Timestamp) -> Identifier {
        var random = SystemRandomNumberGenerator()
        let seconds = UInt32(truncatingIfNeeded: time.milliseconds / 1000)
        return Identifier(
            high: UInt64(seconds) << 32 | UInt64(UInt32.random(in: 0 ... .max, using: &random)),
            low: UInt32.random(in: 0 ... .max, using: &random))
    }

    /// Reads 24 hex digits; anything else is nil.
    package init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The same without generic code: every command names a ticket.
    package init?(_ text: String) {
        self.init(digits: text.utf8.span)
    }

    package init?(_ text: ExactText) {
        self.init(digits: text.utf8.span)
    }

    /// Reads 24 hex digits, as bytes.
    package init?(digits: Span<UInt8>) {
        guard let (high, low) = HexDigits.read(digits) else { return nil }
        self.init(high: high, low: low)
    }

    /// Appends the 24 lower-case hex digits.
    package func appendHex(to bytes: inout [UInt8]) {
        HexDigits.append(high, low, to: &bytes)
    }

    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        appendHex(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

package typealias TicketID = Identifier<Ticket>
package typealias MessageID = Identifier<Message>
package typealias FileID = Identifier<Attachment>

/// How a caller names a ticket: by its id, or by its `ref` such as `T-1042`.
package enum TicketReference: Hashable, Sendable {
    case id(TicketID)
    case number(Int)

    package init?(_ text: some StringProtocol) {
        self.init(ExactText(String(text)))
    }

    package init?(_ text: ExactText) {
        if let id = TicketID(text) {
            self = .id(id)
        } else if let number = Self.number(text.utf8) {
            self = .number(number)
        } else {
            return nil
        }
    }

    /// `T-` in either case and a number as we write it, without leading zeros.
    private static func number(_ text: String.UTF8View) -> Int? {
        let digits = text.dropFirst(2)
        guard let first = digits.first, text.count <= 18,
            text.prefix(2).elementsEqual("T-".utf8) || text.prefix(2).elementsEqual("t-".utf8),
            first != 0x30, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
