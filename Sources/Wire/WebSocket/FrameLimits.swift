// Limits on the frames of a message (RFC 6455 §10.4): their bytes together and their number. A header
// announces the length of its frame, so a frame that is too long is refused before its payload is
// read.

struct FrameLimits {
    /// The payload of a message, unpacked.
    let messageBytes: Int
    /// Frames of one message.
    let fragments: Int

    /// Payload bytes announced by the frames of the current message, as on the wire.
    private var announcedBytes = 0
    private var frames = 0

    init(messageBytes: Int, fragments: Int) {
        self.messageBytes = messageBytes
        self.fragments = fragments
    }

    /// Counts a frame of the current message.
    mutating func admit(_ header: FrameHeader, isCompressed: Bool) throws(FrameError) {
        let bytesMax = isCompressed ? compressedBytesMax : messageBytes
        guard header.payloadLength <= bytesMax - announcedBytes else { throw tooBig }
        announcedBytes += header.payloadLength
        frames += 1
        guard frames <= fragments else { throw .tooManyFragments(limit: fragments) }
    }

    mutating func endMessage() {
        announcedBytes = 0
        frames = 0
    }

    var tooBig: FrameError { .messageTooBig(limit: messageBytes) }

    /// Deflate lengthens some data, by an eighth at worst; the unpacked length is counted
    /// separately.
    private var compressedBytesMax: Int {
        let (sum, isTooLarge) = messageBytes.addingReportingOverflow(messageBytes / 8 + 64)
        return isTooLarge ? .max : sum
    }
}
