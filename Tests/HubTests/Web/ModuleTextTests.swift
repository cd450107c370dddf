// A module as a function: imports and exports in each form, and what it refuses.

import Testing
import Text

@testable import Hub

@Suite struct ModuleTextTests {
    private func module(_ text: String) throws -> ModuleText {
        try ModuleText(Array(text.utf8), at: "/views/parts/a.js")
    }

    private func body(_ text: String) throws -> String {
        String(decoding: try module(text).body, as: UTF8.self)
    }

    @Test(arguments: [
        (
            "import { a } from './b.js';",
            "const { a } = $take(\"/views/parts/b.js\");\nreturn {  };\n"
        ),
        (
            "import { a, b as c } from '../../d.js';",
            "const { a, b: c } = $take(\"/d.js\");\nreturn {  };\n"
        ),
        (
            "import {\n    a,\n    b,\n} from './c.js';",
            "const { a, b } = $take(\"/views/parts/c.js\");\nreturn {  };\n"
        ),
        ("import './b.js';", "$take(\"/views/parts/b.js\");\nreturn {  };\n"),
        (
            "export * from './b.js';",
            "$take(\"/views/parts/b.js\");\nreturn { ...$take(\"/views/parts/b.js\") };\n"
        ),
        (
            "export { a as b } from './c.js';",
            """
            $take("/views/parts/c.js");
            return { b: $take("/views/parts/c.js").a };

            """
        ),
        ("export const a = 1;", "const a = 1;\nreturn { a };\n"),
        ("export async function go() {", "async function go() {\nreturn { go };\n"),
        ("export function* go() {", "function* go() {\nreturn { go };\n"),
        ("export class A extends B {", "class A extends B {\nreturn { A };\n"),
        ("const a = 1;\nexport { a, a as b };", "const a = 1;\nreturn { a, b: a };\n"),
    ])
    func `imports are taken, exports are returned`(_ text: String, _ expected: String) throws {
        #expect(try body(text) == expected)
    }

    @Test func `a late import asks for the module by its path`() throws {
        let text = "const f = () => import('../b.js').then((b) => b.c); g(import('./d.js'));"
        let late = try module(text)
        #expect(late.lateImports == ["/views/b.js", "/views/parts/d.js"])
        #expect(late.imports.isEmpty)
        let expected = """
            const f = () => $late("/views/b.js").then((b) => b.c); \
            g($late("/views/parts/d.js"));
            """
        #expect(String(decoding: late.body, as: UTF8.self).hasPrefix(expected))
    }

    @Test func `lines of comments are left out, with the types in them`() throws {
        let text = """
            // one
            /** two */
            /**
             * @param {import('./b.js').B} b
             */
            const a = 1;  // three
                // four
            """
        #expect(try body(text) == "const a = 1;  // three\nreturn {  };\n")
    }

    @Test(arguments: [
        "export default 1;", "export let a = 1;", "export const { a } = b;",
        "import a from './b.js';",
        "import * as a from './b.js';", "import { a } from 'b';", "await a();",
        "const a = import.meta.url;", "import(name);", "const a = () => import(`./${b}.js`);",
        "import { a } from '../../../b.js';", "import { a", "/* never closed",
    ])
    func `an unknown form is refused`(_ text: String) {
        #expect(throws: ModuleText.UnknownForm.self) { try module(text) }
    }
}
