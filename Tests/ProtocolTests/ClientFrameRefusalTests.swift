// Refused frames: each with a code and the wrong field.

import Protocol
import TestSupport
import Testing
import Text
import Tickets
import Wire

@Suite struct ClientFrameRefusalTests {
    private func rejection(of frame: String) -> TicketRejection? {
        let decoded = DecodedFrame(Array(frame.utf8), caller: Person.tess.caller)
        if case .failure(let error) = decoded.content { return error }
        return nil
    }

    @Test(arguments: ["", "{", "[]", "1", "null", "\"join\"", "{}x", "{\"type\":\"ping\",}"])
    func `a value that is not an object is a bad request`(_ frame: String) {
        #expect(rejection(of: frame)?.code == .badRequest)
    }

    @Test(arguments: ["nonsense", "", "Join", "event", "__proto__"])
    func `an unknown type names type`(_ type: String) {
        #expect(rejection(of: "{\"type\":\"\(type)\"}")?.field == "type")
    }

    @Test func `a missing type names type`() {
        #expect(rejection(of: #"{"id":"a"}"#)?.field == "type")
    }

    @Test(arguments: [
        "null", "true", "[]", "{}", "\"\(String(repeating: "x", count: 129))\"",
        "12345678901234567890", "-9223372036854775809", "9007199254740993.0", "1e300",
    ])
    func `an id is a short string or a number`(_ id: String) {
        let decoded = DecodedFrame(
            Array("{\"type\":\"ping\",\"id\":\(id)}".utf8), caller: Person.tess.caller)
        #expect(decoded.id == nil)
        guard case .failure(let error) = decoded.content else {
            Issue.record("an id of \(id) was taken")
            return
        }
        #expect(error.field == "id")
    }

    /// A valid frame of each kind, without its closing brace.
    private static let frames = [
        #"{"type":"join","ticket":"T-7""#, #"{"type":"leave","ticket":"T-7""#,
        #"{"type":"message","ticket":"T-7","body":"x""#,
        #"{"type":"update","ticket":"T-7","action":"take""#,
        #"{"type":"create","set":{"title":"t","description":"d","category":"incident","priority":"low","project":"p"}"#,
        #"{"type":"typing","ticket":"T-7","on":true"#, #"{"type":"read","ticket":"T-7","seq":1"#,
        #"{"type":"view","ticket":"T-7","focus":true"#, #"{"type":"queue.join""#,
        #"{"type":"queue.leave""#, #"{"type":"auth","token":"J""#, #"{"type":"ping""#,
    ]

