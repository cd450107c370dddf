// The lease on a MongoDB store, in the states that other processes leave.

import Foundation
import Machine
import Testing
import Text
import Tickets

@testable import MongoStore

@Suite(.enabled(if: mongoTestURI != nil)) struct MongoLeaseTests {
    private static let serving = StoreClaimant(command: "serve", createsStore: true)

    /// A lease of another process, as it would be found.
    private func leave(
        _ scratch: MongoScratch, pid: Int, table: ProcessTable?, endsIn milliseconds: Int64
    ) throws {
        var fields: [Tree.Field] = [
            .init("owner", .objectID(high: 7, low: 7)), .init("command", .string("serve")),
            .init("host", .string("elsewhere")), .init("pid", Tree(pid)),
            .init("startTicks", .int(5)), .init("address", .string("10.0.0.7:8080")),
        ]
        if let table {
            fields.append(.init("boot", Tree(table.boot)))
            fields.append(.init("namespace", Tree(table.namespace)))
        }
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        fields.append(.init("since", .time(Timestamp(milliseconds: now - 60_000))))
        fields.append(.init("until", .time(Timestamp(milliseconds: now + milliseconds))))
        let id = Tree.Field("_id", .string("writer"))
        try scratch.client.upsert(
            [
                MongoUpsert(
                    filter: BSONDocument([id]), document: BSONDocument([id] + fields),
                    isReplacement: true)
            ], into: .claims)
    }

    @Test func `a holder whose process is gone makes way at once`() throws {
        let scratch = try MongoScratch()
        // Beyond the largest number that a process can have.
        try leave(scratch, pid: 1 << 23, table: .own, endsIn: 600_000)
        try scratch.opener.claim(by: Self.serving).release()
        // So does one whose number another process has now.
        try leave(scratch, pid: Int(getpid()), table: .own, endsIn: 600_000)
        try scratch.opener.claim(by: Self.serving).release()
    }

    @Test func `a holder elsewhere has its time`() throws {
        let scratch = try MongoScratch()
        let elsewhere = ProcessTable(boot: "another", namespace: "pid:[1]")
        try leave(scratch, pid: 1 << 23, table: elsewhere, endsIn: 600_000)
        #expect {
            _ = try scratch.opener.claim(by: Self.serving)
        } throws: { error in
            "\(error)".contains("process \(1 << 23)") && "\(error)".contains("host elsewhere")
                && "\(error)".contains("10.0.0.7:8080")
        }
        try leave(scratch, pid: 1 << 23, table: elsewhere, endsIn: -1000)
        try scratch.opener.claim(by: Self.serving).release()
    }

    @Test func `a lost lease is reported and not taken back`() throws {
        let scratch = try MongoScratch()
        let claim = try scratch.opener.claim(by: Self.serving)
        let document = LeaseDocument(scratch.client)
        let holder = try #require(try document.holder())
        #expect(try document.renew(for: holder) == nil)
        try leave(scratch, pid: 1, table: nil, endsIn: 600_000)
        #expect(try document.renew(for: holder)?.contains("host elsewhere") == true)
        // What a failover took back is taken up again.
        try scratch.client.delete(.claims, [])
        #expect(try document.renew(for: holder) == nil)
        claim.release()
    }
}
