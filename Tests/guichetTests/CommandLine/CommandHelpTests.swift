import Testing

@testable import guichet

struct CommandHelpTests {
    @Test func `every command has a page of its own with its options`() throws {
        var pages: Set<String> = []
        for help in CommandHelp.all {
            let page = try CommandHelp.of(help.name).text
            #expect(page.hasPrefix("guichet \(help.name): "))
            for option in help.options { #expect(page.contains(option.meaning)) }
            #expect(CommandHelp.overview.contains("guichet \(help.name) "))
            pages.insert(page)
        }
        #expect(pages.count == CommandHelp.all.count)
    }

    @Test func `the page of serve has every setting`() throws {
        let page = try CommandHelp.of("serve").text
        for setting in SettingTable.all { #expect(page.contains("  \(setting.variable) ")) }
        #expect(page.contains("--tls-cert PEM"))
    }

    @Test(arguments: ["stats", "", "Serve", "--store", "serve "])
    func `a command that is not there is a wrong call`(name: String) {
        #expect(throws: UsageError.self) { try CommandHelp.of(name) }
    }
}
