import Testing

@testable import guichet

struct VariablesFileTests {
    private func parse(_ text: String) throws -> [String: String] {
        try VariablesFile.parse(Array(text.utf8), "env")
    }

    @Test func `lines, comments, blanks and quotes are read`() throws {
        let values = try parse(
            "\u{FEFF}# all\r\nGUICHET_LOG=json\r\n\n ; x\n  GUICHET_WEB = \"/a b\" \n"
                + "GUICHET_JWT_SECRET=a=b==\nGUICHET_SLA='x'\nGUICHET_SMTP=")
        #expect(
            values == [
                "GUICHET_LOG": "json", "GUICHET_WEB": "/a b", "GUICHET_JWT_SECRET": "a=b==",
                "GUICHET_SLA": "x", "GUICHET_SMTP": "",
            ])
    }

    @Test func `a value goes on after a backslash at the end of its line`() throws {
        let values = try parse(
            "GUICHET_ALLOWED_ORIGINS=https://a.example,\\\n  https://b.example\r\nGUICHET_LOG=json\\"
        )
        #expect(
            values == [
                "GUICHET_ALLOWED_ORIGINS": "https://a.example,https://b.example",
                "GUICHET_LOG": "json\\",
            ])
        let error = #expect(throws: UsageError.self) {
            try parse("GUICHET_LOG=js\\\non\nGUICHET_LOG=text")
        }
        #expect(error?.message.contains("env, line 3:") == true)
    }

    @Test(arguments: [
        "GUICHET_LOG", "PATH=/bin", "GUICHET_SETTINGS=x", "GUICHET_LOG=a\nGUICHET_LOG=b",
    ])
    func `what is not a setting is refused with its line`(text: String) {
        let error = #expect(throws: UsageError.self) { try parse("# first\n" + text) }
        #expect(error?.message.contains("env, line ") == true)
    }

    @Test func `the environment wins over the file, an empty variable does not`() {
        let environment = Environment(
            ["GUICHET_LOG": "json", "GUICHET_WEB": ""],
            file: ["GUICHET_LOG": "text", "GUICHET_WEB": "/web", "GUICHET_SLA": "x"])
        #expect(environment["LOG"] == "json" && environment["WEB"] == "/web")
        #expect(environment["SLA"] == "x" && environment["SMTP"] == nil)
        #expect(environment.source(of: "LOG") == "environment")
        #expect(environment.source(of: "SLA") == "file")
    }
}
