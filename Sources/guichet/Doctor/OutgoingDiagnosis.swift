// `guichet doctor`: checks that the servers to which the hub sends accept connections.
// Nothing is sent.

import Foundation
import Notify
import Reactor
import Tickets

struct OutgoingDiagnosis {
    private let settings: NotifySettings

    init(_ settings: NotifySettings) { self.settings = settings }

    func findings() -> [Finding] {
        let mail = settings.mail.map { [finding("mail", $0.url)] } ?? []
        let webhooks = Set(settings.webhooks.map { place(of: $0.url) }).sorted()
        return mail + webhooks.map { finding("webhook", $0) }
    }

    /// Scheme and host alone: paths of webhooks are secrets.
    private func place(of url: String) -> String {
        guard let parts = URLComponents(string: url), let host = parts.host else { return url }
        return "\(parts.scheme ?? "https")://\(host)\(parts.port.map { ":\($0)" } ?? "")"
    }

    private func finding(_ name: String, _ url: String) -> Finding {
        let place = place(of: url)
        guard let parts = URLComponents(string: place), let host = parts.host else {
            return Finding(name, "the URL has no host", advice: "correct it")
        }
        let standard =
            ["https": 443, "http": 80, "smtps": 465, "smtp": 25][parts.scheme ?? ""] ?? 443
        let port = UInt16(clamping: parts.port ?? standard)
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        let problem = Reachability.problem(host: bare, port: port, milliseconds: 3000)
        return Finding(
            name, place,
            advice: problem.map { "\($0); let this machine reach it, or correct the URL" })
    }
}
