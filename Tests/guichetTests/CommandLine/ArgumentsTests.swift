// Options, flags and free arguments of a command, and the variables behind them.

import Testing

@testable import guichet

struct ArgumentsTests {
    private func parse(
        _ arguments: [String], _ variables: [String: String] = [:], freeMax: Int = 0
    ) throws -> Arguments {
        try Arguments(
            arguments, Environment(variables), options: ["store", "tls-cert", "limit"],
            flags: ["demo", "dead"], freeMax: freeMax)
    }

    private func refusal(_ arguments: [String], freeMax: Int = 0) -> String? {
        let error = #expect(throws: UsageError.self) { try parse(arguments, freeMax: freeMax) }
        return error?.message
    }

    @Test func `a value stands behind its option or behind an equals sign`() throws {
        let arguments = try parse(["--store", "sqlite:x", "--tls-cert=/a=b.pem", "--demo"])
        #expect(arguments["store"] == "sqlite:x" && arguments["tls-cert"] == "/a=b.pem")
        #expect(try arguments.has("demo") && !arguments.has("dead"))
        #expect(try parse(["--store="])["store"] == "")
    }

    @Test func `the last of two wins`() throws {
        #expect(try parse(["--store", "a", "--store", "b"])["store"] == "b")
    }

    @Test func `an option wins over its variable`() throws {
        let variables = ["GUICHET_STORE": "v", "GUICHET_TLS_CERT": "c"]
        let arguments = try parse(["--store", "o"], variables)
        #expect(arguments["store"] == "o" && arguments["tls-cert"] == "c")
        #expect(arguments.option("STORE") == "o" && arguments.option("TLS_CERT") == nil)
    }

    @Test func `what is unknown or has no value is refused with its name`() {
        #expect(refusal(["--stroe", "x"])?.contains("--stroe") == true)
        #expect(refusal(["--store"]) == "--store needs a value")
        #expect(refusal(["--demo=1"])?.contains("--demo") == true, "a flag has no value")
        #expect(refusal(["list"])?.contains("“list”") == true)
        #expect(refusal(["a", "b", "c"], freeMax: 2)?.contains("“c”") == true)
        #expect(refusal(["-h"])?.contains("“-h”") == true)
    }

    @Test func `free arguments keep their order`() throws {
        #expect(
            try parse(["replay", "--dead", "x", "y"], freeMax: 3).free == ["replay", "x", "y"])
    }

    @Test(arguments: [
        ("1", true), ("true", true), ("YES", true), ("0", false), ("false", false), ("no", false),
        ("", false),
    ])
    func `a variable may stand for a flag`(value: String, isOn: Bool) throws {
        #expect(try parse([], ["GUICHET_DEMO": value]).has("demo") == isOn)
    }

    @Test func `a flag's variable of another value is refused`() throws {
        let arguments = try parse([], ["GUICHET_DEMO": "on"])
        let error = #expect(throws: UsageError.self) { try arguments.has("demo") }
        #expect(error?.message == "GUICHET_DEMO is “on”; it must be 1 or 0")
    }

    @Test(arguments: ["0", "11", "-1", "+5", "5 ", "5.0", "", "٥", "99999999999999999999"])
    func `a number outside its range or in another form is refused`(text: String) throws {
        let arguments = try parse(["--limit", text])
        let error = #expect(throws: UsageError.self) { try arguments.int("limit", in: 1...10) }
        #expect(error?.message.contains("integer from 1 to 10") == true)
    }

    @Test func `a number in its range is read, and a missing one stays missing`() throws {
        #expect(try parse(["--limit", "10"]).int("limit", in: 1...10) == 10)
        #expect(try parse([]).int("limit", in: 1...10) == nil)
        #expect(throws: UsageError.self) { try parse([]).required("store") }
        #expect(throws: UsageError.self) { try parse(["--store="]).required("store") }
    }
}
