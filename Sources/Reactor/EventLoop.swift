// The event loop of one thread: serves descriptors, timers and mailboxes once per turn each.
//
// A turn is always: wait, read and dispatch what is ready, run due timers, drain mailboxes, send
// what each connection has queued, free closed connections. A busy loop may hold frames that were
// offered (`Connection.offer`) over a few turns; bytes passed to `send` never wait. Nothing is sent
// or freed in the middle, so the answers to the input of many peers leave in one send each, and no
// callback meets a freed object. Level-triggered: one read per readable connection and turn; epoll
// reports the rest again, which keeps turns short and treats peers equally.

import Glibc

/// Confined to the thread that runs it; other threads reach it through a `Mailbox`.
package final class EventLoop {
    /// Monotonic milliseconds, as of the start of this turn.
    package private(set) var now = monotonicMilliseconds()
    /// Bytes queued on all its connections.
    package internal(set) var queuedBytes = 0
    /// Turns taken so far.
    package private(set) var turns: UInt64 = 0
    /// Events dropped because their connection was gone.
    package private(set) var staleEvents: UInt64 = 0

    let poller: Poller
    var readBuffer = ReadBuffer()
    var spareBuffers = BufferPool()
    /// Connections with work at the end of the turn; each is listed once.
    var dirty = ConnectionList()
    /// Connections with received bytes that epoll does not see.
    var backlog: [ConnectionID] = []
    /// Connections to free at the end of the turn.
    var finished: [Connection] = []

    private(set) var connections = ConnectionTable()
    private(set) var timers = TimerQueue()
    private var sources: [Source] = []
    private var signalled: [Int] = []
    private var ending = ConnectionList()
    /// Decides whether offered frames are held for a moment.
    package var pacer = FlushPacer()
    private var held = ConnectionList()
    /// Monotonic nanoseconds when the held frames leave; only valid while there are some.
    private var heldUntil: Int64 = 0
    private var longestTurnNanoseconds: Int64 = 0
    private var isStopping = false

    /// Event sources of epoll besides connections. Positions are never reused.
    private enum Source {
        case listener(Listener)
        case mailbox(drain: () -> Void)
    }

    package init() throws(SystemError) {
        poller = try Poller()
    }

    /// Milliseconds of the longest turn, waiting not counted, since this was last read.
    package var lag: Int64 {
        defer { longestTurnNanoseconds = 0 }
        return longestTurnNanoseconds / 1_000_000
    }

    /// Takes turns until `stop`, then closes everything: a loop runs once.
    package func run() {
        while !isStopping { turn() }
        close()
    }

    /// Makes `run` return at the end of this turn, so that queued bytes still get one send.
    package func stop() {
        isStopping = true
    }

    /// One turn, to step a loop by hand. It waits without a limit unless one is given.
    package func turn(waitAtMostMilliseconds limit: Int? = nil) {
        let count = wait(limit)
        let start = monotonicNanoseconds()
        pacer.beginTurn(at: start)
        now = start / 1_000_000
        turns &+= 1
        for index in 0..<count {
            let event = poller.event(at: index)
            dispatch(event.key, event.readiness)
        }
        if !backlog.isEmpty { readBacklog() }
        while let action = timers.popDue(at: start) { action() }
        drainMailboxes()
        endTurnOfDirty()
        let end = releaseHeld()
        freeFinished()
        pacer.endTurn(at: end)
        longestTurnNanoseconds = max(longestTurnNanoseconds, end - start)
    }

    /// Lists a connection whose frames may wait for others that come within the pacer's delay.
    func hold(_ connection: Connection) {
        if held.isEmpty { heldUntil = monotonicNanoseconds() + pacer.delayNanoseconds }
        held.append(connection)
    }

    /// Called when the connection is about to be freed.
    func release(of connection: Connection) {
        if connection.isHeld { held.remove(connection) }
        if connection.isDirty { dirty.remove(connection) }
    }

    /// Sends the frames that were held long enough, or all once none may be held any more. Returns
    /// the time.
    private func releaseHeld() -> Int64 {
        let now = monotonicNanoseconds()
        guard !held.isEmpty, now >= heldUntil || !pacer.isHolding || isStopping else { return now }
        swap(&held, &ending)
        ending.forEach { connection in
            connection.isHeld = false
            connection.endTurn()
        }
        ending.removeAll()
        return monotonicNanoseconds()
    }

    /// Closes all connections, telling their handlers, and releases listeners, mailboxes and
    /// timers: closures that hold the loop must not keep it alive. `run` calls it itself.
    package func close() {
        isStopping = true
        for connection in connections.connections { connection.finish() }
        freeFinished()
        for case .listener(let listener) in sources { listener.close() }
        sources = []
        signalled = []
        timers = TimerQueue()
        connections = ConnectionTable()
        finished = []
        dirty.removeAll()
        held.removeAll()
        backlog = []
    }

    func dispatch(_ key: UInt64, _ readiness: Readiness) {
        let id = ConnectionID(key: key)
        if id.generation != 0 {
            guard let connection = connections[id] else { return staleEvents &+= 1 }
            return connection.dispatch(readiness)
        }
        guard Int(id.slot) < sources.count else { return staleEvents &+= 1 }
        switch sources[Int(id.slot)] {
        case .listener(let listener): listener.acceptWaiting()
        case .mailbox: if !signalled.contains(Int(id.slot)) { signalled.append(Int(id.slot)) }
        }
    }

    /// Runs after the events: a connection read for an event is not read again in the same turn.
    private func readBacklog() {
        let batch = backlog
        backlog = []
        for id in batch { connections[id]?.receiveBacklog() }
    }

    private func drainMailboxes() {
        // By count: a handler that attaches a mailbox lists it for the next turn at the earliest.
        let count = signalled.count
        for index in 0..<count {
            if case .mailbox(let drain) = sources[signalled[index]] { drain() }
        }
        signalled.removeFirst(count)
    }

    private func endTurnOfDirty() {
        swap(&dirty, &ending)
        ending.forEach { connection in
            connection.isDirty = false
            connection.endTurn()
        }
        ending.removeAll()
    }

    private func freeFinished() {
        guard !finished.isEmpty else { return }
        let batch = finished
        finished = []
        for connection in batch {
            connections.remove(connection.id)
            release(of: connection)
            connection.release()
        }
    }

    private func wait(_ limit: Int?) -> Int {
        let milliseconds = timeout(limit)
        guard !held.isEmpty, milliseconds != 0 else {
            return poller.wait(milliseconds: milliseconds)
        }
        // Milliseconds are too coarse for held frames.
        let left = max(0, heldUntil - monotonicNanoseconds())
        let most = milliseconds < 0 ? left : min(left, Int64(milliseconds) * 1_000_000)
        return poller.wait(nanoseconds: most)
    }

    /// Time that epoll may sleep: zero while work of the last turn is left.
    private func timeout(_ limit: Int?) -> Int32 {
        guard dirty.isEmpty, finished.isEmpty, signalled.isEmpty, backlog.isEmpty else { return 0 }
        var milliseconds = limit.map { max(0, $0) }
        if let deadline = timers.nextDeadline {
            // Rounded up: waking early would mean waking twice.
            let left = max(0, deadline - monotonicNanoseconds())
            milliseconds = min(milliseconds ?? .max, Int((left + 999_999) / 1_000_000))
        }
        return milliseconds.map { Int32(clamping: $0) } ?? -1
    }
}

