// Presence merged from the reports of all workers.

import TestSupport
import Testing
import Text
import Tickets

@testable import Hub

@Suite struct PresenceTableTests {
    private let ticket = TicketID(high: 1, low: 1)

    private func update(_ person: Person, worker: Int, focus: Bool?) -> PresenceUpdate {
        PresenceUpdate(worker: worker, ticket: ticket, person: person, hasFocus: focus)
    }

    @Test func `a person on two workers is present once, until both connections have ended`() {
        var table = PresenceTable()
        #expect(table.apply(update(.tess, worker: 0, focus: false)) == true)
        #expect(table.apply(update(.tess, worker: 1, focus: false)) == false)
        #expect(table.people(in: ticket) == [PresentPerson(person: .tess, hasFocus: false)])
        #expect(table.apply(update(.tess, worker: 0, focus: nil)) == false)
        #expect(table.count(in: ticket) == 1)
        #expect(table.apply(update(.tess, worker: 1, focus: nil)) == true)
        #expect(table.count(in: ticket) == 0)
        #expect(table.people(in: ticket).isEmpty)
    }

    @Test func `is in focus while any worker says so`() {
        var table = PresenceTable()
        #expect(table.apply(update(.tess, worker: 0, focus: true)) == true)
        #expect(table.apply(update(.tess, worker: 1, focus: true)) == false)
        #expect(table.apply(update(.tess, worker: 0, focus: false)) == false)
        #expect(table.people(in: ticket).map(\.hasFocus) == [true])
        #expect(table.apply(update(.tess, worker: 1, focus: nil)) == true)
        #expect(table.people(in: ticket).map(\.hasFocus) == [false])
    }

    @Test func `repeating what is known changes nothing`() {
        var table = PresenceTable()
        #expect(table.apply(update(.tess, worker: 0, focus: true)) == true)
        #expect(table.apply(update(.tess, worker: 0, focus: true)) == false)
        #expect(table.apply(update(.theo, worker: 0, focus: nil)) == false)
    }

    @Test func `lists by name, then id, and keeps tickets apart`() {
        var table = PresenceTable()
        let namesake = Person(id: "a0", name: "Tess", role: .admin)
        for person in [Person.tess, .ada, namesake] {
            #expect(table.apply(update(person, worker: 0, focus: false)) == true)
        }
        #expect(table.people(in: ticket).map(\.person.id) == ["a1", "a0", "t1"])
        #expect(table.people(in: TicketID(high: 2, low: 2)).isEmpty)
    }

    @Test func `a list that was asked for before is made again after every change`() {
        var table = PresenceTable()
        var lists: [String] = []
        for (person, focus) in [(Person.tess, false), (.ada, false), (.tess, true), (.ada, nil)] {
            _ = table.apply(update(person, worker: 0, focus: focus))
            lists.append(String(decoding: table.present(in: ticket).json, as: UTF8.self))
        }
        let tess = #"{"id":"t1","name":"Tess","role":"technician","focus":"#
        let ada = #"{"id":"a1","name":"Ada","role":"admin","focus":false}"#
        #expect(
            lists == [
                "[\(tess)false}]", "[\(ada),\(tess)false}]", "[\(ada),\(tess)true}]",
                "[\(tess)true}]",
            ])
    }
}

extension PresenceTable {
    fileprivate func people(in ticket: TicketID) -> [PresentPerson] {
        var table = self
        return table.present(in: ticket).people
    }
}
