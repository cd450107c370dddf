import Testing

@testable import Reactor

private func unsent(_ queue: WriteQueue) -> [UInt8] {
    var queue = queue
    return queue.withUnsent { bytes in bytes.indices.map { bytes[$0] } }
}

@Test func `a queue gives bytes back in order, whatever is removed at a time`() {
    var queue = WriteQueue()
    let sent = pattern(50_000)
    var left: [UInt8] = []
    var added = 0
    var step = 1
    while left.count < sent.count {
        let more = min(sent.count - added, step * 3 % 2000)
        queue.append(contentsOf: sent[added..<(added + more)])
        added += more
        let leaving = min(queue.count, step * 7 % 1500)
        left += unsent(queue).prefix(leaving)
        queue.consume(leaving)
        #expect(queue.count == added - left.count)
        step += 1
    }
    #expect(left == sent)
    #expect(queue.isEmpty)
}

@Test func `consuming more than there is empties the queue`() {
    var queue = WriteQueue()
    queue.append(contentsOf: [1, 2, 3])
    queue.consume(1000)
    #expect(queue.isEmpty)
    queue.append(contentsOf: [4])
    #expect(unsent(queue) == [4])
}

@Test func `a queue that never empties does not grow`() {
    var queue = WriteQueue()
    let block = pattern(10_000)
    queue.append(contentsOf: block)
    for _ in 0..<1000 {
        queue.append(contentsOf: block)
        queue.consume(block.count)
    }
    #expect(unsent(queue) == block)
    #expect(queue.takeStorage().capacity < 200_000)
}

@Test func `storage goes round through the pool, large storage does not`() {
    var pool = BufferPool()
    var queue = WriteQueue()
    queue.append(contentsOf: pattern(500))
    pool.giveBack(queue.takeStorage())
    #expect(queue.isEmpty)
    let reused = pool.take()
    #expect(reused.isEmpty)
    #expect(reused.capacity >= 500)
    queue.append(contentsOf: pattern(100_000))
    pool.giveBack(queue.takeStorage())
    let fresh = pool.take()
    #expect(fresh.capacity == 0)
}
