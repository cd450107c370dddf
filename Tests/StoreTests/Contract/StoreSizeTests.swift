import Testing
import Tickets

@testable import MongoStore

struct StoreSizeTests {
    @Test(arguments: StoreUnderTest.all)
    func `a store says how much room it takes`(_ kind: StoreUnderTest) throws {
        try kind.open { opener in
            _ = try opener.openStore()
            let size = try #require(try opener.openReader().size())
            #expect(size.bytes > 0)
            if let free = size.diskFreeBytes, let all = size.diskBytes { #expect(free <= all) }
        }
    }

    @Test func `numbers are read up to what is not understood`() {
        let document: [UInt8] =
            [0x40, 0, 0, 0] + [0x02] + Array("db\0".utf8) + [2, 0, 0, 0, 0x61, 0] + [0x10]
            + Array("n\0".utf8) + [7, 0, 0, 0] + [0x12] + Array("big\0".utf8)
            + [0, 0, 0, 0, 1, 0, 0, 0] + [0x01] + Array("d\0".utf8)
            + [0, 0, 0, 0, 0, 0, 0xF8, 0x3F] + [0x11] + Array("t\0".utf8) + [
                1, 2, 3, 4, 5, 6, 7, 8,
            ]
            + [0x10] + Array("after\0".utf8) + [9, 0, 0, 0, 0]
        let numbers = BSONNumbers(atBeginningOf: document)
        #expect(numbers["n"] == 7 && numbers["big"] == 1 << 32 && numbers["d"] == 1)
        #expect(numbers["after"] == nil)
        for count in 0..<document.count {
            _ = BSONNumbers(atBeginningOf: Array(document[..<count]))
        }
    }
}
