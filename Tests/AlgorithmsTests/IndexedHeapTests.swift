// The heap against a dictionary that is searched from end to end.

import Algorithms
import Testing

@Suite struct IndexedHeapTests {
    @Test func `returns keys in order after changes and removals`() {
        var random: UInt64 = 7
        func next(below bound: UInt64) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((random >> 33) % bound)
        }
        var heap = IndexedHeap<Int>()
        var model: [UInt32: Int] = [:]
        for step in 0..<20_000 {
            let handle = model.keys.sorted().dropFirst(next(below: 64)).first
            switch (next(below: 5), handle) {
            case (0, let handle?):
                heap.remove(handle)
                model[handle] = nil
            case (1, let handle?):
                let key = next(below: 500)
                heap.change(handle, to: key)
                model[handle] = key
            default:
                guard model.count < 100 else { continue }
                let key = next(below: 500)
                let handle = heap.insert(key)
                #expect(model[handle] == nil, "step \(step): the handle is in use")
                model[handle] = key
            }
            #expect(heap.count == model.count)
            #expect(heap.first?.key == model.values.min())
            #expect(model.allSatisfy { heap.key(of: $0.key) == $0.value })
        }
    }

    @Test func `a handle is used again, the last given back first`() {
        var heap = IndexedHeap<Int>()
        #expect([3, 1, 2].map { heap.insert($0) } == [0, 1, 2])
        heap.remove(1)
        heap.remove(0)
        #expect(heap.first?.key == 2)
        #expect([5, 4, 6].map { heap.insert($0) } == [0, 1, 3])
        #expect(heap.first?.handle == 2)
    }
}
