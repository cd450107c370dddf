// Writes that go with the next batch of events, or alone if none comes: people, read marks and file
// entries. Where each write is a trip to a server they come after the events.

import Tickets

struct AccompanyingWrites {
    var marks = PendingMarks()
    var files = PendingFiles()

    var isEmpty: Bool { marks.isEmpty && files.isEmpty }

    func add(to batch: inout StoreBatch) {
        marks.add(to: &batch)
        files.add(to: &batch)
    }
}
