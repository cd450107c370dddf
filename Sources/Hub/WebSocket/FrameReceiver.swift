// Assembles a peer's bytes into messages, and limits how many are handled per turn.

import Reactor
import Wire

/// A peer that sends faster than it is served must not delay the worker's other peers, nor fill its
/// own queue with answers.
struct FrameReceiver {
    /// Messages of one peer in one turn of the loop.
    static let messagesPerTurn = 64
    /// Each answer may be 256 KiB long: requested pages must fit the outbound queue.
    private static let pagesUnderWayMax = 4

    var assembler: MessageAssembler
    /// Messages wait in the assembler for a later turn.
    var hasBacklog = false
    var isTurnScheduled = false
    /// Pages of events or of the queue that are being read.
    var pagesUnderWay = 0
    /// Bytes of the incomplete message in the worker's count, and the time of its start.
    private var countedBytes = 0
    private var unfinishedSince: Int64 = 0

    init(assembler: MessageAssembler) { self.assembler = assembler }

    /// Whether there is room for the page that a message may ask for.
    var takesPages: Bool { pagesUnderWay < Self.pagesUnderWayMax }

    var unfinished: UnfinishedInput? {
        countedBytes > 0 ? UnfinishedInput(bytes: countedBytes, since: unfinishedSince) : nil
    }

    /// How many more bytes than before are incomplete or not handled yet. `isClosed`: none count.
    mutating func countUnfinished(isClosed: Bool, now: Int64) -> Int {
        let bytes = isClosed ? 0 : assembler.bufferedBytes
        let change = bytes - countedBytes
        if change != 0, countedBytes == 0 { unfinishedSince = now }
        countedBytes = bytes
        return change
    }
}
