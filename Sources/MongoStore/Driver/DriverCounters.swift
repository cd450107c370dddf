// The shared memory that libmongoc takes before `main`.

private import CMongo
private import Glibc

/// The counters that libmongoc keeps in `/dev/shm/mongoc-PID` for its own `mongoc-stat`, from a constructor
/// that runs in every process linked with it, whichever store is used.
package enum DriverCounters {
    /// Takes away their name; the memory stays until the process ends. A process that is killed leaves the
    /// name behind, and the next one with its number would find it taken and warn about it on stderr, in
    /// the midst of a log that is JSON.
    package static func removeName() {
        _ = unsafe shm_unlink("/mongoc-\(getpid())")
    }
}
