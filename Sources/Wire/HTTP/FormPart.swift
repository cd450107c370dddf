// Head of one part of a form (RFC 7578 §4.2).

import Text

package struct FormPart: Sendable, Equatable {
    /// Name of the form's field.
    package let name: String
    /// As the sender wrote it: never use it as a path or in a header. nil: not a file.
    package let fileName: String?

    init(_ headers: Headers) throws(HTTPError) {
        let dispositions = headers.all("content-disposition")
        guard dispositions.count == 1, let disposition = ParameterizedValue(dispositions[0]),
            disposition.value == "form-data", let name = disposition["name"]
        else { throw .badRequest("a part needs one Content-Disposition: form-data with a name") }
        if let coding = headers["content-transfer-encoding"],
            !["binary", "8bit", "7bit"].contains(where: { ASCII.equalsIgnoringCase(coding, $0) })
        {
            throw .badRequest("a part must have no Content-Transfer-Encoding")
        }
        self.name = name
        fileName = try Self.fileName(disposition)
    }

    /// Names outside ASCII come in plain UTF-8 from browsers, and as `filename*` (RFC 5987) from a
    /// few libraries.
    private static func fileName(_ disposition: ParameterizedValue) throws(HTTPError) -> String? {
        guard let extended = disposition["filename*"] else {
            return disposition["filename"].map(unescaped)
        }
        let parts = extended.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ASCII.equalsIgnoringCase(parts[0], "utf-8"),
            let name = PercentDecoding.decode(Array(parts[2].utf8).span, plusIsSpace: false)
        else { throw .badRequest("filename* must be UTF-8''… with percent signs") }
        return name
    }

    /// Browsers write the three characters that would end a parameter as %22, %0D and %0A, and no
    /// other (HTML, "multipart/form-data encoding algorithm").
    private static func unescaped(_ name: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            switch (byte, rest.first, rest.dropFirst().first) {
            case (0x25, 0x32, 0x32): bytes.append(0x22)
            case (0x25, 0x30, 0x44), (0x25, 0x30, 0x64): bytes.append(0x0D)
            case (0x25, 0x30, 0x41), (0x25, 0x30, 0x61): bytes.append(0x0A)
            default:
                bytes.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes) ?? name
    }
}
