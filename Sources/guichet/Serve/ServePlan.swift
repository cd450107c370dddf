// All settings of `serve`, read and validated before anything is opened or changed.

import Foundation
import Glibc
import Hub
import Notify
import Observability
import Reactor
import SQLiteStore
import Tickets
import Wire

struct ServePlan {
    var settings: HubSettings
    var outgoing: NotifySettings
    let logFormat: Log.Format
    let certificate: CertificateFiles?
    let tls: TLSContext?
    let store: String
    let opener: any TicketStoreOpener
    let cacheBytes: Int?
    let isDemo: Bool
    /// The secret for demo links; nil: no secret, or public keys.
    let demoSecret: String?
    var verifier: TokenVerifier
    let webDirectory: String
    let revocations: RevocationFile?
    let frameAncestors: [String]

    static let options: Set<String> = [
        "listen", "store", "web", "workers", "log", "tls-cert", "tls-key",
    ]
    static let flags: Set<String> = ["demo", "conformance"]

    init(_ arguments: Arguments, _ environment: Environment) throws {
        settings = try HubSettings(arguments, environment)
        outgoing = try NotifyOptions.read(environment, into: &settings)
        guard let format = Log.Format(rawValue: arguments["log"] ?? "text") else {
            throw UsageError("--log must be text or json")
        }
        logFormat = format
        certificate = try CertificateFiles(arguments)
        tls = try certificate?.load()
        store = arguments["store"] ?? StoreChoice.fallback
        opener = try StoreChoice.opener(store, stays: true, view: environment["V2_VIEW"])
        cacheBytes = try environment.int("SQLITE_CACHE_BYTES", in: (1 << 20)...(1 << 40))
        isDemo = try arguments.has("demo")
        let makesSecret =
            isDemo && environment["JWT_SECRET"] == nil && environment["JWT_PUBLIC_KEY"] == nil
        if makesSecret {
            let secret = Base64.encodeURL(SecureRandom.bytes(32))
            demoSecret = secret
            verifier = try .hmac(secret: Array(secret.utf8))
        } else {
            demoSecret = environment["JWT_SECRET"]
            verifier = try TokenKeys.verifier(environment)
        }
        webDirectory = try WebDirectory.find(given: arguments["web"])
        revocations = try RevocationFile(environment)
        frameAncestors = try AllowedOrigins.frameAncestors(environment)
    }

    func startNotifier(for hub: Hub, _ log: Log) throws -> Notifier {
        try Notifier(
            outgoing, settings.outbox, techniciansReachAll: settings.techniciansReachAll,
            signal: hub.outbox, opener: opener, log: log)
    }
}
