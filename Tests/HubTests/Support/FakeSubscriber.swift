// A member and queue viewer that records what it gets.

import Testing
import Text
import Tickets
import Wire

@testable import Hub

final class FakeSubscriber: RoomSubscriber, QueueSubscriber {
    var caller: Caller
    private(set) var seqs: [Int] = []
    private(set) var lost: [TicketID] = []
    private(set) var signals: [Tree] = []
    var takesQueueUpdates = true
    private(set) var queueFrames: [Tree] = []
    private(set) var revs: [Int] = []

    init(_ person: Person, projects: [ExactText] = []) {
        caller = Caller(person: person, projects: projects)
    }

    func deliver(_ publication: Publication, to member: Member) {
        seqs.append(publication.event.seq)
    }

    func lostAccess(to ticket: TicketID) { lost.append(ticket) }

    func deliverEphemeral(_ signal: SignalFrame) {
        do {
            signals.append(try JSONReader.parse(Array(signal.payload)))
        } catch {
            Issue.record("a signal is not JSON: \(error)")
        }
    }

    func deliverQueue(_ json: [UInt8], rev: Int) {
        revs.append(rev)
        do {
            queueFrames.append(try JSONReader.parse(json))
        } catch {
            Issue.record("a queue frame is not JSON: \(error)")
        }
    }

    func signals(_ type: String) -> [Tree] { signals.filter { $0["type"]?.stringValue == type } }

    /// The people in the newest presence frame, as `id` or `id*` in focus.
    var present: [String]? {
        signals("presence").last?["present"]?.arrayValue?.map { person in
            (person["id"]?.stringValue ?? "") + (person["focus"]?.boolValue == true ? "*" : "")
        }
    }
}
