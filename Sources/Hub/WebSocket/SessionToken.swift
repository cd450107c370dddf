// The end of a session by its token: expired, renewed or revoked.

import Reactor
import Tickets
import Wire

extension WebSocketSession {
    /// Checked once a second by the wall clock, on which tokens are based. A timer per connection
    /// would be its largest cost in memory.
    func watchExpiry() {
        let left = identity.expiresAt - worker.nowSeconds
        if left <= 0 { return close(.tokenExpired, "token expired") }
        guard left <= Self.warningSeconds, !hasWarnedOfExpiry else { return }
        hasWarnedOfExpiry = true
        warnOfExpiry(left)
    }

    private static var warningSeconds: Int { 60 }

    private func warnOfExpiry(_ left: Int) {
        var json = JSONWriter()
        json.beginObject()
        json.field("type", "expiring")
        json.field("in", left)
        json.endObject()
        send(json.bytes)
    }

    func revoke(_ list: RevocationList) {
        if list.covers(identity) { close(.tokenExpired, "token revoked") }
    }

    /// A newer token of the same person.
    func renew(_ identity: Identity) {
        self.identity = identity
        hasWarnedOfExpiry = false
        worker.people.note(identity)
        for member in members.values { worker.rooms.recheck(member) }
        if !caller.person.role.isStaff { endQueue() }
    }
}
