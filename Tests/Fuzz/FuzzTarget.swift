// The one program behind all fuzz targets: libFuzzer calls it with bytes, FUZZ_TARGET selects the
// decoder. A target checks properties, not only the absence of crashes.

import Glibc

struct FuzzTarget: Sendable {
    let name: String
    /// Ends the process through `require` when a decoder violates a property.
    let run: @Sendable ([UInt8]) -> Void

    static let all = [
        FuzzTarget(name: "request-head", run: RequestFuzz.head),
        FuzzTarget(name: "chunked-body", run: RequestFuzz.chunkedBody),
        FuzzTarget(name: "multipart", run: MultipartFuzz.run),
        FuzzTarget(name: "response", run: ResponseFuzz.run),
        FuzzTarget(name: "url", run: AddressFuzz.url),
        FuzzTarget(name: "cookies", run: AddressFuzz.cookies),
        FuzzTarget(name: "http-date", run: AddressFuzz.date),
        FuzzTarget(name: "text", run: TextFuzz.run),
        FuzzTarget(name: "time", run: TimeFuzz.run),
        FuzzTarget(name: "frames", run: FrameFuzz.run),
        FuzzTarget(name: "deflate", run: DeflateFuzz.run),
        FuzzTarget(name: "handshake", run: HandshakeFuzz.run),
        FuzzTarget(name: "json", run: JSONFuzz.run),
        FuzzTarget(name: "commands", run: CommandFuzz.frame),
        FuzzTarget(name: "queries", run: CommandFuzz.query),
        FuzzTarget(name: "token", run: TokenFuzz.run),
        FuzzTarget(name: "names", run: NameFuzz.run),
        FuzzTarget(name: "records", run: RecordFuzz.run),
    ]

    static let chosen: FuzzTarget? = {
        guard let name = unsafe getenv("FUZZ_TARGET") else { return nil }
        let wanted = unsafe String(cString: name)
        return all.first { $0.name == wanted }
    }()
}

/// A violated property stops the run; libFuzzer keeps the input.
func require(_ isKept: Bool, _ promise: @autoclosure () -> String) {
    guard !isKept else { return }
    let line = Array("broken promise: \(promise())\n".utf8)
    _ = unsafe write(2, line, line.count)
    abort()
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target = FuzzTarget.chosen else {
        require(false, "FUZZ_TARGET names one of \(FuzzTarget.all.map(\.name))")
        return 0
    }
    target.run(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
