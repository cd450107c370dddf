// Encodes host names in any script for the wire (RFC 3492, RFC 5890 section 2.3.2.1).

import Text

package enum Punycode {
    private static let base: UInt32 = 36
    private static let tMin: UInt32 = 1
    private static let tMax: UInt32 = 26
    private static let skew: UInt32 = 38
    private static let damp: UInt32 = 700
    private static let initialBias: UInt32 = 72
    /// Limit of a DNS label.
    private static let scalarsMax = 63

    /// Maps a host name before encoding (UTS #46, its commonest mappings): lower case in NFC,
    /// full-width letters as ASCII. For names of some hundred bytes.
    package static func mapped(_ host: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in host.unicodeScalars {
            switch scalar.value {
            case 0xFF10...0xFF19, 0xFF21...0xFF3A, 0xFF41...0xFF5A:
                scalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            default: scalars.append(scalar)
            }
        }
        return OneLine.composed(String(scalars).lowercased())
    }

    /// The label with `xn--` before it; an ASCII label unchanged. nil: it would exceed 63 bytes.
    /// The caller maps case and normal form.
    package static func label(_ text: some StringProtocol) -> String? {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= scalarsMax else { return nil }
        let label = scalars.allSatisfy(\.isASCII) ? String(text) : "xn--" + encode(scalars)
        return label.utf8.count <= scalarsMax ? label : nil
    }

    /// RFC 3492 section 6.3. With at most 63 scalars no sum exceeds 32 bits: 0x10FFFF × 64 is below
    /// 2^27.
    private static func encode(_ scalars: [Unicode.Scalar]) -> String {
        let basic = scalars.filter(\.isASCII)
        var output = basic.map { UInt8(truncatingIfNeeded: $0.value) }
        if !basic.isEmpty { output.append(UInt8(ascii: "-")) }
        var next: UInt32 = 128
        var delta: UInt32 = 0
        var bias = initialBias
        var handled = UInt32(basic.count)
        while handled < scalars.count {
            let smallest = scalars.map(\.value).filter { $0 >= next }.min() ?? next
            delta += (smallest - next) * (handled + 1)
            next = smallest
            for scalar in scalars {
                if scalar.value < next { delta += 1 }
                guard scalar.value == next else { continue }
                append(delta, bias, to: &output)
                bias = adapt(delta, points: handled + 1, isFirst: handled == basic.count)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A number of variable length, smallest digits first.
    private static func append(_ delta: UInt32, _ bias: UInt32, to output: inout [UInt8]) {
        var rest = delta
        var position = base
        while true {
            let threshold =
                position <= bias ? tMin : position >= bias + tMax ? tMax : position - bias
            guard rest >= threshold else { break }
            output.append(digit(threshold + (rest - threshold) % (base - threshold)))
            rest = (rest - threshold) / (base - threshold)
            position += base
        }
        output.append(digit(rest))
    }

    /// RFC 3492 section 6.1.
    private static func adapt(_ delta: UInt32, points: UInt32, isFirst: Bool) -> UInt32 {
        var rest = isFirst ? delta / damp : delta / 2
        rest += rest / points
        var steps: UInt32 = 0
        while rest > ((base - tMin) * tMax) / 2 {
            rest /= base - tMin
            steps += base
        }
        return steps + (base - tMin + 1) * rest / (rest + skew)
    }

    private static func digit(_ value: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: value < 26 ? 0x61 + value : 0x30 + value - 26)
    }
}
