// Wraps the driver's `bson_t`: the only places where bytes cross to C and back. `bson_t` is an
// opaque type in Swift, since it is aligned to 128 bytes.

internal import CMongo

/// A `bson_t` of the driver's allocator, freed with its owner.
@safe final class NativeBSON {
    let pointer: OpaquePointer

    /// nil when the bytes are no valid document, or too long.
    init?(_ document: BSONDocument) {
        let bytes = document.bytes
        let copy = unsafe bytes.withUnsafeBufferPointer { buffer in
            // SAFETY: the driver copies `count` bytes before the buffer is released.
            unsafe bson_new_from_data(buffer.baseAddress, buffer.count)
        }
        guard let copy = unsafe copy else { return nil }
        unsafe pointer = copy
    }

    deinit { unsafe bson_destroy(pointer) }
}

/// Memory for an answer. The driver initialises it in every call that gets it, so it must be passed
/// to exactly one call.
@safe final class NativeReply {
    /// libbson asserts that `bson_t` is 128 bytes, aligned to 128, on every platform.
    private static let size = 128
    private let memory: UnsafeMutableRawPointer

    init() {
        unsafe memory = .allocate(byteCount: Self.size, alignment: Self.size)
        // SAFETY: initialises an empty document, in case the call never touches it.
        unsafe bson_init(pointer)
    }

    deinit {
        unsafe bson_destroy(pointer)
        unsafe memory.deallocate()
    }

    var pointer: OpaquePointer { unsafe OpaquePointer(memory) }

    var bytes: [UInt8] { unsafe copyOfBytes(pointer) }
}

/// Copies the bytes, since a cursor's document lives only until the next.
func copyOfBytes(_ document: OpaquePointer) -> [UInt8] {
    guard let start = unsafe bson_get_data(document) else { return [] }
    // SAFETY: a document begins with its length, and the driver keeps that many bytes readable.
    var length: UInt32 = 0
    for offset in 0..<4 { length |= unsafe UInt32(start[offset]) << UInt32(8 * offset) }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(length)))
}
