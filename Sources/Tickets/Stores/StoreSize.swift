// Size of a store and free space on its disk.

package struct StoreSize: Sendable, Hashable {
    /// Of tickets, indexes and files of messages, in bytes.
    package let bytes: Int
    /// Of the disk under it, in bytes; nil: the store does not say.
    package let diskFreeBytes: Int?
    package let diskBytes: Int?

    package init(bytes: Int, diskFreeBytes: Int?, diskBytes: Int?) {
        self.bytes = bytes
        self.diskFreeBytes = diskFreeBytes
        self.diskBytes = diskBytes
    }
}
