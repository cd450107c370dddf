// What an operator can set about files.

package struct UploadSettings: Sendable {
    /// Of one file; beyond it 413.
    package var fileBytes = 25 << 20
    /// A person's in the last 24 hours, what is on its way counted; 0: no limit.
    package var dailyBytes = 2 << 30
    package var dailyFiles = 2000
    /// A person's at the same time; 0: no limit.
    package var concurrent = 8
    /// Uploads are refused when less of the disk is free, in hundredths; 0: never.
    package var freePercent = 5
    /// What no ticket has by then is removed.
    package var orphanSeconds = 86_400
    /// Threads that read and write files.
    package var threads = 2

    package init() {}

    /// Received and not yet written: beyond it the hub stops reading from the uploader.
    static let unwrittenBytesMax = 256 * 1024
    /// What a form may have beside the file: boundaries and heads.
    static let formBytesMax = 64 * 1024
    /// An upload that takes longer has failed. Shorter than `debrisSeconds`, or a sweep could take
    /// the beginning of a file for what a crash has left.
    static let uploadSecondsMax = 3000
    static let debrisSeconds = 3600
    static let sweepSeconds = 3600
}
