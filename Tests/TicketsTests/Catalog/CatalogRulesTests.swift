// Quick replies and saved views: their owners and their limits.

import TestSupport
import Testing
import Text
import Tickets

@Suite struct CatalogRulesTests {
    private static let tess = Person(id: "t1", name: "Tess", role: .technician)
    private static let theo = Person(id: "t2", name: "Théo", role: .technician)
    private static let ada = Person(id: "a1", name: "Ada", role: .admin)
    private static let carl = Person(id: "c1", name: "Carl", role: .client)

    private func rules(_ change: (inout CatalogLimits) -> Void = { _ in }) -> CatalogRules {
        var limits = CatalogLimits()
        change(&limits)
        return CatalogRules(limits: limits, now: Timestamp(milliseconds: 1_764_000_000_000))
    }

    private func canned(
        _ title: ExactText = "Hello", _ shortcut: ExactText = "",
        _ bodies: [ExactText: ExactText] = ["fr": "Bonjour"]
    ) -> CatalogEntry.Content {
        .canned(
            QuickReply(
                title: title, shortcut: shortcut,
                bodies: bodies.map { .init(language: $0.key, text: $0.value) }))
    }

    private func view(_ name: ExactText = "Mine", shared: Bool = false) -> CatalogEntry.Content {
        .view(SavedView(name: name, filter: "{}", sort: .urgency, isShared: shared))
    }

    private func made(
        _ content: CatalogEntry.Content, by person: Person = tess, key: ExactText? = nil
    ) throws -> CatalogEntry {
        try rules().create(content, by: person, key: key, among: []).entry
    }

    private func refusal(_ body: () throws -> Void) throws -> TicketRejection {
        try #require(#expect(throws: TicketRejection.self) { try body() })
    }

    @Test func `clients keep nothing`() throws {
        let refused = try refusal { _ = try made(canned(), by: Self.carl) }
        #expect(refused.code == .forbidden)
        #expect(!(try made(canned())).isVisible(to: Self.carl))
    }

    @Test func `quick replies are everybody's, views are their owner's until shared`() throws {
        #expect(try made(canned()).isVisible(to: Self.theo))
        #expect(try made(view()).isVisible(to: Self.tess))
        #expect(try !made(view()).isVisible(to: Self.theo))
        #expect(try !made(view()).isVisible(to: Self.ada))
        #expect(try made(view(shared: true)).isVisible(to: Self.theo))
    }

    @Test func `the owner and admins change what they see`() throws {
        for (content, person, code) in [
            (canned(), Self.tess, nil), (canned(), Self.ada, nil),
            (canned(), Self.theo, TicketRejection.Code.forbidden),
            (view(), Self.ada, .notFound), (view(), Self.theo, .notFound),
            (view(shared: true), Self.ada, nil), (view(shared: true), Self.theo, .forbidden),
        ] {
            let entry = try made(content)
            var refused: TicketRejection?
            do throws(TicketRejection) {
                try rules().requireChangeable(entry, by: person, ifVersion: nil)
            } catch { refused = error }
            #expect(refused?.code == code, "\(content) \(person)")
        }
    }

    @Test func `a change counts once, and only on the version that was seen`() throws {
        let entry = try made(canned())
        let rules = rules()
        let same = try rules.replace(
            entry, with: entry.content, by: Self.tess, ifVersion: 1, among: [entry])
        #expect(same == entry)
        let changed = try rules.replace(
            entry, with: canned("Hi"), by: Self.tess, ifVersion: 1, among: [entry])
        #expect(changed.version == 2 && changed.content == canned("Hi"))
        let late = try refusal {
            _ = try rules.replace(
                changed, with: canned("Ho"), by: Self.tess, ifVersion: 1, among: [changed])
        }
        #expect(late.code == .conflict)
    }

