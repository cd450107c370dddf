// The driver's own form of a document, sealed: the only places where bytes cross into C and back.
// `bson_t` reaches Swift as an opaque type, since it is aligned to 128 bytes.

internal import CMongo

/// A `bson_t` of the driver's allocator, freed with its owner.
@safe final class NativeBSON {
    let pointer: OpaquePointer

    /// nil when the bytes are no document, or too long for one.
    init?(_ document: BSONDocument) {
        let bytes = document.bytes
        let copy = unsafe bytes.withUnsafeBufferPointer { buffer in
            // SAFETY: the driver copies `count` bytes before the buffer goes.
            unsafe bson_new_from_data(buffer.baseAddress, buffer.count)
        }
        guard let copy = unsafe copy else { return nil }
        unsafe pointer = copy
    }

    deinit { unsafe bson_destroy(pointer) }
}

/// Room for an answer. The driver initialises it in every call that it is handed to, so it must
/// be handed to exactly one.
@safe final class NativeReply {
    /// `bson_t` is 128 bytes at a multiple of 128 on every platform: libbson asserts it.
    private static let size = 128
    private let memory: UnsafeMutableRawPointer

    init() {
        unsafe memory = .allocate(byteCount: Self.size, alignment: Self.size)
        // SAFETY: leaves a valid empty document, should the call never touch it.
        unsafe bson_init(pointer)
    }

    deinit {
        unsafe bson_destroy(pointer)
        unsafe memory.deallocate()
    }

    var pointer: OpaquePointer { unsafe OpaquePointer(memory) }

    var bytes: [UInt8] { unsafe copyOfBytes(pointer) }
}

/// Copies the bytes out, since a cursor's document lives only until the next.
func copyOfBytes(_ document: OpaquePointer) -> [UInt8] {
    guard let start = unsafe bson_get_data(document) else { return [] }
    // SAFETY: a document begins with its length, and the driver keeps that many bytes readable.
    var length: UInt32 = 0
    for offset in 0..<4 { length |= unsafe UInt32(start[offset]) << UInt32(8 * offset) }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(length)))
}
