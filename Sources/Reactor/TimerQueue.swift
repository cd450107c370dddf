// Timers of one loop: a four-ary heap that knows the position of each timer, so that cancelling is
// as cheap as firing. A wheel would be O(1), but rounds deadlines and pays for empty ticks.

/// Identifies one scheduled action. Stays valid, and harmless, after the action ran or was
/// cancelled.
package struct Timer: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

struct TimerQueue {
    private struct Entry {
        let deadline: Int64
        /// Breaks ties: of two equal deadlines the one set first fires first.
        let order: UInt64
        let slot: UInt32

        func isBefore(_ other: Entry) -> Bool {
            deadline != other.deadline ? deadline < other.deadline : order < other.order
        }
    }

    private struct Slot {
        var generation: UInt32 = 0
        var position = 0
        /// Nil marks a free slot.
        var action: (() -> Void)?
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var nextOrder: UInt64 = 0

    var count: Int { heap.count }

    /// When the first timer is due, in the caller's unit.
    var nextDeadline: Int64? { heap.first?.deadline }

    mutating func insert(deadline: Int64, _ action: @escaping () -> Void) -> Timer {
        let slot = takeSlot()
        slots[Int(slot)].action = action
        heap.append(Entry(deadline: deadline, order: nextOrder, slot: slot))
        nextOrder &+= 1
        moveUp(from: heap.count - 1)
        return Timer(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Forgets the timer; false if it has run or was cancelled before.
    @discardableResult
    mutating func cancel(_ timer: Timer) -> Bool {
        let slot = Int(timer.slot)
        guard slot < slots.count, slots[slot].generation == timer.generation,
            slots[slot].action != nil
        else { return false }
        _ = remove(at: slots[slot].position)
        return true
    }

    /// Removes and returns the action of the earliest timer if it is due at `now`.
    mutating func popDue(at now: Int64) -> (() -> Void)? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        return remove(at: 0)
    }

    private mutating func takeSlot() -> UInt32 {
        if let slot = free.popLast() { return slot }
        slots.append(Slot())
        return UInt32(slots.count - 1)
    }

    private mutating func remove(at position: Int) -> (() -> Void)? {
        let slot = Int(heap[position].slot)
        let last = heap.removeLast()
        if position < heap.count {
            heap[position] = last
            slots[Int(last.slot)].position = position
            moveUp(from: position)
            moveDown(from: slots[Int(last.slot)].position)
        }
        let action = slots[slot].action
        slots[slot].action = nil
        slots[slot].generation &+= 1
        free.append(UInt32(slot))
        return action
    }

    private mutating func moveUp(from start: Int) {
        let entry = heap[start]
        var position = start
        while position > 0 {
            let parent = (position - 1) / 4
            guard entry.isBefore(heap[parent]) else { break }
            place(heap[parent], at: position)
            position = parent
        }
        place(entry, at: position)
    }

    private mutating func moveDown(from start: Int) {
        let entry = heap[start]
        var position = start
        while let child = earliestChild(of: position), heap[child].isBefore(entry) {
            place(heap[child], at: position)
            position = child
        }
        place(entry, at: position)
    }

    private func earliestChild(of position: Int) -> Int? {
        let first = position * 4 + 1
        guard first < heap.count else { return nil }
        var earliest = first
        for child in (first + 1)..<max(first + 1, min(first + 4, heap.count))
        where heap[child].isBefore(heap[earliest]) {
            earliest = child
        }
        return earliest
    }

    private mutating func place(_ entry: Entry, at position: Int) {
        heap[position] = entry
        slots[Int(entry.slot)].position = position
    }
}
