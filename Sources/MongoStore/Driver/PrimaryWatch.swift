// Whether the primary was the same from one write to the next. A new primary may lack what the one
// before had not replicated, so a confirmed majority confirms earlier writes of the same one only.

internal import CMongo

/// Counts changes of the primary as the answers to one client show them. Confined to its thread.
final class PrimaryWatch {
    /// Empty before the first write.
    private(set) var election: [UInt8] = []
    /// Equal before and after some writes: one primary has taken them all.
    private(set) var changes = 0

    private func note(election: [UInt8]) {
        guard self.election != election else { return }
        if !self.election.isEmpty { changes += 1 }
        self.election = election
    }

    /// Nobody knows what has happened at the other end.
    private func noteFailure() { changes += 1 }

    /// Has the driver tell of the client's commands. The watch must outlive the client.
    @safe func observe(_ client: OpaquePointer) {
        guard let callbacks = unsafe mongoc_apm_callbacks_new() else { return }
        defer { unsafe mongoc_apm_callbacks_destroy(callbacks) }
        unsafe mongoc_apm_set_command_succeeded_cb(callbacks) { event in
            // A question's answer names no election, nor does a standalone server.
            var election = [UInt8](repeating: 0, count: 12)
            guard
                unsafe guichet_election_of(
                    mongoc_apm_command_succeeded_get_reply(event), &election),
                let watch = unsafe mongoc_apm_command_succeeded_get_context(event)
            else { return }
            unsafe PrimaryWatch.of(watch).note(election: election)
        }
        unsafe mongoc_apm_set_command_failed_cb(callbacks) { event in
            guard let watch = unsafe mongoc_apm_command_failed_get_context(event) else { return }
            unsafe PrimaryWatch.of(watch).noteFailure()
        }
        let watch = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe mongoc_client_set_apm_callbacks(client, callbacks, watch)
    }

    private static func of(_ context: UnsafeMutableRawPointer) -> PrimaryWatch {
        // SAFETY: the context that `observe` has set; the client's owner keeps the watch.
        unsafe Unmanaged<PrimaryWatch>.fromOpaque(context).takeUnretainedValue()
    }
}
