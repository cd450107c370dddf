// The header of a trusted proxy at the start of a connection (PROXY protocol): it names the client's
// address.

import Reactor
import Wire

extension ConnectionPreface {
    static func proxyHeader(of session: HTTPSession) -> ConnectionPreface {
        ConnectionPreface(
            length: { try? ProxyHeader.length(from: $0) },
            accept: { [weak session] bytes in
                guard let header = try? ProxyHeader(bytes) else { return false }
                if case .client(let bytes) = header, let address = IPAddress.text(bytes) {
                    session?.stands(for: address)
                }
                return true
            })
    }
}
