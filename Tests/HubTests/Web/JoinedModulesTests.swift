// The two files of a page: what is in which, and when there are none.

import Testing
import Text

@testable import Hub

@Suite struct JoinedModulesTests {
    private func join(_ files: [ExactText: String], _ entry: ExactText = "/a.js") -> JoinedModules?
    {
        var modules: [ExactText: ModuleText] = [:]
        for (path, text) in files { modules[path] = try? ModuleText(Array(text.utf8), at: path) }
        return JoinedModules(entry: entry, lateName: "a-late.js", of: modules)
    }

    /// How often a module is in the first file, and in the late one.
    private func copies(of path: String, in joined: JoinedModules) -> [Int] {
        let count = { (file: [UInt8]) in
            String(decoding: file, as: UTF8.self).ranges(of: "\"\(path)\"($take, $late) {").count
        }
        return [count(joined.first), count(joined.late ?? [])]
    }

    @Test func `each module is in one file, once`() throws {
        let joined = try #require(
            join([
                "/a.js":
                    "import { b } from './b.js';\nimport { c } from './c.js';\nimport('./d.js');",
                "/b.js": "import { c } from './c.js';\nexport const b = c;",
                "/c.js": "export const c = 1;",
                "/d.js":
                    "import { c } from './c.js';\nimport { e } from './e.js';\nimport('./f.js');",
                "/e.js": "export const e = 1;", "/f.js": "export const f = 1;",
                "/unused.js": "export default 1;",
            ]))
        for early in ["/a.js", "/b.js", "/c.js"] {
            #expect(copies(of: early, in: joined) == [1, 0], "\(early)")
        }
        for late in ["/d.js", "/e.js", "/f.js"] {
            #expect(copies(of: late, in: joined) == [0, 1], "\(late)")
        }
        #expect(copies(of: "/unused.js", in: joined) == [0, 0])
    }

    @Test func `without late modules there is one file`() throws {
        let joined = try #require(join(["/a.js": "export const a = 1;"]))
        #expect(joined.late == nil)
    }

    @Test(arguments: [
        ["/a.js": "import { b } from './b.js';"],
        ["/a.js": "import('./b.js');"],
        ["/a.js": "import { b } from './b.js';", "/b.js": "import { a } from './a.js';"],
        ["/a.js": "import { b } from './b.js';", "/b.js": "export default 1;"],
    ])
    func `a missing, circular or unknown module leaves the page as it is`(
        _ files: [String: String]
    ) {
        #expect(
            join(Dictionary(uniqueKeysWithValues: files.map { (ExactText($0), $1) })) == nil)
    }
}
