// Table of connections: finds the connection of an event or an identifier, if it still exists.

/// Identifies one connection of one loop, permanently: a later connection in the same slot has
/// another generation. Values cross threads freely.
package struct ConnectionID: Hashable, Sendable {
    package let slot: UInt32
    /// Never 0, so that a connection is never confused with a listener or a mailbox.
    package let generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    /// The form in which epoll carries it.
    init(key: UInt64) {
        self.init(slot: UInt32(truncatingIfNeeded: key), generation: UInt32(key >> 32))
    }

    var key: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// The connections of one loop, by slot.
struct ConnectionTable {
    private struct Entry {
        var generation: UInt32 = 1
        var connection: Connection?
    }

    private var entries: [Entry] = []
    private var free: [UInt32] = []

    var count: Int { entries.count - free.count }

    subscript(id: ConnectionID) -> Connection? {
        let slot = Int(id.slot)
        guard slot < entries.count, entries[slot].generation == id.generation else { return nil }
        return entries[slot].connection
    }

    /// All of them, in no particular order.
    var connections: [Connection] { entries.compactMap(\.connection) }

    /// Reserves a free slot, for `fill`.
    mutating func reserve() -> ConnectionID {
        let slot = takeSlot()
        return ConnectionID(slot: slot, generation: entries[Int(slot)].generation)
    }

    mutating func fill(_ id: ConnectionID, with connection: Connection) {
        entries[Int(id.slot)].connection = connection
    }

    mutating func remove(_ id: ConnectionID) {
        let slot = Int(id.slot)
        guard slot < entries.count, entries[slot].generation == id.generation else { return }
        let next = id.generation &+ 1
        entries[slot] = Entry(generation: next == 0 ? 1 : next, connection: nil)
        free.append(id.slot)
    }

    private mutating func takeSlot() -> UInt32 {
        if let slot = free.popLast() { return slot }
        entries.append(Entry())
        return UInt32(entries.count - 1)
    }
}
