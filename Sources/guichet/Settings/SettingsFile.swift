// Reads settings that are too long for a variable: GUICHET_SLA names a JSON file.

import Foundation
import Hub
import Tickets

enum SettingsFile {
    private static let bytesMax = 1 << 20

    /// The policy from the file that `GUICHET_name` names.
    static func policy(_ name: String, _ file: String) throws -> SLAPolicy {
        do throws(SettingsFileError) {
            return try SLAFile.policy(try bytes(name, file), file: file)
        } catch {
            throw UsageError("GUICHET_\(name): \(error.description)")
        }
    }

    private static func bytes(_ name: String, _ file: String) throws(SettingsFileError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: file),
            let data = try? handle.read(upToCount: bytesMax + 1)
        else { throw SettingsFileError("the file \(file) cannot be read") }
        guard data.count <= bytesMax else {
            throw SettingsFileError("the file \(file) is larger than \(bytesMax >> 20) MiB")
        }
        return Array(data)
    }
}
