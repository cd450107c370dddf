// Deadlines by time: a four-ary heap with one alarm per ticket. It knows each alarm's position, so
// moving one costs as much as setting it. A million alarms take 70 MB.

import Tickets

struct AlarmHeap {
    private struct Slot {
        var at: Timestamp
        var ticket: TicketID
        var position: UInt32

        /// Orders equal times by ticket, so that the order is deterministic.
        func isBefore(_ other: Slot) -> Bool {
            at != other.at ? at < other.at : ticket < other.ticket
        }
    }

    /// Indices into `slots`.
    private var heap: [UInt32] = []
    private var slots: [Slot] = []
    private var free: [UInt32] = []
    private var slotOf: [TicketID: UInt32] = [:]

    init() {}

    /// From alarms in order of time, as stores list them: a sorted list already is a heap.
    init(sorted alarms: [(ticket: TicketID, at: Timestamp)]) {
        heap.reserveCapacity(alarms.count)
        slots.reserveCapacity(alarms.count)
        slotOf.reserveCapacity(alarms.count)
        for alarm in alarms { insert(alarm.ticket, at: alarm.at) }
    }

    var earliest: Timestamp? { heap.first.map { slots[Int($0)].at } }
    var count: Int { heap.count }

    func time(of ticket: TicketID) -> Timestamp? { slotOf[ticket].map { slots[Int($0)].at } }

    /// Sets the ticket's alarm and replaces an earlier one.
    mutating func insert(_ ticket: TicketID, at time: Timestamp) {
        let slot: UInt32
        if let known = slotOf[ticket] {
            slot = known
            guard slots[Int(slot)].at != time else { return }
            slots[Int(slot)].at = time
        } else {
            slot = takeSlot(Slot(at: time, ticket: ticket, position: UInt32(heap.count)))
            slotOf[ticket] = slot
            heap.append(slot)
        }
        settle(slot)
    }

    mutating func remove(_ ticket: TicketID) {
        guard let slot = slotOf.removeValue(forKey: ticket) else { return }
        let position = Int(slots[Int(slot)].position)
        let last = heap.removeLast()
        if position < heap.count {
            place(last, at: position)
            settle(last)
        }
        free.append(slot)
    }

    /// Removes the earliest alarm due at `now`.
    mutating func popDue(at now: Timestamp) -> TicketID? {
        guard let first = heap.first, slots[Int(first)].at <= now else { return nil }
        let ticket = slots[Int(first)].ticket
        remove(ticket)
        return ticket
    }

    // MARK: The heap

    private mutating func takeSlot(_ slot: Slot) -> UInt32 {
        if let index = free.popLast() {
            slots[Int(index)] = slot
            return index
        }
        slots.append(slot)
        return UInt32(slots.count - 1)
    }

    /// Moves a slot to its place in the heap.
    private mutating func settle(_ slot: UInt32) {
        let moving = slots[Int(slot)]
        var position = Int(moving.position)
        while position > 0 {
            let parent = (position - 1) / 4
            guard moving.isBefore(slots[Int(heap[parent])]) else { break }
            place(heap[parent], at: position)
            position = parent
        }
        while let child = earliestChild(of: position),
            slots[Int(heap[child])].isBefore(moving)
        {
            place(heap[child], at: position)
            position = child
        }
        place(slot, at: position)
    }

    private func earliestChild(of position: Int) -> Int? {
        let first = position * 4 + 1
        guard first < heap.count else { return nil }
        var earliest = first
        for child in first..<min(first + 4, heap.count)
        where slots[Int(heap[child])].isBefore(slots[Int(heap[earliest])]) {
            earliest = child
        }
        return earliest
    }

    private mutating func place(_ slot: UInt32, at position: Int) {
        heap[position] = slot
        slots[Int(slot)].position = UInt32(position)
    }
}
