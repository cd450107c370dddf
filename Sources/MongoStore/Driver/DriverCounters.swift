// Removes the shared memory file that libmongoc creates before `main`.

private import CMongo
private import Glibc

/// The counters that libmongoc keeps in `/dev/shm/mongoc-PID` for its tool `mongoc-stat`. A
/// constructor creates them in every process linked with libmongoc, whichever store is used.
package enum DriverCounters {
    /// Unlinks the file; the memory stays until the process ends. A killed process would leave the
    /// file behind, and the next process with the same pid would warn about it on stderr, in a log
    /// that is JSON.
    package static func removeName() {
        _ = unsafe shm_unlink("/mongoc-\(getpid())")
    }
}