// Timers.
extension EventLoop {
    /// Runs `action` on this thread after that many milliseconds, never earlier. Actions run in the
    /// order of their deadlines, equal ones in the order they were set.
    @discardableResult
    package func schedule(afterMilliseconds: Int, _ action: @escaping () -> Void) -> Timer {
        // A century is long enough and cannot overflow.
        let delay = Int64(min(max(0, afterMilliseconds), 3_155_760_000_000))
        // Read from the clock, not from `now`: late in a long turn that would fire early.
        return timers.insert(deadline: monotonicNanoseconds() + delay * 1_000_000, action)
    }

    /// Forgets the action; nothing happens if it has run or was cancelled before.
    package func cancel(_ timer: Timer) {
        timers.cancel(timer)
    }
}

// Connections.
extension EventLoop {
    /// The connection with this id, or nil if it has closed.
    package func connection(for id: ConnectionID) -> Connection? {
        connections[id]
    }

    /// Adopts a connected socket, plain or with TLS. If epoll refuses it, or the handshake fails or
    /// takes too long, the handler gets `connectionClosed`. With a preface nothing else is read
    /// before the preface is complete.
    @discardableResult
    package func adopt(
        _ descriptor: consuming Descriptor, handler: any ConnectionHandler,
        tls: TLSContext? = nil, handshakeMilliseconds: Int = 10_000,
        preface: ConnectionPreface? = nil
    ) -> Connection {
        let connection = insert(descriptor, handler: handler, isConnecting: false)
        connection.preface = preface
        if let tls { connection.secure(with: tls, limitMilliseconds: handshakeMilliseconds) }
        return connection
    }

