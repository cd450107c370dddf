// The fast path for `typing` frames gives the general decoder's result, or none.

import Protocol
import TestSupport
import Testing
import Tickets
import Wire

@Suite struct TypingFrameTests {
    private static let id = "0123456789abcdefABCDEF01"

    private func read(_ text: String) -> TypingFrame? { TypingFrame(Array(text.utf8).span) }

    @Test(arguments: [
        #"{"type":"typing","ticket":"\#(id)","on":true}"#,
        #"{"type":"typing","ticket":"\#(id)","on":false}"#,
        #"{"on":true,"ticket":"\#(id)","type":"typing"}"#,
        #"{"type":"typing","internal":true,"ticket":"\#(id)","on":true}"#,
        #"{"type":"typing","ticket":"\#(id)","on":false,"internal":false}"#,
    ])
    func `plain frames are read as the general decoder reads them`(text: String) throws {
        let short = try #require(read(text))
        let long = DecodedFrame(Array(text.utf8), caller: Person.tess.caller)
        guard case .typing(.id(let ticket), let isOn, let isInternal) = try long.content.get()
        else {
            Issue.record("not a typing frame")
            return
        }
        #expect(long.id == nil)
        #expect(short.ticket == ticket)
        #expect(short.isOn == isOn)
        #expect(short.isInternal == isInternal)
    }

    @Test(arguments: [
        "", "{", "{}", "[]", "null",
        #"{"type":"typing","ticket":"T-7","on":true}"#,
        #"{"type":"typing","ticket":"\#(id)"}"#,
        #"{"type":"typing","on":true}"#,
        #"{"ticket":"\#(id)","on":true}"#,
        #"{"type":"typing","id":1,"ticket":"\#(id)","on":true}"#,
        #"{"type":"typing","ticket":"\#(id)","on":true,"on":true}"#,
        #"{"type":"typing","ticket":"\#(id)","on":1}"#,
        #"{"type":"typing","ticket":"\#(id)","on":"true"}"#,
        #"{"type":"typing","ticket":"\#(id)","on":null}"#,
        #"{"type":"read","ticket":"\#(id)","on":true}"#,
        #"{"type":"typ\u0069ng","ticket":"\#(id)","on":true}"#,
        #"{"type": "typing","ticket":"\#(id)","on":true}"#,
        #"{"type":"typing","ticket":"\#(id)","on":true}}"#,
        #"{"type":"typing","ticket":"\#(id)","on":true,}"#,
        #"{"type":"typing","ticket":"\#(id)0","on":true}"#,
    ])
    func `everything else is left to the general decoder`(text: String) {
        #expect(read(text) == nil)
    }

    @Test func `no beginning of a frame is taken for one, nor one that goes on`() {
        let text = Array(#"{"type":"typing","ticket":"\#(Self.id)","on":true}"#.utf8)
        for count in 0..<text.count {
            #expect(TypingFrame(text.span.extracting(first: count)) == nil)
        }
        #expect(TypingFrame((text + Array(repeating: 0x20, count: 200)).span) == nil)
    }
}
