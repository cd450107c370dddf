// The holder of a lease, as stored in its document.

internal import Machine
import Text
internal import Tickets

struct LeaseOwner: CustomStringConvertible {
    /// Random; distinguishes this claim from every other.
    let id: Identifier<LeaseOwner>
    let command: String
    let address: String?
    let host: String
    let process: ProcessFacts
    /// nil: no other process can tell whether this process runs.
    let table: ProcessTable?
    /// By the server's clock; nil: not taken yet.
    private(set) var since: Timestamp?

    init(_ claimant: StoreClaimant) {
        id = Identifier(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))
        command = claimant.command
        address = claimant.address
        host = ProcessTable.hostName
        process = .own
        table = .own
    }

    /// Its process was on this machine and has ended.
    var isGone: Bool {
        guard let table, table == ProcessTable.own else { return false }
        return !process.isRunning
    }

    var description: String {
        let place = address.map { ", listening on \($0)" } ?? ""
        let time = since.map { ", since \($0.rfc3339)" } ?? ""
        return "process \(process.pid) (guichet \(command)) on host \(host)\(place)\(time)"
    }

    var fields: [Tree.Field] {
        var fields: [Tree.Field] = [
            .init("owner", Tree(id)), .init("command", Tree(command)),
            .init("host", Tree(host)), .init("pid", Tree(process.pid)),
            .init("startTicks", Tree(process.startTicks)),
        ]
        if let address { fields.append(.init("address", Tree(address))) }
        if let table {
            fields.append(.init("boot", Tree(table.boot)))
            fields.append(.init("namespace", Tree(table.namespace)))
        }
        return fields
    }

    /// nil: the document has no holder.
    init?(document: [Tree.Field]) throws(RecordError) {
        let fields = try RecordReader(.object(document), "claim")
        guard fields.optional("owner") != nil else { return nil }
        id = try fields.id("owner")
        command = try fields.string("command")
        address = try fields.optionalString("address")
        host = try fields.string("host")
        process = ProcessFacts(
            pid: try fields.int("pid"), startTicks: try fields.int("startTicks"))
        since = try fields.optionalTime("since")
        if let boot = try fields.optionalString("boot"),
            let namespace = try fields.optionalString("namespace")
        {
            table = ProcessTable(boot: boot, namespace: namespace)
        } else {
            table = nil
        }
    }
}
