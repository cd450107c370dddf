// Keys that nobody needs long to guess.

enum SecretStrength {
    private static let differentBytesMin = 6
    private static let periodMin = 8

    /// nil: nothing is plainly wrong with it. It cannot be told from here whether it was made at random.
    static func weakness(of secret: [UInt8], bytesMin: Int) -> String? {
        guard secret.count >= bytesMin else {
            return "it has \(secret.count) bytes and needs at least \(bytesMin)"
        }
        if Set(secret).count < differentBytesMin || period(of: secret) < periodMin {
            return "it repeats the same few letters"
        }
        return nil
    }

    /// After how many bytes the text begins again; its length when it does not.
    private static func period(of text: [UInt8]) -> Int {
        // The longest proper prefix that is also an end, for each beginning of the text.
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
