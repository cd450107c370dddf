// Deadlines come out in order, and only when they are due.

import Testing
import Tickets

@testable import Hub

@Suite struct AlarmHeapTests {
    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
    private func ticket(_ number: Int) -> TicketID { TicketID(high: UInt64(number), low: 0) }

    @Test func `an empty heap has nothing due`() {
        var heap = AlarmHeap()
        #expect(heap.earliest == nil)
        #expect(heap.popDue(at: time(.max)) == nil)
    }

    @Test func `returns what is due at that millisecond and nothing later`() {
        var heap = AlarmHeap()
        heap.insert(ticket(2), at: time(20))
        heap.insert(ticket(1), at: time(10))
        #expect(heap.earliest == time(10))
        #expect(heap.popDue(at: time(9)) == nil)
        #expect(heap.popDue(at: time(10)) == ticket(1))
        #expect(heap.popDue(at: time(19)) == nil)
        #expect(heap.popDue(at: time(20)) == ticket(2))
        #expect(heap.count == 0)
    }

    @Test func `is sorted whatever the order of insertion`() {
        var state: UInt64 = 42
        for round in 0..<50 {
            var heap = AlarmHeap()
            var times: [Int64] = []
            for _ in 0..<(round * 3) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let at = Int64(state >> 52)
                times.append(at)
                let low = UInt32(times.count)
                heap.insert(TicketID(high: UInt64(at), low: low), at: time(at))
            }
            var popped: [Int64] = []
            while let id = heap.popDue(at: time(.max)) { popped.append(Int64(id.high)) }
            #expect(popped == times.sorted())
        }
    }

    @Test func `a ticket has one alarm, the last that was set`() {
        var heap = AlarmHeap()
        for at in [5, 9, 3, 7] as [Int64] { heap.insert(ticket(1), at: time(at)) }
        heap.insert(ticket(2), at: time(6))
        #expect(heap.count == 2)
        #expect(heap.time(of: ticket(1)) == time(7))
        #expect(heap.popDue(at: time(9)) == ticket(2))
        #expect(heap.popDue(at: time(9)) == ticket(1))
        #expect(heap.popDue(at: time(9)) == nil)
    }

    @Test func `equals come out by ticket, wherever they were put in`() {
        for order in [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 1, 5, 2, 4]] {
            var heap = AlarmHeap()
            for number in order { heap.insert(ticket(number), at: time(7)) }
            #expect((0..<5).map { _ in heap.popDue(at: time(7)) } == (1...5).map(ticket))
        }
    }

    @Test func `agrees with a dictionary that is searched from end to end`() {
        var generator = Xorshift(state: 4711)
        var heap = AlarmHeap()
        var model: [TicketID: Timestamp] = [:]
        for step in 0..<20_000 {
            let id = ticket(Int(generator.next() % 300))
            switch generator.next() % 8 {
            case 0: (_, model[id]) = (heap.remove(id), nil)
            case 1, 2:
                let now = time(Int64(generator.next() % 1000))
                let expected = model.filter { $0.value <= now }
                    .min { ($0.value, $0.key) < ($1.value, $1.key) }
                let popped = heap.popDue(at: now)
                guard popped == expected?.key else {
                    Issue.record("step \(step): \(String(describing: popped))")
                    return
                }
                if let popped { model[popped] = nil }
            default:
                let at = time(Int64(generator.next() % 1000))
                heap.insert(id, at: at)
                model[id] = at
            }
            #expect(heap.count == model.count)
            #expect(heap.earliest == model.values.min())
            #expect(heap.time(of: id) == model[id])
        }
    }

    @Test func `holds a million deadlines and gives them back in order`() {
        let count = 1_000_000
        var generator = Xorshift(state: 99)
        var heap = AlarmHeap(
            sorted: (0..<count).map { (ticket: ticket($0), at: time(Int64($0) * 3)) })
        #expect(heap.count == count)
        for _ in 0..<20_000 {
            let number = Int(generator.next() % UInt64(count))
            heap.insert(ticket(number), at: time(Int64(generator.next() % UInt64(count * 3))))
        }
        #expect(heap.count == count)
        var last = time(-1)
        for popped in 1...50_000 {
            guard let earliest = heap.earliest, last <= earliest,
                heap.popDue(at: earliest) != nil, heap.count == count - popped
            else {
                Issue.record("the \(popped)th did not come after \(last)")
                return
            }
            last = earliest
        }
    }
}

/// Fast, and the same on every run.
private struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
