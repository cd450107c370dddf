// Reads Accept-Encoding (RFC 9110 §12.5.3), for gzip only.

import Text

extension Headers {
    /// Whether gzip is accepted with at least the weight of the unencoded answer.
    package var acceptsGzip: Bool {
        var gzip: Int?
        var others: Int?
        var identity: Int?
        for member in tokens("accept-encoding") {
            let (coding, weight) = Self.weighed(member)
            switch coding {
            case "gzip", "x-gzip": gzip = gzip ?? weight
            case "*": others = others ?? weight
            case "identity": identity = identity ?? weight
            default: break
            }
        }
        let wanted = gzip ?? others ?? 0
        return wanted > 0 && wanted >= identity ?? 0
    }

    /// Name and weight in thousandths of `gzip;q=0.5`; an invalid weight counts as 0.
    private static func weighed(_ member: String) -> (coding: String, weight: Int) {
        let parts = member.utf8.split(
            separator: UInt8(ascii: ";"), omittingEmptySubsequences: false
        )
        .map { part in part.filter { !ASCII.isBlank($0) } }
        var weight = 1000
        for part in parts.dropFirst() where part.starts(with: "q=".utf8) {
            weight = thousandths(part.dropFirst(2)) ?? 0
        }
        return (String(decoding: parts.first ?? [], as: UTF8.self), weight)
    }

    /// Reads `0`, `0.25` or `1.000`. Digits after the third only tell it from 0.
    private static func thousandths(_ digits: ArraySlice<UInt8>) -> Int? {
        guard let first = digits.first, first == 0x30 || first == 0x31 else { return nil }
        let rest = digits.dropFirst()
        guard rest.isEmpty || rest.first == UInt8(ascii: ".") else { return nil }
        var (value, unit) = (first == 0x31 ? 1000 : 0, 100)
        for digit in rest.dropFirst() {
            guard ASCII.isDigit(digit) else { return nil }
            value += unit > 0 ? Int(digit - 0x30) * unit : digit > 0x30 && value == 0 ? 1 : 0
            unit /= 10
        }
        return value <= 1000 ? value : nil
    }
}
