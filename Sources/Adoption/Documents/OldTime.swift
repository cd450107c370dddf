// A time of an old document: a date, ISO text, or a number.

import Text
import Tickets

struct OldTime {
    let milliseconds: Int64

    /// nil: no time. Numbers and digits are milliseconds, or seconds below the year 1973 in
    /// milliseconds: no ticket system is older.
    init?(_ value: OldValue) {
        switch value {
        case .date(let milliseconds): self.milliseconds = milliseconds
        case .int(let number): milliseconds = Self.scaled(number)
        case .double(let number):
            guard let whole = Int64(exactly: number.rounded()) else { return nil }
            milliseconds = Self.scaled(whole)
        case .string(let text):
            guard let time = Self.parse(text) else { return nil }
            milliseconds = time
        case .object:
            guard let inner = value["$date"] ?? value["date"], let time = OldTime(inner) else {
                return nil
            }
            milliseconds = time.milliseconds
        default: return nil
        }
    }

    private static func scaled(_ number: Int64) -> Int64 {
        number.magnitude < 100_000_000_000 ? number * 1000 : number
    }

    private static func parse(_ text: String) -> Int64? {
        var trimmed = text[...]
        while trimmed.utf8.first == 0x20 { trimmed.removeFirst() }
        while trimmed.utf8.last == 0x20 { trimmed.removeLast() }
        if let number = Int64(trimmed) { return scaled(number) }
        guard trimmed.utf8.count <= 40 else { return nil }
        var bytes = Array(trimmed.utf8)
        if bytes.count == 10 { bytes += Array("T00:00:00Z".utf8) }
        guard bytes.count > 11 else { return nil }
        if bytes[10] == 0x20 { bytes[10] = 0x54 }
        if bytes.last == UInt8(ascii: "z") { bytes[bytes.count - 1] = UInt8(ascii: "Z") }
        // An offset without its colon, which many programs write.
        if let sign = bytes.suffix(5).first, sign == 0x2B || sign == 0x2D,
            bytes.suffix(4).allSatisfy({ (0x30...0x39).contains($0) })
        {
            bytes.insert(0x3A, at: bytes.count - 2)
        }
        for candidate in [bytes, bytes + [UInt8(ascii: "Z")]] {
            let text = String(decoding: candidate, as: UTF8.self)
            if let time = Timestamp(rfc3339: text) { return time.milliseconds }
        }
        return nil
    }
}