    @Test(arguments: frames)
    func `an unknown field is refused by name in every frame`(_ frame: String) {
        #expect(rejection(of: frame + "}") == nil)
        let refused = rejection(of: frame + #","surprise":1}"#)
        #expect(refused?.code == .badRequest)
        #expect(refused?.field == "surprise")
    }

    @Test func `a field of another frame is unknown too`() {
        #expect(rejection(of: #"{"type":"ping","ticket":"T-7"}"#)?.field == "ticket")
        #expect(
            rejection(of: #"{"type":"update","ticket":"T-7","action":"take","body":"x"}"#)?.field
                == "body")
        #expect(
            rejection(of: #"{"type":"update","ticket":"T-7","status":"open"}"#)?.field == "status")
        #expect(
            rejection(of: #"{"type":"message","ticket":"T-7","body":"x","ifSeq":1}"#)?.field
                == "ifSeq")
    }

    /// Fields after `{"type":T,` and the wrong one.
    private static let wrongTypes: [(type: String, fields: String, field: String)] = [
        ("join", #""ticket":7"#, "ticket"), ("join", #""after":1"#, "ticket"),
        ("join", #""ticket":"T-7","after":"1""#, "after"),
        ("join", #""ticket":"T-7","after":-1"#, "after"),
        ("join", #""ticket":"T-7","after":1.5"#, "after"),
        ("join", #""ticket":"T-7","after":null"#, "after"),
        ("join", #""ticket":"T-7","limit":0"#, "limit"),
        ("join", #""ticket":"T-7","limit":-5"#, "limit"),
        ("join", #""ticket":"T-7","limit":"all""#, "limit"),
        ("message", #""ticket":"T-7","body":1"#, "body"),
        ("message", #""ticket":"T-7","body":null"#, "body"),
        ("message", #""ticket":"T-7","body":"x","internal":"yes""#, "internal"),
        ("message", #""ticket":"T-7","body":"x","internal":1"#, "internal"),
        ("message", #""ticket":"T-7","body":"x","attachments":"f""#, "attachments"),
        ("message", #""ticket":"T-7","body":"x","attachments":["f"]"#, "attachments"),
        ("message", #""ticket":"T-7","body":"x","attachments":[1]"#, "attachments"),
        ("message", #""ticket":"T-7","body":"x","mentions":"t1""#, "mentions"),
        ("message", #""ticket":"T-7","body":"x","mentions":[null]"#, "mentions"),
        ("message", #""ticket":"T-7","body":"x","baseSeq":"3""#, "baseSeq"),
        ("message", #""ticket":"T-7","body":"x","baseSeq":-3"#, "baseSeq"),
        ("message", #""ticket":"T-7","body":"x","force":1"#, "force"),
        ("message", #""ticket":"T-7","body":"x","action":"explode""#, "action"),
        ("message", #""ticket":"T-7","body":"x","action":true"#, "action"),
        ("message", #""ticket":"T-7","body":"x","set":[]"#, "set"),
        ("message", #""ticket":"T-7","body":"x","key":7"#, "key"),
        ("message", #""ticket":"T-7","body":"x","key":"""#, "key"),
        ("update", #""ticket":"T-7""#, "set"), ("update", #""ticket":"T-7","set":{}"#, "set"),
        ("update", #""ticket":"T-7","set":"open""#, "set"),
        ("update", #""ticket":"T-7","action":"take","ifSeq":"1""#, "ifSeq"),
        ("create", #""key":"k""#, "set"), ("create", #""set":null"#, "set"),
        ("typing", #""ticket":"T-7""#, "on"), ("typing", #""ticket":"T-7","on":1"#, "on"),
        ("typing", #""ticket":"T-7","on":true,"internal":null"#, "internal"),
        ("read", #""ticket":"T-7""#, "seq"), ("read", #""ticket":"T-7","seq":"1""#, "seq"),
        ("view", #""ticket":"T-7""#, "focus"), ("view", #""ticket":"T-7","focus":"x""#, "focus"),
        ("queue.join", #""filter":[]"#, "filter"), ("queue.join", #""limit":0"#, "limit"),
        ("auth", #""token":1"#, "token"), ("auth", #""id":"a""#, "token"),
    ]

    @Test func `a wrong type names its field in every frame`() {
        for (type, fields, field) in Self.wrongTypes {
            let refused = rejection(of: "{\"type\":\"\(type)\",\(fields)}")
            #expect(refused?.code == .badRequest, "\(type) \(fields)")
            #expect(refused?.field == field, "\(type) \(fields)")
        }
    }

    @Test(arguments: [
        ("status", "1"), ("status", "\"opened\""), ("priority", "null"), ("priority", "\"\""),
        ("category", "[]"), ("title", "1"), ("title", "null"), ("project", "{}"),
        ("assignedTo", "1"), ("assignedTo", "[\"t1\"]"), ("watchers", "\"c1\""),
        ("watchers", "[1]"), ("tags", "\"x\""), ("tags", "[null]"), ("targetHours", "\"4\""),
        ("targetHours", "true"), ("surprise", "1"), ("id", "\"x\""),
    ])
    func `a wrong field of set is named without its prefix`(_ name: String, _ value: String) {
        let refused = rejection(
            of: "{\"type\":\"update\",\"ticket\":\"T-7\",\"set\":{\"\(name)\":\(value)}}")
        #expect(refused?.code == .badRequest)
        #expect(refused?.field == name)
    }

    @Test(arguments: ["title", "description", "category", "priority", "project"])
    func `create names what is missing`(_ missing: String) {
        let set = [
            ("title", "t"), ("description", "d"), ("category", "incident"), ("priority", "low"),
            ("project", "p"),
        ].filter { $0.0 != missing }.map { "\"\($0.0)\":\"\($0.1)\"" }.joined(separator: ",")
        #expect(rejection(of: "{\"type\":\"create\",\"set\":{\(set)}}")?.field == missing)
    }

    @Test(arguments: [
        ("status", "\"new\""), ("priority", "[\"low\",\"x\"]"), ("category", "1"),
        ("sla", "\"late\""), ("project", "{}"), ("client", "[1]"), ("tag", "null"),
        ("assignedTo", "7"), ("watching", "\"t2\""), ("q", "[[]]"), ("title", "\"x\""),
    ])
    func `a wrong filter names its field`(_ name: String, _ value: String) {
        let refused = rejection(
            of: "{\"type\":\"queue.join\",\"filter\":{\"\(name)\":\(value)}}")
        #expect(refused?.code == .badRequest)
        #expect(refused?.field == name)
    }

    @Test func `long keys and long searches are too large`() {
        let key = String(repeating: "k", count: 65)
        let refused = rejection(
            of: "{\"type\":\"message\",\"ticket\":\"T-7\",\"body\":\"x\",\"key\":\"\(key)\"}")
        #expect(refused?.code == .tooLarge)
        #expect(refused?.field == "key")
        let words = String(repeating: "q", count: 201)
        let search = rejection(of: "{\"type\":\"queue.join\",\"filter\":{\"q\":\"\(words)\"}}")
        #expect(search?.code == .tooLarge)
        #expect(search?.field == "q")
    }
}
