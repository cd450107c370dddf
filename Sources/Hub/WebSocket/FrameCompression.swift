// A worker's compression: it compresses a frame once for all readers of the same bytes, and lends
// its inflaters to connections. A connection keeps only its window size.
//
// No frame of the hub carries a token or another secret of its reader, and each message is
// compressed with its own window: a frame's length reveals nothing about other frames.

import Tickets
import Wire

/// The compression window of a connection. Three sizes cover the seven that clients may request,
/// since a smaller window than agreed is always valid (RFC 7692 section 7.1.2.1).
enum WindowSize: Int {
    case small = 9
    case medium = 12
    case large = 15

    init(atMost bits: Int) { self = bits >= 15 ? .large : bits >= 12 ? .medium : .small }
}

final class FrameCompression {
    private struct SharedKey: Hashable {
        let audience: Audience?
        let window: WindowSize
    }

    let inflaters = InflaterPool()
    /// Shorter messages are sent uncompressed; 0: all are, and compression is not negotiated.
    private let minBytes: Int
    /// Made on first use.
    private var deflaters: [WindowSize: Deflater] = [:]
    /// The latest compressed frames: a broadcast reaches all members of a room before the next one
    /// starts.
    private var shared: (source: AnyObject, frames: [SharedKey: [UInt8]])?

    init(minBytes: Int) { self.minBytes = minBytes }

    /// The compression parameters for the answer to a handshake.
    func accept(_ request: UpgradeRequest) -> PerMessageDeflate? {
        minBytes > 0 ? request.deflate : nil
    }

    /// A text frame for one reader. `window` nil: the reader negotiated no compression.
    func frame(_ payload: [UInt8], for window: WindowSize?) -> [UInt8] {
        packed(payload.span, for: window) ?? FrameEncoder.frame(.text, payload: payload)
    }

    /// `frame`, compressed if agreed. `source` is the object of the frame: it has one frame per
    /// audience, or one for all.
    func shared(
        _ frame: some SharedFrame, of source: AnyObject, for audience: Audience? = nil,
        _ window: WindowSize?
    ) -> [UInt8] {
        guard let window, minBytes > 0, frame.payload.count >= minBytes else { return frame.bytes }
        let key = SharedKey(audience: audience, window: window)
        if shared?.source !== source { shared = (source, [:]) }
        if let known = shared?.frames[key] { return known }
        let made = packed(frame.payload.span, for: window) ?? frame.bytes
        shared?.frames[key] = made
        return made
    }

    /// nil: it is sent uncompressed.
    private func packed(_ payload: Span<UInt8>, for window: WindowSize?) -> [UInt8]? {
        guard let window, minBytes > 0, payload.count >= minBytes,
            let packed = deflater(window)?.compress(payload)
        else { return nil }
        return FrameEncoder.frame(.text, payload: packed, isCompressed: true)
    }

    /// The deflater for a connection with these parameters.
    func deflater(for deflate: PerMessageDeflate) -> Deflater? {
        deflater(WindowSize(atMost: deflate.serverWindowBits))
    }

    private func deflater(_ window: WindowSize) -> Deflater? {
        if let deflater = deflaters[window] { return deflater }
        let deflater = Deflater(windowBits: window.rawValue)
        deflaters[window] = deflater
        return deflater
    }
}

/// An uncompressed frame that many readers get.
protocol SharedFrame {
    var bytes: [UInt8] { get }
    var payload: ArraySlice<UInt8> { get }
}
