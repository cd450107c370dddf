// The header of a frame of MPEG audio, layer III (ISO/IEC 11172-3 §2.4.1.3, 13818-3).

struct MP3Frame {
    /// Bytes of the whole frame.
    let length: Int

    /// nil: no such header begins here.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 4 else { return nil }
        let header = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let version = header >> 19 & 3
        let isLayerIII = header >> 17 & 3 == 1
        let (rate, frequency) = (Int(header >> 12 & 15), Int(header >> 10 & 3))
        guard header >> 21 == 0x7FF, version != 1, isLayerIII, (1...14).contains(rate),
            frequency < 3
        else { return nil }
        let isFirst = version == 3
        let kilobits = (isFirst ? Self.ratesOfFirst : Self.ratesOfSecond)[rate - 1]
        let halvings = isFirst ? 0 : version == 2 ? 1 : 2
        let hertz = [44_100, 48_000, 32_000][frequency] >> halvings
        let padding = Int(header >> 9 & 1)
        length = (isFirst ? 144 : 72) * kilobits * 1000 / hertz + padding
    }

    private static let ratesOfFirst = [
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ]
    private static let ratesOfSecond = [
        8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160,
    ]
}
