// The BSON codec and the address, without a server.

import Testing
import Text
import Tickets

@testable import MongoStore

@Suite struct MongoBSONTests {
    static let everything: [Tree.Field] = [
        .init("null", .null), .init("yes", .bool(true)), .init("no", .bool(false)),
        .init("least", .int(.min)), .init("most", .int(.max)), .init("half", .double(0.5)),
        .init("text", .string("a\u{0}é🙂")), .init("empty", .string("")),
        .init("time", .time(Timestamp(milliseconds: -1))),
        .init("id", .objectID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C)),
        .init("list", .array([.int(1), .array([]), .object([])])),
        .init("nested", .object([.init("$gt", .string("$where"))])),
    ]

    @Test func `writes the bytes of the specification`() {
        // bsonspec.org, "What is the point of BSON": {"hello": "world"}.
        let hello = BSONDocument([.init("hello", .string("world"))])
        #expect(
            hello.bytes == [0x16, 0, 0, 0, 2] + "hello\0".utf8 + [6, 0, 0, 0] + "world\0\0".utf8)
        let id = BSONDocument([.init("_", .objectID(high: 0x0102_0304_0506_0708, low: 9))])
        #expect(id.bytes == [20, 0, 0, 0, 7, 0x5F, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9, 0])
    }

    @Test func `reads what it writes`() throws {
        let document = BSONDocument(Self.everything)
        #expect(try BSONReader.fields(of: document.bytes) == Self.everything)
    }

    @Test func `reads the narrow integers of other drivers`() throws {
        let bytes: [UInt8] = [12, 0, 0, 0, 0x10, 0x61, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0]
        #expect(try BSONReader.fields(of: bytes) == [.init("a", .int(-2))])
    }

    @Test func `a document cut anywhere is an error`() {
        let bytes = BSONDocument(Self.everything).bytes
        for count in 0..<bytes.count {
            #expect(throws: BSONError.self) {
                try BSONReader.fields(of: [UInt8](bytes.prefix(count)))
            }
        }
    }

    @Test func `no byte changed makes the reader trap`() {
        let bytes = BSONDocument(Self.everything).bytes
        var refusals = 0
        for position in bytes.indices {
            for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[position] = value
                if (try? BSONReader.fields(of: damaged)) == nil { refusals += 1 }
            }
        }
        #expect(refusals > 0)
    }

    @Test func `types that records lack are named`() {
        // A decimal128 in the field "a".
        let bytes = [24, 0, 0, 0, 0x13, 0x61, 0] + [UInt8](repeating: 0, count: 17)
        let error = #expect(throws: BSONError.self) { try BSONReader.fields(of: bytes) }
        #expect(error?.description.contains("“a”") == true)
    }

    @Test func `depth has an end`() {
        var record = Tree.object([])
        for _ in 0..<200 { record = .object([.init("a", record)]) }
        let bytes = BSONDocument([.init("a", record)]).bytes
        #expect(throws: BSONError.self) { try BSONReader.fields(of: bytes) }
    }

    @Test(arguments: [
        ("mongodb://h:1", "h:1", "guichet"),
        ("mongodb://h:1/", "h:1", "guichet"),
        ("mongodb://h:1,i:2/desk?replicaSet=rs0", "h:1,i:2", "desk"),
        ("mongodb://ann:secret@h:1/desk", "h:1", "desk"),
        ("mongodb://ann:s@cr/et?x@h:1/?authSource=admin", "h:1", "guichet"),
        ("mongodb+srv://ann:secret@cluster.example/?tls=true", "cluster.example", "guichet"),
        ("mongodb://h/?tlsCertificateKeyFilePassword=secret", "h", "guichet"),
    ])
    func `an address shows hosts and database only`(uri: String, hosts: String, database: String) {
        let address = MongoAddress(uri: uri, database: nil)
        #expect(address.hosts == hosts)
        #expect(address.database == database)
        #expect(!address.label.contains("secret"))
        #expect(MongoAddress(uri: uri, database: "own").database == "own")
    }

    @Test func `a URI that cannot be read is refused without its password`() {
        let opener = MongoStoreOpener(uri: "mongodb://ann:se%cret@h:1/?nope=1")
        let error = #expect(throws: StoreError.self) { try opener.openStore() }
        #expect(error?.description.contains("cret") == false)
    }

    @Test func `a server that is not there is unavailable`() {
        let uri = "mongodb://ann:secret@127.0.0.1:1/?serverSelectionTimeoutMS=50"
        let error = #expect(throws: StoreError.self) { try MongoStoreOpener(uri: uri).openStore() }
        guard case .unavailable(let reason)? = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(reason.contains("127.0.0.1:1"))
        #expect(!reason.contains("secret"))
    }
}
