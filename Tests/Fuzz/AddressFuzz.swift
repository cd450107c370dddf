// The parts of a request's head: targets, percent-encoding, cookies, lists, dates.

import Text

@testable import Wire

enum AddressFuzz {
    @Sendable static func url(_ bytes: [UInt8]) {
        requireDecodedOnce(bytes)
        let target = String(decoding: bytes.filter { (0x21...0x7E).contains($0) }, as: UTF8.self)
        guard !target.isEmpty, let read = try? RequestTarget(target, method: "GET") else { return }
        require(read.path.utf8.first == UInt8(ascii: "/"), "a path begins with a slash")
        // Behind this stands an id, which is no place.
        let namesPerson = read.path.utf8.starts(with: "/api/people/".utf8)
        for segment in read.path.utf8.split(separator: UInt8(ascii: "/")) where !namesPerson {
            require(!segment.elementsEqual("..".utf8), "a path leads nowhere else")
        }
        require(
            read.path.utf8.allSatisfy {
                $0 >= 0x20 && $0 != 0x7F && (namesPerson || $0 != UInt8(ascii: "\\"))
            },
            "a path has no control character and no backslash")
        let again = try? RequestTarget(encoded(read), method: "GET")
        require(again?.path == read.path, "a path, encoded, is the same path: \(target)")
        require(again?.query == read.query, "a query, encoded, is the same query: \(target)")
    }

    private static func requireDecodedOnce(_ bytes: [UInt8]) {
        let encoded = encoded(bytes[...])
        for plusIsSpace in [true, false] {
            let decoded = PercentDecoding.decode(encoded.utf8.span, plusIsSpace: plusIsSpace)
            let text = String(validating: bytes)
            require(
                decoded.map { Array($0.utf8) } == text.map { Array($0.utf8) },
                "encoded text returns")
            if let plain = PercentDecoding.decode(bytes.span, plusIsSpace: plusIsSpace) {
                require(plain.utf8.count <= bytes.count, "decoding never grows")
            }
        }
    }

    private static func encoded(_ target: RequestTarget) -> String {
        let path = target.path.utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
        ).map { encoded(Array($0)[...]) }.joined(separator: "/")
        let query = target.query.map { item in
            "\(encoded(Array(item.name.utf8)[...]))=\(encoded(Array(item.value.utf8)[...]))"
        }
        return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
    }

    /// Every byte as `%XX`.
    private static func encoded(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    @Sendable static func cookies(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes) else { return }
        let headers = Headers(fields: [.init(name: "cookie", value: text)])
        if let value = Cookies.value(named: "token", in: headers) {
            require(!value.utf8.contains(UInt8(ascii: ";")), "a cookie ends at its semicolon")
            let plain = Headers(fields: [.init(name: "cookie", value: "token=\"\(value)\"")])
            require(
                Cookies.value(named: "token", in: plain) == value, "a cookie in quotes is the same")
        }
        // Names are whole: a longer or a shorter one is another cookie.
        let other = Headers(fields: [.init(name: "cookie", value: "x" + text)])
        let hasFirst = text.utf8.starts(with: "token=".utf8)
        let others = Cookies.value(named: "token", in: other)
        if hasFirst, !text.utf8.contains(UInt8(ascii: ";")) {
            require(others == nil, "xtoken is not token")
        }
        for member in headers.members("cookie") {
            require(!member.utf8.isEmpty, "no member is empty")
            require(!member.utf8.contains(UInt8(ascii: ",")), "members are split")
            let lowered = String(decoding: member.utf8.map(ASCII.lowercased), as: UTF8.self)
            require(headers.has(lowered, in: "cookie"), "a list has its members")
        }
        require(headers.members("cookie").count == headers.tokens("cookie").count, "lists agree")
    }

    @Sendable static func date(_ bytes: [UInt8]) {
        let seconds = bytes.prefix(8).reduce(0) { $0 << 8 | Int($1) }
        // 2^36 seconds are some two thousand years: most of the range that four digits can say.
        for moment in [seconds, seconds % (1 << 36), -(seconds % (1 << 36))] {
            let text = HTTPDate.format(unixSeconds: moment)
            require(text.utf8.count == 29, "a date has 29 characters: \(text)")
            let pinned = min(max(moment, -62_167_219_200), 253_402_300_799)
            require(HTTPDate.parse(text) == pinned, "a date we wrote reads back: \(text)")
        }
        guard let text = String(validating: bytes), let moment = HTTPDate.parse(text) else {
            return
        }
        let canonical = HTTPDate.format(unixSeconds: moment)
        let isLeapSecond = text.hasSuffix(":60 GMT")
        require(isLeapSecond || canonical == text, "a date has one spelling: \(text)")
    }
}
