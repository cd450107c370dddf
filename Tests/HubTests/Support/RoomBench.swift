// Rooms on a loop that the test steps, with the messages that they send elsewhere.

import Reactor
import TestSupport
import Text
import Tickets

@testable import Hub

final class RoomBench {
    let loop: EventLoop
    let registry: RoomRegistry
    private let outbox: Outbox
    private var subscribers: [FakeSubscriber] = []
    private let outsider = FakeSubscriber(.ada)

    private final class Outbox { var messages: [WorkerMessage] = [] }

    init(_ change: (inout HubSettings) -> Void = { _ in }) throws {
        var settings = HubSettings()
        change(&settings)
        let outbox = Outbox()
        self.outbox = outbox
        loop = try EventLoop()
        registry = RoomRegistry(worker: 0, loop: loop, settings: settings) {
            outbox.messages.append($0)
        }
        // As if the store had no internal event.
        registry.findVisible = { _, seq, then in then(seq) }
    }

    deinit { loop.close() }

    /// Keeps the subscribers alive, because members do not retain them.
    func subscriber(_ person: Person, projects: [ExactText] = []) -> FakeSubscriber {
        let subscriber = FakeSubscriber(person, projects: projects)
        subscribers.append(subscriber)
        return subscriber
    }

    /// A member that is live and shown.
    func member(_ subscriber: FakeSubscriber, of story: Story) -> Member {
        let member = registry.enter(subscriber, story.id, countsAsPresent: true)
        registry.room(story.id).learn(story.snapshot)
        registry.show(member)
        registry.goLive(member, after: story.snapshot.ticket.seq)
        return member
    }

    /// Presence, as an outsider sees it.
    func present(in story: Story) -> [PresentPerson] {
        registry.present(for: Member(outsider, of: story.id, countsAsPresent: false)).people
    }

    /// Takes turns until the condition holds; false if it never does.
    func turn(until condition: () -> Bool) -> Bool {
        let deadline = monotonicMilliseconds() + 10_000
        while !condition() {
            if monotonicMilliseconds() > deadline { return false }
            loop.turn(waitAtMostMilliseconds: 20)
        }
        return true
    }

    var presenceTold: [PresenceUpdate] {
        outbox.messages.compactMap { if case .presence(let update) = $0 { update } else { nil } }
    }

    var typingTold: [TypingSignal] {
        outbox.messages.compactMap { if case .typing(let signal) = $0 { signal } else { nil } }
    }
}
