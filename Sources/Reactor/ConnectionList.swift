// List of connections that a loop is about to visit. It does not own them, so that listing one for
// every frame costs no reference count.

/// The list must be emptied before a listed connection is freed: the loop frees at the end of a
/// turn, after its visits.
@safe
struct ConnectionList {
    private var entries: [Unmanaged<Connection>] = unsafe []

    var isEmpty: Bool { unsafe entries.isEmpty }

    mutating func append(_ connection: Connection) {
        unsafe entries.append(.passUnretained(connection))
    }

    mutating func remove(_ connection: Connection) {
        let gone = unsafe Unmanaged.passUnretained(connection).toOpaque()
        unsafe entries.removeAll { unsafe $0.toOpaque() == gone }
    }

    mutating func removeAll() {
        unsafe entries.removeAll(keepingCapacity: true)
    }

    /// In the order in which they were listed.
    func forEach(_ visit: (Connection) -> Void) {
        for index in unsafe entries.indices {
            // SAFETY: the loop's table owns every listed connection until after this visit.
            unsafe entries[index]._withUnsafeGuaranteedRef(visit)
        }
    }
}
