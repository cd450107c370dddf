// FNV-1a, 64 bits: a digest that is the same in every run, unlike Hasher's. Not a security measure:
// collisions are easy to make.

public struct FNV1a {
    @usableFromInline var state: UInt64 = 0xcbf2_9ce4_8422_2325

    @inlinable
    public var value: UInt64 { state }

    @inlinable
    public init() {}

    // Public and always inlined: a call across modules for each byte would cost more than the byte.
    @inlinable @inline(__always)
    public mutating func add(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    @inlinable @inline(__always)
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }

    /// Eight bytes, the lowest first.
    @inlinable @inline(__always)
    public mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            add(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