    @Test func `a key makes one entry, also after the entry was changed`() throws {
        var entry = try made(canned(), key: "k")
        entry.content = canned("Changed since")
        let again = try rules().create(canned(), by: Self.tess, key: "k", among: [entry])
        #expect(again.isReplay && again.entry == entry)
        let other = try refusal {
            _ = try rules().create(canned("Other"), by: Self.tess, key: "k", among: [entry])
        }
        #expect(other.code == .keyMismatch && other.field == "key")
        let fresh = try rules().create(canned(), by: Self.theo, key: "k", among: [entry])
        #expect(!fresh.isReplay)
    }

    @Test func `a shortcut is taken once`() throws {
        let entry = try made(canned("One", "hi"))
        let refused = try refusal {
            _ = try rules().create(canned("Two", "hi"), by: Self.theo, key: nil, among: [entry])
        }
        #expect(refused.code == .conflict && refused.field == "shortcut")
        _ = try rules().replace(
            entry, with: canned("Three", "hi"), by: Self.tess, ifVersion: nil, among: [entry])
    }

    @Test func `there is room for so many`() throws {
        let entries = [try made(view()), try made(view(shared: true), by: Self.theo)]
        let narrow = rules { $0.views = 1 }
        let full = try refusal {
            _ = try narrow.create(view(), by: Self.tess, key: nil, among: entries)
        }
        #expect(full.code == .tooLarge && full.field == "views")
        _ = try narrow.create(view(), by: Self.ada, key: nil, among: entries)
    }

    @Test func `what is wrong names its field`() throws {
        let long = ExactText(String(repeating: "x", count: 201))
        let cases: [(CatalogEntry.Content, TicketRejection.Code, String)] = [
            (canned(" \n"), .badRequest, "title"), (canned(long), .tooLarge, "title"),
            (canned("t", "Bon jour"), .badRequest, "shortcut"),
            (canned("t", ExactText(String(repeating: "a", count: 33))), .tooLarge, "shortcut"),
            (canned("t", "", [:]), .badRequest, "bodies"),
            (canned("t", "", ["french": "x"]), .badRequest, "bodies"),
            (canned("t", "", ["fr": " "]), .badRequest, "bodies"),
            (
                canned("t", "", ["fr": ExactText(String(repeating: "x", count: 16_385))]),
                .tooLarge, "bodies"
            ),
            (canned("t", "", ["fr": "{{ticket.nope}}"]), .badRequest, "bodies"),
            (view(""), .badRequest, "name"), (view(long), .tooLarge, "name"),
            (
                .view(
                    SavedView(
                        name: "v", filter: ExactText(String(repeating: " ", count: 8193)),
                        sort: .urgency,
                        isShared: false)), .tooLarge, "filter"
            ),
        ]
        for (content, code, field) in cases {
            let refused = try refusal { _ = try made(content) }
            #expect(refused.code == code && refused.field == field, "\(refused)")
        }
    }

    // MARK: Templates

    @Test(arguments: [
        "", "plain { } text }}", "{{ticket.ref}}", "Bonjour {{ client.prenom }}, {{agent.nom}}",
        "{{client.name}}{{ticket.title}}", "{ {x} }",
    ])
    func `known variables are fine`(text: String) {
        #expect(ReplyTemplate.problem(in: text) == nil)
    }

    @Test(arguments: [
        "{{", "{{ticket.ref", "{{}}", "{{ticket}}", "{{Ticket.Ref}}", "{{ticket.ref}} {{x}}",
        "{{{{ticket.ref}}}}", "{{constructor}}", "{{\u{301}}}", "{{x}}\u{301}",
    ])
    func `unknown placeholders are reported`(text: String) {
        #expect(ReplyTemplate.problem(in: text) != nil)
    }

    @Test func `languages are tags`() {
        for tag in ["fr", "en", "en-GB", "zh-Hant", "gsw", "de-CH-1996"] {
            #expect(ReplyTemplate.isLanguage(tag), "\(tag)")
        }
        for tag in ["", "f", "french", "FR", "fr-", "-fr", "fr_FR", "fr-a", "é", "en-GB-x-y"] {
            #expect(!ReplyTemplate.isLanguage(tag), "\(tag)")
        }
    }
}
