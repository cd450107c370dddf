// If-Match and If-None-Match: lists, weak tags, and invalid tags.

import Testing
import Text

@testable import Wire

@Suite struct EntityTagsTests {
    private func tags(_ values: String...) -> EntityTags? {
        EntityTags(
            Headers(fields: values.map { .init(name: "if-match", value: $0) }), "if-match")
    }

    private func values(_ tags: EntityTags?) -> [String] {
        guard case .listed(let tags)? = tags else { return [] }
        return tags.map { ($0.isWeak ? "W:" : "") + $0.value.string }
    }

    @Test func `matches a tag, a list, several fields, and any value`() {
        #expect(tags() == nil)
        #expect(tags("*") == .any)
        #expect(values(tags("\"1\"")) == ["1"])
        #expect(values(tags("\"1\", W/\"2\" ,,\"3,4\"")) == ["1", "W:2", "3,4"])
        #expect(values(tags("\"1\"", "\"2\"")) == ["1", "2"])
        #expect(values(tags("\"\"")) == [""])
    }

    @Test(arguments: [
        "", ",", "1", "\"1", "1\"", "\"1\"2", "\"1\" \"2\"", "w/\"1\"", "W/1", "W/", "*, \"1\"",
        "\"1\", *", "'1'", "\"1\", 2",
    ])
    func `a malformed list of tags is refused`(_ text: String) {
        #expect(tags(text) == .malformed)
        #expect(tags(text)?.includes("\"1\"") == false)
    }

    @Test func `a tag is found in a list, weak or not`() {
        #expect(tags("\"a\", W/\"b\"")?.includes("\"b\"") == true)
        #expect(tags("\"a\", W/\"b\"")?.includes("\"c\"") == false)
        #expect(tags("*")?.includes("\"c\"") == true)
    }
}
