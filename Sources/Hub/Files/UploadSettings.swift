// Settings of file uploads.

package struct UploadSettings: Sendable {
    /// Per file; above it 413.
    package var fileBytes = 25 << 20
    /// Per person in the last 24 hours, including uploads in progress; 0: no limit.
    package var dailyBytes = 2 << 30
    package var dailyFiles = 2000
    /// Per person at the same time; 0: no limit.
    package var concurrent = 8
    /// Uploads are refused below this share of free disk space, in percent; 0: never.
    package var freePercent = 5
    /// A file that is not attached within this time is removed.
    package var orphanSeconds = 86_400
    /// Threads that read and write files.
    package var threads = 2

    package init() {}

    /// Received and unwritten bytes; above it the hub stops reading from the uploader.
    static let unwrittenBytesMax = 256 * 1024
    /// Bytes of a form besides the file: boundaries and part headers.
    static let formBytesMax = 64 * 1024
    /// A longer upload has failed. Must be shorter than `debrisSeconds`, or a sweep could take the
    /// start of an upload for a file left behind by a crash.
    static let uploadSecondsMax = 3000
    static let debrisSeconds = 3600
    static let sweepSeconds = 3600
}
