// `--tls-cert` and `--tls-key`: two PEM files, read at the start and again at every SIGHUP.

import Foundation
import Glibc
import Hub
import Reactor

struct CertificateFiles {
    let certificatePath: String
    private let keyPath: String

    /// nil when neither is given: the hub then speaks plain HTTP.
    init?(_ arguments: Arguments) throws {
        switch (arguments["tls-cert"], arguments["tls-key"]) {
        case (let certificate?, let key?):
            certificatePath = certificate
            keyPath = key
        case (_?, nil): throw UsageError("--tls-cert needs --tls-key; give both")
        case (nil, _?): throw UsageError("--tls-key needs --tls-cert; give both")
        case (nil, nil): return nil
        }
    }

    /// Loads both files as they are now; throws if they do not match.
    func load() throws -> TLSContext {
        let certificate = try read(certificatePath, of: "tls-cert", isSecret: false)
        let key = try read(keyPath, of: "tls-key", isSecret: true)
        do throws(TLSError) {
            return try TLSContext(
                certificate: certificate, key: key, answerToPlainHTTP: PlainHTTPAnswer.needsTLS)
        } catch {
            switch error {
            case .certificate(let reason):
                throw UsageError("--tls-cert \(certificatePath): \(reason)")
            case .key(let reason): throw UsageError("--tls-key \(keyPath): \(reason)")
            case .library(let reason): throw UsageError(reason)
            }
        }
    }

    /// Checks the open file and not the path, so that the file cannot be swapped in between.
    private func read(_ path: String, of option: String, isSecret: Bool) throws -> [UInt8] {
        let descriptor = Descriptor(adopting: unsafe open(path, O_RDONLY | O_CLOEXEC))
        var facts = stat()
        guard descriptor.rawValue >= 0, unsafe fstat(descriptor.rawValue, &facts) == 0 else {
            throw UsageError("--\(option) \(path) cannot be read: \(Self.lastError)")
        }
        if isSecret, facts.st_mode & (S_IROTH | S_IWOTH) != 0 {
            throw UsageError(
                "--\(option) \(path) is open to everyone on this machine; run: chmod o-rwx \(path)")
        }
        let file = FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: false)
        do {
            return Array(try file.readToEnd() ?? Data())
        } catch {
            throw UsageError("--\(option) \(path) cannot be read: \(Self.lastError)")
        }
    }

    private static var lastError: String { unsafe String(cString: strerror(errno)) }
}
