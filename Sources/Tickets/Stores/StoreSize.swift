// Size of a store and free space on its disk.

package struct StoreSize: Sendable, Hashable {
    /// Size of tickets, indexes and files of messages, in bytes.
    package let bytes: Int
    /// Free space on its disk, in bytes; nil: the store does not report it.
    package let diskFreeBytes: Int?
    package let diskBytes: Int?

    package init(bytes: Int, diskFreeBytes: Int?, diskBytes: Int?) {
        self.bytes = bytes
        self.diskFreeBytes = diskFreeBytes
        self.diskBytes = diskBytes
    }
}