    /// Starts to connect. Output leaves once the peer has answered; a refusal comes as
    /// `connectionClosed`. Looking up a host name blocks the loop. With TLS the answer is the end
    /// of the handshake, and the peer's certificate must have the name `host`.
    @discardableResult
    package func connect(
        host: String, port: UInt16, handler: any ConnectionHandler,
        tls: TLSContext? = nil, handshakeMilliseconds: Int = 10_000
    ) throws(SystemError) -> Connection {
        var refusal = SystemError(call: "connect", code: EADDRNOTAVAIL)
        for address in try SocketAddress.resolve(host: host, port: port, toListen: false) {
            do throws(SystemError) {
                let descriptor = try address.makeSocket()
                setFlag(TCP_NODELAY, level: Int32(IPPROTO_TCP), of: descriptor.rawValue)
                try address.connect(descriptor.rawValue)
                let connection = insert(descriptor, handler: handler, isConnecting: true)
                if let tls {
                    connection.secure(
                        with: tls, limitMilliseconds: handshakeMilliseconds, peerName: host)
                }
                return connection
            } catch {
                refusal = error
            }
        }
        throw refusal
    }

    private func insert(
        _ descriptor: consuming Descriptor, handler: any ConnectionHandler, isConnecting: Bool
    ) -> Connection {
        let id = connections.reserve()
        let connection = Connection(
            id: id, loop: self, descriptor: descriptor, handler: handler,
            isConnecting: isConnecting)
        connections.fill(id, with: connection)
        connection.markDirty()
        return connection
    }
}

// Listeners and mailboxes.
extension EventLoop {
    /// Accepts on this loop; the handler owns each descriptor it gets, and usually adopts it.
    package func attach(
        _ listener: Listener,
        _ onAccept: @escaping (_ descriptor: consuming Descriptor, _ peerAddress: String) -> Void
    ) {
        let key = UInt64(sources.count)
        sources.append(.listener(listener))
        listener.start(on: self, key: key, onAccept)
    }

    /// Calls the handler once per turn in which messages came, with all of them, oldest first.
    package func attach<Message>(
        _ mailbox: Mailbox<Message>, _ handler: @escaping ([Message]) -> Void
    ) {
        var batch: [Message] = []
        let position = sources.count
        sources.append(
            .mailbox {
                mailbox.drain(into: &batch)
                if !batch.isEmpty { handler(batch) }
            })
        do {
            // Edge-triggered: each burst is reported once and the counter need not be read back.
            try poller.add(mailbox.wakeup.rawValue, for: [.input, .edge], key: UInt64(position))
        } catch {
            preconditionFailure("A mailbox is attached once, to one loop: \(error)")
        }
        signalled.append(position)
    }
}
