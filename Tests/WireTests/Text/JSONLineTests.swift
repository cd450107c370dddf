// Line numbers of values, for errors in settings files.

import Testing
import Text
import Wire

struct JSONLineTests {
    private let text = Array(
        """
        {
          "calendars": {
            "a\\"}b": {"hours": {"mon": [["08:30", "12:00"],
                                         ["13:30", "x]},\\\\"]]}}
          },
          "policies": [
            {"match": {}},
            {"n": -1.5e3, "deep": [[], {}, [null, true],
              false]}
          ], "last":
            7
        }
        """.utf8)

    private func line(_ path: JSONStep...) -> Int { JSONLine.number(of: path, in: text) }

    @Test func `finds the line that a value begins on`() throws {
        _ = try JSONReader.parse(text)
        #expect(line() == 1)
        #expect(line(.member("calendars")) == 2)
        let mon: [JSONStep] = [
            .member("calendars"), .member("a\"}b"), .member("hours"), .member("mon"),
        ]
        #expect(JSONLine.number(of: mon, in: text) == 3)
        #expect(JSONLine.number(of: mon + [.item(1)], in: text) == 4)
        #expect(JSONLine.number(of: mon + [.item(1), .item(1)], in: text) == 4)
        #expect(line(.member("policies"), .item(0)) == 7)
        #expect(line(.member("policies"), .item(1), .member("n")) == 8)
        #expect(line(.member("policies"), .item(1), .member("deep"), .item(2)) == 8)
        #expect(line(.member("policies"), .item(1), .member("deep"), .item(3)) == 9)
        #expect(line(.member("last")) == 11)
    }

    @Test func `a missing member is reported at the line of its parent`() {
        #expect(line(.member("policies"), .item(2)) == 6)
        #expect(line(.member("policies"), .item(1), .member("match")) == 8)
        #expect(line(.member("last"), .item(0)) == 11)
        #expect(line(.item(0)) == 1)
        #expect(line(.member("nowhere"), .member("at"), .item(3)) == 1)
    }

    @Test func `counts lines up to a byte, wherever it is`() {
        #expect(JSONLine.number(atByte: -1, of: text) == 1)
        #expect(JSONLine.number(atByte: 1, of: text) == 1)
        #expect(JSONLine.number(atByte: 2, of: text) == 2)
        #expect(JSONLine.number(atByte: .max, of: text) == 12)
        #expect(JSONLine.number(atByte: 5, of: []) == 1)
    }

    @Test func `never leaves a text that is cut off anywhere`() {
        let path: [JSONStep] = [.member("policies"), .item(1), .member("deep"), .item(3)]
        for count in 0...text.count {
            let line = JSONLine.number(of: path, in: Array(text.prefix(count)))
            #expect((1...12).contains(line))
        }
    }
}
