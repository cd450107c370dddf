// `guichet doctor`: looks at the machine, the store and the servers that the settings of `serve`
// name, and says what to change. It changes nothing and starts nothing.

import Glibc
import Hub
import Reactor
import Tickets
import Wire

struct DoctorCommand {
    private let arguments: Arguments
    private let environment: Environment
    private let isJSON: Bool

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, environment, options: ServePlan.options,
            flags: ServePlan.flags.union(["json"]))
        isJSON = try self.arguments.has("json")
    }

    func run() throws {
        let findings = try findings()
        if isJSON { Terminal.say(Self.json(findings)) } else { Self.tell(findings) }
        if findings.contains(where: { $0.verdict == .bad }) { exit(1) }
    }

    private func findings() throws -> [Finding] {
        let plan: ServePlan
        do {
            plan = try ServePlan(arguments, environment)
        } catch {
            // Machine and store can be looked at all the same.
            let opener = try StoreChoice.opener(arguments["store"] ?? StoreChoice.fallback)
            return [Finding("settings", "`guichet serve` would not start", advice: "\(error)")]
                + MachineDiagnosis(HubSettings()).findings() + store(opener)
        }
        return [Finding("settings", "read")] + MachineDiagnosis(plan.settings).findings()
            + store(plan.opener) + certificate(plan) + OutgoingDiagnosis(plan.outgoing).findings()
    }

    private func store(_ opener: any TicketStoreOpener) -> [Finding] {
        do throws(StoreError) {
            return [Finding("store", opener.label)] + (try opener.diagnose())
        } catch {
            return [Finding("store", opener.label, advice: error.description)]
        }
    }

    private func certificate(_ plan: ServePlan) -> [Finding] {
        guard let path = plan.certificate?.certificatePath,
            let bytes = try? SecretFile.read(path, of: "--tls-cert", .trusted),
            let days = CertificateEnd.days(ofPEM: bytes)
        else { return [] }
        return [
            Finding(
                "certificate", days < 0 ? "has ended" : "ends in \(days) days",
                advice: days >= Self.certificateDaysMin ? nil : "renew \(path), then send SIGHUP")
        ]
    }

    private static let certificateDaysMin = 14

    private static func tell(_ findings: [Finding]) {
        let width = findings.map(\.name.count).max() ?? 0
        for finding in findings {
            let verdict =
                switch finding.verdict {
                case .ok: "ok  "
                case .note: "note"
                case .bad: "BAD "
                }
            let name = finding.name + String(repeating: " ", count: width - finding.name.count)
            let advice = finding.advice.map { ": \($0)" } ?? ""
            Terminal.tell("\(verdict) \(name)  \(finding.state)\(advice)")
        }
    }

    private static func json(_ findings: [Finding]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("checks")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            writer.field("name", finding.name)
            writer.key("ok")
            writer.bool(finding.verdict != .bad)
            writer.field("state", finding.state)
            if let advice = finding.advice { writer.field("advice", advice) }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
