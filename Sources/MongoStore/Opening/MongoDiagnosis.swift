// The server's findings for `guichet doctor`: that a majority can be waited for, its version, how long
// its oplog reaches back, and its clock.

private import Glibc
import Text
package import Tickets

extension MongoStoreOpener {
    package func diagnose() throws(StoreError) -> [Finding] {
        let client = try openClient()
        let hello = try fields(client, [.init("hello", .int(1))])
        var findings = [setFinding(hello)]
        let build = try fields(client, [.init("buildInfo", .int(1))])
        if case .string(let version)? = value("version", build) {
            let major = version.string.split(separator: ".").first.flatMap { Int($0) } ?? 0
            findings.append(
                Finding(
                    "version", "MongoDB \(version)",
                    advice: major >= 5 ? nil : "update the server to 5.0 or later"))
        }
        if case .time(let milliseconds)? = value("localTime", hello) {
            let apart = (milliseconds - Glibc.time(nil) * 1000).magnitude / 1000
            findings.append(
                Finding(
                    "server clock", "\(apart) s from this machine's",
                    advice: apart <= 2 ? nil : "keep both clocks with NTP"))
        }
        return findings + [oplogFinding()]
    }

    private func setFinding(_ hello: [Tree.Field]) -> Finding {
        guard case .string(let name)? = value("setName", hello) else {
            return Finding(
                "majority", "the server is no replica set",
                advice: "start it with --replSet and run rs.initiate(): one member is enough")
        }
        var members = 1
        if case .array(let hosts)? = value("hosts", hello) { members = hosts.count }
        return Finding(
            "majority", "replica set \(name), \(members) members; writes wait for its journal")
    }

    /// A member that was away for longer than the oplog reaches back has to be copied again.
    private func oplogFinding() -> Finding {
        guard let client = try? MongoStoreOpener(uri: address.uri, database: "local").openClient(),
            let first = oplogTime(client, 1), let last = oplogTime(client, -1)
        else {
            // The hub's user needs no right to read it.
            return Finding("oplog", "not readable here; rs.printReplicationInfo() tells")
        }
        let hours = (last - first) / 3_600_000
        // A young or small set has not filled its oplog yet: what it holds is all there is.
        return Finding("oplog", "reaches \(hours) h back")
    }

    private func oplogTime(_ client: MongoClient, _ direction: Int) -> Int? {
        let reply = try? fields(
            client,
            [
                .init("find", .string("oplog.rs")), .init("limit", .int(1)),
                .init("sort", .field("$natural", Tree(direction))),
                .init("projection", .object([.init("_id", .int(0)), .init("wall", .int(1))])),
            ])
        guard let reply, case .object(let cursor)? = value("cursor", reply),
            case .array(let batch)? = value("firstBatch", cursor),
            case .object(let entry)? = batch.first,
            case .time(let milliseconds)? = value("wall", entry)
        else { return nil }
        return milliseconds
    }

    private func fields(
        _ client: MongoClient, _ command: [Tree.Field]
    ) throws(StoreError) -> [Tree.Field] {
        do throws(MongoFailure) {
            // Answers have fields of types that records lack.
            return BSONReader.legibleFields(of: try client.answer(command))
        } catch {
            throw error.unavailable(client.address)
        }
    }

    private func value(_ name: ExactText, _ fields: [Tree.Field]) -> Tree? {
        fields.first { $0.name == name }?.value
    }
}
