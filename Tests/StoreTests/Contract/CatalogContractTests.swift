// Quick replies and saved views are read as they were written, from both stores.

import Testing
import Text
import Tickets

@Suite struct CatalogContractTests {
    private static let start = Timestamp(milliseconds: 1_764_000_000_000)

    private static func entry(
        _ content: CatalogEntry.Content, of owner: Person, seconds: Int64, key: ExactText? = nil
    ) -> CatalogEntry {
        let now = start.advanced(byMilliseconds: seconds * 1000)
        return CatalogEntry(
            id: .make(at: now), owner: owner, content: content, version: 1, createdAt: now,
            updatedAt: now, key: key, created: content)
    }

    private static let reply = CatalogEntry.Content.canned(
        QuickReply(
            title: "Réponse “type” 🖨️", shortcut: "hi",
            bodies: [
                .init(language: "fr", text: "Bonjour {{client.prenom}},\r\n\t$where \\ \u{1}"),
                .init(language: "en-GB", text: "'; DROP TABLE catalog; --"),
            ]))

    private static func view(_ name: ExactText, shared: Bool) -> CatalogEntry.Content {
        .view(
            SavedView(
                name: name, filter: #"{"status":["open"],"q":"$ne"}"#, sort: .updatedAtDescending,
                isShared: shared))
    }

    @Test(arguments: StoreUnderTest.all)
    func `names of projects come back to everybody`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let name = ProjectName(project: "65f0c0ffee", name: "Banque & crédit “é”")
            let entry = Self.entry(.project(name), of: .hub, seconds: 1)
            try store.put(entry)
            let reader = try opener.openReader()
            #expect(try reader.entries(.projects, sharedOrOf: "anybody") == [entry])
            #expect(try reader.entries(.views, sharedOrOf: "anybody").isEmpty)
            #expect(try store.entry(entry.id, .projects) == entry)
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `entries come back whole, oldest first`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let first = Self.entry(Self.reply, of: InMemoryJournal.tech, seconds: 1, key: "k-1")
            let second = Self.entry(Self.reply, of: InMemoryJournal.otherTech, seconds: 2)
            try store.put(second)
            try store.put(first)
            let reader = try opener.openReader()
            for found in [
                try store.entries(.canned, sharedOrOf: "nobody"),
                try reader.entries(.canned, sharedOrOf: "nobody"),
            ] { #expect(found == [first, second]) }
            #expect(try reader.entry(first.id, .canned) == first)
            #expect(try reader.entry(first.id, .views) == nil)
            #expect(try reader.entries(.views, sharedOrOf: InMemoryJournal.tech.id) == [])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `views are found by their owner, shared ones by all`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let store = try opener.openStore()
            let own = Self.entry(
                Self.view("own", shared: false), of: InMemoryJournal.tech, seconds: 1)
            let shared = Self.entry(
                Self.view("shared", shared: true), of: InMemoryJournal.tech, seconds: 2)
            let other = Self.entry(
                Self.view("o", shared: false), of: InMemoryJournal.otherTech, seconds: 3)
            for entry in [own, shared, other] { try store.put(entry) }
            let reader = try opener.openReader()
            #expect(
                try reader.entries(.views, sharedOrOf: InMemoryJournal.tech.id) == [own, shared])
            #expect(
                try reader.entries(.views, sharedOrOf: InMemoryJournal.otherTech.id) == [
                    shared, other,
                ])
            #expect(try reader.entries(.views, sharedOrOf: "x") == [shared])
        }
    }

    @Test(arguments: StoreUnderTest.all)
    func `changes and removals last`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            let kept = Self.entry(
                Self.view("kept", shared: true), of: InMemoryJournal.tech, seconds: 1, key: "k")
            let gone = Self.entry(
                Self.view("gone", shared: true), of: InMemoryJournal.tech, seconds: 2)
            var changed = kept
            changed.content = Self.view("changed", shared: false)
            changed.version = 2
            changed.updatedAt = Self.start.advanced(byMilliseconds: 99_000)
            do {
                let store = try opener.openStore()
                for entry in [kept, gone, changed] { try store.put(entry) }
                try store.remove(gone.id, .canned)
                #expect(try store.entry(gone.id, .views) == gone, "The kind is part of the name.")
                try store.remove(gone.id, .views)
                try store.remove(gone.id, .views)
            }
            let again = try opener.openStore()
            #expect(try again.entries(.views, sharedOrOf: InMemoryJournal.tech.id) == [changed])
            #expect(try again.entries(.views, sharedOrOf: "x") == [])
            #expect(try again.entry(gone.id, .views) == nil)
        }
    }
}
