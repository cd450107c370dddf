// Timers of one loop: a heap, so that cancelling is as cheap as firing. A wheel would be O(1), but
// rounds deadlines and pays for empty ticks.

import Algorithms

/// Identifies one scheduled action. Stays valid, and harmless, after the action ran or was
/// cancelled.
package struct Timer: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

struct TimerQueue {
    private struct Due: Comparable {
        let deadline: Int64
        /// Breaks ties: of two equal deadlines the one set first fires first.
        let order: UInt64

        static func < (left: Due, right: Due) -> Bool {
            left.deadline != right.deadline
                ? left.deadline < right.deadline : left.order < right.order
        }
    }

    private struct Slot {
        var generation: UInt32 = 0
        /// Nil marks a free slot.
        var action: (() -> Void)?
    }

    private var heap = IndexedHeap<Due>()
    /// By the handles of `heap`.
    private var slots: [Slot] = []
    private var nextOrder: UInt64 = 0

    var count: Int { heap.count }

    /// When the first timer is due, in the caller's unit.
    var nextDeadline: Int64? { heap.first?.key.deadline }

    mutating func insert(deadline: Int64, _ action: @escaping () -> Void) -> Timer {
        let handle = heap.insert(Due(deadline: deadline, order: nextOrder))
        nextOrder &+= 1
        if Int(handle) == slots.count { slots.append(Slot()) }
        slots[Int(handle)].action = action
        return Timer(slot: handle, generation: slots[Int(handle)].generation)
    }

    /// Forgets the timer; false if it has run or was cancelled before.
    @discardableResult
    mutating func cancel(_ timer: Timer) -> Bool {
        let slot = Int(timer.slot)
        guard slot < slots.count, slots[slot].generation == timer.generation,
            slots[slot].action != nil
        else { return false }
        _ = remove(timer.slot)
        return true
    }

    /// Removes and returns the action of the earliest timer if it is due at `now`.
    mutating func popDue(at now: Int64) -> (() -> Void)? {
        guard let first = heap.first, first.key.deadline <= now else { return nil }
        return remove(first.handle)
    }

    private mutating func remove(_ handle: UInt32) -> (() -> Void)? {
        heap.remove(handle)
        let action = slots[Int(handle)].action
        slots[Int(handle)].action = nil
        slots[Int(handle)].generation &+= 1
        return action
    }
}
