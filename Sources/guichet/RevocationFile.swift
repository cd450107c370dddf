// GUICHET_REVOKED: the file that says whose tokens are taken back, read again whenever it changes.

import Foundation
import Glibc
import Hub
import Reactor

struct RevocationFile {
    private let path: String
    /// As it was at the start.
    let list: RevocationList
    private let version: Version

    /// What changes when somebody writes the file, or puts another in its place.
    private struct Version: Equatable {
        let inode: UInt
        let bytes: Int
        let seconds: Int
        let nanoseconds: Int
    }

    /// nil without the setting.
    init?(_ environment: Environment) throws {
        guard let path = environment["REVOKED"] else { return nil }
        self.path = path
        version = try Self.version(of: path)
        list = try Self.read(path)
    }

    /// Looks once a second, on a thread of its own. A file that is gone or broken changes nothing: who
    /// was revoked stays so.
    func watch(for hub: Hub, _ log: Log) throws {
        let (path, first) = (path, version)
        _ = try LoopThread.start(name: "revocations") {
            var known = first
            var complaint = ""
            while true {
                sleep(1)
                do {
                    let version = try Self.version(of: path)
                    guard version != known else { continue }
                    let list = try Self.read(path)
                    known = version
                    complaint = ""
                    hub.revoke(list)
                    log.info("revocations_read", [("people", "\(list.count)")])
                } catch {
                    guard "\(error)" != complaint else { continue }
                    complaint = "\(error)"
                    log.error("revocations_unreadable", [("reason", complaint)])
                }
            }
        }
    }

    private static func version(of path: String) throws -> Version {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else {
            throw UsageError("GUICHET_REVOKED: \(path): \(unsafe String(cString: strerror(errno)))")
        }
        return Version(
            inode: facts.st_ino, bytes: facts.st_size, seconds: facts.st_mtim.tv_sec,
            nanoseconds: facts.st_mtim.tv_nsec)
    }

    private static func read(_ path: String) throws -> RevocationList {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UsageError("GUICHET_REVOKED: the file \(path) cannot be read")
        }
        do throws(RevocationListError) {
            return try RevocationList(text: String(decoding: data, as: UTF8.self))
        } catch {
            throw UsageError("GUICHET_REVOKED: \(path): \(error.description)")
        }
    }
}
