import Testing

@testable import Wire

@Suite struct HTTPDateTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
    func `writes and reads the same moment`(seconds: Int, text: String) {
        #expect(HTTPDate.format(unixSeconds: seconds) == text)
        #expect(HTTPDate.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Wed, 29 Feb 2100 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT",
        "Sun, 06 Nov 1994 08:49:3é GMT", "Sun, 99 Nov 9999 08:49:37 GMT",
    ])
    func `refuses anything else`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ])
    func `a recipient reads all three formats`(text: String) {
        #expect(HTTPDate.parse(text, nowSeconds: 1_764_000_000) == 784_111_777)
    }

    @Test(arguments: [
        ("Sunday, 24-Nov-75 15:59:59 GMT", 3_341_836_799),
        ("Monday, 24-Nov-75 17:00:00 GMT", 186_080_400),
        ("Tuesday, 25-Nov-75 16:00:00 GMT", 186_163_200),
        ("Thursday, 25-Nov-76 16:00:00 GMT", 217_785_600),
    ])
    func `a year with two digits is at most fifty years ahead`(text: String, seconds: Int?) {
        // Monday, 24 November 2025, 16:00.
        #expect(HTTPDate.parse(text, nowSeconds: 1_764_000_000) == seconds)
    }

    @Test(arguments: [
        "Saturday, 06-Nov-94 08:49:37 GMT", "Sunday, 6-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06-Nov-+4 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37", "Sunday, 06-Nov-94",
        "Sun Nov 06 08:49:37 1994", "Mon Nov  6 08:49:37 1994", "Sun Nov  6 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  é 08:49:37 199", "Sun,Nov  6 08:49:37 1994", "",
    ])
    func `a recipient reads nothing else`(text: String) {
        #expect(HTTPDate.parse(text, nowSeconds: 1_764_000_000) == nil)
    }

    @Test func `takes a leap second for the first of the next minute`() {
        let before = HTTPDate.parse("Sat, 31 Dec 2016 23:59:59 GMT")
        #expect(HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT") == before.map { $0 + 1 })
    }

    @Test func `keeps far times within four digits of year`() {
        #expect(HTTPDate.format(unixSeconds: .max) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.format(unixSeconds: .min) == "Sat, 01 Jan 0000 00:00:00 GMT")
    }

    @Test func `agrees with itself on every day of four centuries`() {
        for day in stride(from: -719_468, through: 146_097, by: 37) {
            let seconds = day * 86400 + 4321
            #expect(HTTPDate.parse(HTTPDate.format(unixSeconds: seconds)) == seconds)
        }
    }
}
