// Receives the words of a text: an index, or a query.

protocol WordSink {
    mutating func take(_ chain: WordChain)
    /// A chain of one word that begins with a letter: letters and digits of ASCII, capitals among them,
    /// of any length.
    mutating func take(plain word: Span<UInt8>, signBefore: UInt32?)
    /// Scalars of a script without blanks, at least one.
    mutating func take(run: [UInt32])
    /// The following input may be part of a telephone number.
    mutating func beginNumber()
    /// The numbers found since `beginNumber`.
    mutating func take(numbers: [PhoneNumber])
}

extension WordSink {
    mutating func take(plain word: Span<UInt8>, signBefore: UInt32?) {
        var chain = WordChain()
        for index in 0..<min(word.count, SearchText.wordBytesMax) {
            chain.letters.append(word[index] | 0x20)
        }
        chain.ends = [chain.letters.count]
        chain.signBefore = signBefore
        take(chain)
    }
}
