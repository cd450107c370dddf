import Testing

@testable import Reactor

@Test func `a drained mailbox gives everything once, oldest first`() throws {
    let mailbox = try Mailbox<Int>()
    mailbox.post(1)
    mailbox.post(2)
    mailbox.post(3)
    #expect(mailbox.pendingCount == 3)
    #expect(mailbox.drain() == [1, 2, 3])
    #expect(mailbox.drain().isEmpty)
}

@Test func `draining into a batch drops what the batch held`() throws {
    let mailbox = try Mailbox<Int>()
    mailbox.post(7)
    var batch = [1, 2]
    mailbox.drain(into: &batch)
    #expect(batch == [7])
    mailbox.drain(into: &batch)
    #expect(batch.isEmpty)
}

@Test func `waiting ends with a post made before or during it`() throws {
    let mailbox = try Mailbox<Int>()
    mailbox.post(1)
    mailbox.wait()
    #expect(mailbox.drain() == [1])
    let thread = try LoopThread.start(name: "poster") { mailbox.post(2) }
    mailbox.wait()
    #expect(mailbox.drain() == [2])
    thread.join()
}

@Test func `waiting ends when the time is up`() throws {
    let mailbox = try Mailbox<Int>()
    let start = monotonicMilliseconds()
    mailbox.wait(timeoutMilliseconds: 20)
    #expect(monotonicMilliseconds() - start >= 19)
    #expect(mailbox.drain().isEmpty)
}

private struct Letter: Sendable {
    let sender: Int
    let number: Int
}

private func startPosters(
    _ mailbox: Mailbox<Letter>, senders: Int, each: Int
) throws -> [LoopThread] {
    try (0..<senders).map { sender in
        try LoopThread.start(name: "poster \(sender)") {
            for number in 0..<each { mailbox.post(Letter(sender: sender, number: number)) }
        }
    }
}

/// Records a letter; false if it overtook an earlier one of its sender.
private func isNext(_ letter: Letter, after next: inout [Int]) -> Bool {
    defer { next[letter.sender] += 1 }
    return next[letter.sender] == letter.number
}

@Test func `a waiting thread loses nothing and keeps each sender's order`() throws {
    let mailbox = try Mailbox<Letter>()
    let threads = try startPosters(mailbox, senders: 4, each: 20_000)
    var next = [Int](repeating: 0, count: 4)
    var disorders = 0
    let deadline = monotonicMilliseconds() + 30_000
    while next.reduce(0, +) < 80_000, monotonicMilliseconds() < deadline {
        mailbox.wait(timeoutMilliseconds: 1000)
        for letter in mailbox.drain() where !isNext(letter, after: &next) { disorders += 1 }
    }
    for thread in threads { thread.join() }
    #expect(next == [20_000, 20_000, 20_000, 20_000])
    #expect(disorders == 0)
}

@Test func `a loop loses nothing and keeps each sender's order`() throws {
    let mailbox = try Mailbox<Letter>()
    let loop = try EventLoop()
    var next = [Int](repeating: 0, count: 4)
    var disorders = 0
    loop.attach(mailbox) { letters in
        for letter in letters where !isNext(letter, after: &next) { disorders += 1 }
        if next.reduce(0, +) == 80_000 { loop.stop() }
    }
    loop.schedule(afterMilliseconds: 30_000) { loop.stop() }
    let threads = try startPosters(mailbox, senders: 4, each: 20_000)
    loop.run()
    for thread in threads { thread.join() }
    #expect(next == [20_000, 20_000, 20_000, 20_000])
    #expect(disorders == 0)
}

@Test func `a loop sees what was posted before the mailbox was attached`() throws {
    let mailbox = try Mailbox<Int>()
    mailbox.post(1)
    mailbox.wait()
    let loop = try EventLoop()
    var seen: [Int] = []
    loop.attach(mailbox) { seen += $0 }
    loop.turn(waitAtMostMilliseconds: 1000)
    #expect(seen == [1])
}

@Test func `a loop sleeps between bursts`() throws {
    let mailbox = try Mailbox<Int>()
    let loop = try EventLoop()
    var seen = 0
    loop.attach(mailbox) { seen += $0.count }
    for _ in 0..<10 {
        for message in 1...3 { mailbox.post(message) }
        loop.turn(waitAtMostMilliseconds: 1000)
    }
    #expect(seen == 30)
    #expect(loop.countTurns(forMilliseconds: 100) <= 3)
}

@Test func `a message a handler posts to its own loop comes the next turn`() throws {
    let mailbox = try Mailbox<Int>()
    let loop = try EventLoop()
    var seen: [UInt64: Int] = [:]
    loop.attach(mailbox) { numbers in
        for number in numbers {
            seen[loop.turns] = number
            if number < 3 { mailbox.post(number + 1) }
        }
    }
    mailbox.post(1)
    loop.turn(untilTrue: { seen.count == 3 })
    #expect(seen.keys.count == 3)
    #expect(seen.sorted { $0.key < $1.key }.map(\.value) == [1, 2, 3])
}
