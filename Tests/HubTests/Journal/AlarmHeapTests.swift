// Deadlines come out in order, due ones only.

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

    @Test func `gives what is due at that very millisecond and nothing later`() {
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

    @Test func `comes out sorted whatever the order of insertion`() {
        var state: UInt64 = 42
        for round in 0..<50 {
            var heap = AlarmHeap()
            var times: [Int64] = []
            for _ in 0..<(round * 3) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let at = Int64(state >> 52)
                times.append(at)
                heap.insert(TicketID(high: UInt64(at), low: 0), at: time(at))
            }
            var popped: [Int64] = []
            while let id = heap.popDue(at: time(.max)) { popped.append(Int64(id.high)) }
            #expect(popped == times.sorted())
        }
    }

    @Test func `keeps several alarms of one ticket`() {
        var heap = AlarmHeap()
        for at in [5, 5, 3] as [Int64] { heap.insert(ticket(1), at: time(at)) }
        #expect(heap.count == 3)
        for _ in 0..<3 { #expect(heap.popDue(at: time(5)) == ticket(1)) }
        #expect(heap.popDue(at: time(5)) == nil)
    }
}
