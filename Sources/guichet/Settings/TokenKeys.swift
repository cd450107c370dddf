// Keys for verifying callers' tokens: secrets from variables, public keys from files.

import Foundation
import Text
import Wire

enum TokenKeys {
    private static let remedy = "make one with: head -c 32 /dev/urandom | base64"

    static func verifier(_ environment: Environment) throws -> TokenVerifier {
        switch (environment["JWT_SECRET"], environment["JWT_PUBLIC_KEY"]) {
        case (_?, _?):
            throw UsageError(
                "GUICHET_JWT_SECRET and GUICHET_JWT_PUBLIC_KEY are both set; keep one")
        case (_?, nil): return try explained("GUICHET_JWT_SECRET") { try secrets(environment) }
        case (nil, let path?):
            if environment["JWT_SECRET_OLD"] != nil { throw needless }
            return try explained("GUICHET_JWT_PUBLIC_KEY: \(path)") { try publicKeys(path) }
        case (nil, nil):
            if environment["JWT_SECRET_OLD"] != nil { throw needless }
            throw UsageError(
                "no key for tokens: set GUICHET_JWT_SECRET (32 bytes or more) or "
                    + "GUICHET_JWT_PUBLIC_KEY (a PEM file), or try `guichet serve --demo`")
        }
    }

    private static var needless: UsageError {
        UsageError(
            "GUICHET_JWT_SECRET_OLD needs GUICHET_JWT_SECRET; set that, or unset this one")
    }

    private static func explained<Value>(
        _ setting: String, _ read: () throws -> Value
    ) throws -> Value {
        do {
            return try read()
        } catch let error as TokenKeyError {
            throw UsageError("\(setting): \(error.reason)")
        }
    }

    private static func secrets(_ environment: Environment) throws -> TokenVerifier {
        let newest = try secret(environment)
        guard let text = environment["JWT_SECRET_OLD"] else { return try .hmac(secret: newest) }
        return try .hmac(secrets: [newest, try strong(text, of: "GUICHET_JWT_SECRET_OLD")])
    }

    /// For commands that make tokens. The text of the variable is the key, unchanged.
    static func secret(_ environment: Environment) throws -> [UInt8] {
        guard let text = environment["JWT_SECRET"] else {
            throw UsageError("GUICHET_JWT_SECRET is not set; tokens are made with it")
        }
        return try strong(text, of: "GUICHET_JWT_SECRET")
    }

    private static func strong(_ text: String, of setting: String) throws -> [UInt8] {
        let secret = Array(text.utf8)
        if let weakness = SecretStrength.weakness(of: secret, bytesMin: 32) {
            throw UsageError("\(setting) is too weak: \(weakness); \(remedy)")
        }
        return secret
    }

    // MARK: Public keys

    /// A PEM file with one or more keys, or a folder of such files. In a folder, the file name
    /// without `.pem` is the `kid` if the file has one key.
    private static func publicKeys(_ path: String) throws -> TokenVerifier {
        var isFolder: ObjCBool = false
        let isThere = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isThere, isFolder.boolValue else {
            let text = try SecretFile.read(path, of: "GUICHET_JWT_PUBLIC_KEY", .trusted)
            return try .publicKeys(NamedKey.all(in: text))
        }
        // Anyone who can write to the folder could forge tokens.
        try SecretFile.check(path, of: "GUICHET_JWT_PUBLIC_KEY", .trusted)
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
            .filter { $0.hasSuffix(".pem") && !$0.hasPrefix(".") }.sorted()
        guard !names.isEmpty else {
            throw TokenKeyError(reason: "there is no file NAME.pem in this folder")
        }
        return try .publicKeys(names.flatMap { try keys("\(path)/\($0)", name: $0) })
    }

    private static func keys(_ path: String, name: String) throws -> [NamedKey] {
        let text = try SecretFile.read(path, of: "GUICHET_JWT_PUBLIC_KEY", .trusted)
        let keys = NamedKey.all(in: text)
        do {
            // Each separately, so that the message names the bad file.
            _ = try TokenVerifier.publicKeys(keys)
        } catch {
            throw TokenKeyError(reason: "\(name): \(error.reason)")
        }
        guard keys.count == 1, keys[0].name == nil else { return keys }
        return [NamedKey(name: String(name.dropLast(4)), pem: keys[0].pem)]
    }
}
