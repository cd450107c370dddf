// Whether the primary was the same from one write to the next. A new primary may lack what the one
// before had not replicated, so a confirmed majority confirms earlier writes of the same one only.

internal import CMongo
private import Synchronization

/// Counts changes of the primary as the answers to its clients show them. Answers to several clients
/// may come in another order than they were given; then it counts more changes, never fewer.
final class PrimaryWatch: Sendable {
    private struct Seen {
        var election: [UInt8] = []
        var changes = 0
    }

    private let seen = Mutex(Seen())

    /// Empty before the first write.
    var election: [UInt8] { seen.withLock(\.election) }
    /// Equal before and after some writes: one primary has taken them all.
    var changes: Int { seen.withLock(\.changes) }

    private func note(election: [UInt8]) {
        seen.withLock { seen in
            guard seen.election != election else { return }
            if !seen.election.isEmpty { seen.changes += 1 }
            seen.election = election
        }
    }

    /// The outcome at the server is unknown.
    private func noteFailure() { seen.withLock { $0.changes += 1 } }

    /// Has the driver tell of the client's commands. The watch must outlive the client.
    @safe func observe(client: OpaquePointer) {
        observe { unsafe mongoc_client_set_apm_callbacks(client, $0, $1) }
    }

    /// The same for all clients of a pool, none of which is taken yet.
    @safe func observe(pool: OpaquePointer) {
        observe { unsafe mongoc_client_pool_set_apm_callbacks(pool, $0, $1) }
    }

    @safe private func observe(_ set: (OpaquePointer, UnsafeMutableRawPointer) -> Bool) {
        guard let callbacks = unsafe mongoc_apm_callbacks_new() else { return }
        defer { unsafe mongoc_apm_callbacks_destroy(callbacks) }
        unsafe mongoc_apm_set_command_succeeded_cb(callbacks) { event in
            // A query's answer names no election, nor does a standalone server.
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
        _ = unsafe set(callbacks, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func of(_ context: UnsafeMutableRawPointer) -> PrimaryWatch {
        // SAFETY: the context that `observe` has set; the client's owner keeps the watch.
        unsafe Unmanaged<PrimaryWatch>.fromOpaque(context).takeUnretainedValue()
    }
}
