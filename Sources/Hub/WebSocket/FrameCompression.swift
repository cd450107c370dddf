// A worker's compression: what it sends is packed here, once for all who get the same, and its
// inflaters are lent from here. A connection owns nothing of it but the name of its window.
//
// No frame that the hub sends carries a token or another secret of its reader, and no message is
// packed with the window of another one: the length of a frame says nothing of any other frame.

import Tickets
import Wire

/// The window that a connection's frames are packed with. Three sizes serve all seven that clients
/// may ask for, as a smaller one than agreed is always right (RFC 7692 section 7.1.2.1).
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
    /// Shorter messages go as they are; 0: all do, and nothing is negotiated.
    private let minBytes: Int
    /// Made when first asked for.
    private var deflaters: [WindowSize: Deflater] = [:]
    /// What was packed last: a broadcast goes to all members of a room before the next one does.
    private var shared: (source: AnyObject, frames: [SharedKey: [UInt8]])?

    init(minBytes: Int) { self.minBytes = minBytes }

    /// What to answer a handshake.
    func accept(_ request: UpgradeRequest) -> PerMessageDeflate? {
        minBytes > 0 ? request.deflate : nil
    }

    /// A text frame for one reader. `window` nil: the reader negotiated no compression.
    func frame(_ payload: [UInt8], for window: WindowSize?) -> [UInt8] {
        packed(payload.span, for: window) ?? FrameEncoder.frame(.text, payload: payload)
    }

    /// `frame`, or the same packed. `source` is what the frame was made for: one object has one
    /// frame for an audience, or one for all.
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

    /// nil: it goes as it is.
    private func packed(_ payload: Span<UInt8>, for window: WindowSize?) -> [UInt8]? {
        guard let window, minBytes > 0, payload.count >= minBytes,
            let packed = deflater(window)?.compress(payload)
        else { return nil }
        return FrameEncoder.frame(.text, payload: packed, isCompressed: true)
    }

    /// The one for a connection with this agreement.
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

/// A frame that many readers get, as it is when nobody packs it.
protocol SharedFrame {
    var bytes: [UInt8] { get }
    var payload: ArraySlice<UInt8> { get }
}
