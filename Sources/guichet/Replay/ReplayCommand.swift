// `guichet replay FILE`: plays conversations through real WebSocket clients on a running hub.

import Foundation
import Glibc
import Reactor
import Wire

struct ReplayCommand {
    private let arguments: Arguments
    private let environment: Environment

    init(_ arguments: some Sequence<String>, _ environment: Environment) throws {
        self.environment = environment
        self.arguments = try Arguments(
            arguments, environment, options: ["hub", "rate", "at-once"],
            flags: ["insecure"], freeMax: 1)
    }

    func run() throws {
        guard let path = arguments.free.first else {
            throw UsageError("name the file to replay: guichet replay FILE")
        }
        let hub = try HubAddress(arguments["hub"] ?? "http://127.0.0.1:8080")
        let verifies = try !arguments.has("insecure")
        let rate = try arguments.int("rate", in: 1...1_000_000)
        let atOnce = try arguments.int("at-once", in: 1...2000) ?? 32
        let secret = try TokenKeys.secret(environment)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("the file \(path) cannot be read")
        }
        let file: ConversationFile
        do {
            file = try ConversationFile(bytes: Array(data))
        } catch let error as UsageError {
            throw UsageError("\(path): \(error.message)")
        }
        ignoreSIGPIPE()
        let stage = ReplayStage(
            loop: try EventLoop(), hub: hub,
            tls: hub.isSecure ? try TLSContext(verifyingPeers: verifies) : nil,
            secret: secret, file: file, ratePerSecond: rate, atOnce: atOnce)
        stage.play()
        if let reason = stage.absence {
            throw UsageError(
                "no hub answers at \(hub.authority): \(reason); start one, or name it with --hub")
        }
        stage.printSummary()
        if !stage.isFlawless { exit(1) }
    }
}

/// `http://HOST:PORT` of a hub, or `https://`.
struct HubAddress {
    let host: String
    let port: UInt16
    let isSecure: Bool

    init(_ text: String) throws {
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty,
            url.scheme == "http" || url.scheme == "https",
            let port = UInt16(exactly: url.port ?? (url.scheme == "https" ? 443 : 80))
        else {
            throw UsageError("--hub must be http://HOST:PORT or https://HOST:PORT, not “\(text)”")
        }
        isSecure = url.scheme == "https"
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.port = port
    }

    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
