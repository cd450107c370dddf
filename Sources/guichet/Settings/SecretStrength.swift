// Detects keys that are easy to guess.

enum SecretStrength {
    private static let differentBytesMin = 6
    private static let periodMin = 8

    /// nil: no weakness found. Whether the key is random cannot be determined here.
    static func weakness(of secret: [UInt8], bytesMin: Int) -> String? {
        guard secret.count >= bytesMin else {
            return "it has \(secret.count) bytes and needs at least \(bytesMin)"
        }
        if Set(secret).count < differentBytesMin || period(of: secret) < periodMin {
            return "it repeats the same few letters"
        }
        return nil
    }

    /// The period of the text in bytes; its length if it does not repeat.
    private static func period(of text: [UInt8]) -> Int {
        // For each prefix, the length of its longest proper border (prefix that is also a suffix).
        var ends = [Int](repeating: 0, count: text.count)
        var length = 0
        for index in text.indices.dropFirst() {
            while length > 0, text[index] != text[length] { length = ends[length - 1] }
            if text[index] == text[length] { length += 1 }
            ends[index] = length
        }
        return text.count - (ends.last ?? 0)
    }
}
