// The modules of a page in two files: one for the first screen, one for what is fetched later. A
// browser opens six connections to a host, so a hundred files cost twenty times the delay of the
// network.

import Text

/// Each module is a function that runs once, when another one first needs it, as in a browser.
struct JoinedModules {
    /// The entry and everything that it imports, directly or indirectly.
    let first: [UInt8]
    /// Everything behind an `import('…')`; nil: nothing.
    let late: [UInt8]?

    /// nil: a module is missing or has an unknown form, or modules import each other in a circle.
    /// Such a page loads its modules one by one.
    ///
    /// - Parameter lateName: the address of the second file, seen from the first.
    init?(entry: ExactText, lateName: String, of modules: [ExactText: ModuleText]) {
        var walk = ModuleWalk(modules: modules)
        guard walk.visit(entry) else { return nil }
        let early = walk.found
        var pending = early.flatMap(\.lateImports)
        while let path = pending.popLast() {
            let known = walk.found.count
            guard walk.visit(path) else { return nil }
            pending += walk.found[known...].flatMap(\.lateImports)
        }
        let rest = walk.found[early.count...]
        late =
            rest.isEmpty
            ? nil
            : Array("export const makers = {\n".utf8) + Self.makers(rest)
                + Array("};\n".utf8)
        first =
            Array("const $makers = {\n".utf8) + Self.makers(early[...])
            + Array(Self.ending(entry: entry, lateName: lateName).utf8)
    }

    private static func makers(_ modules: ArraySlice<ModuleText>) -> [UInt8] {
        modules.reduce(into: []) { text, module in
            text += "\"\(module.path.string)\"($take, $late) {\n".utf8
            text += module.body
            text += "},\n".utf8
        }
    }

    /// A file that is gone belongs to an older build; the page says so (`connection-chip.js`).
    private static func ending(entry: ExactText, lateName: String) -> String {
        """
        };
        const $made = {};
        const $take = (path) => ($made[path] ??= $makers[path]($take, $late));
        let $rest;
        const $late = async (path) => {
        if (!$makers[path]) {
        $rest ??= import("./\(lateName)").catch((error) => {
        $rest = undefined;
        dispatchEvent(new Event("guichet-missing"));
        throw error;
        });
        Object.assign($makers, (await $rest).makers);
        }
        return $take(path);
        };
        $take("\(entry.string)");

        """
    }
}

/// Collects modules with what they import.
private struct ModuleWalk {
    let modules: [ExactText: ModuleText]
    private(set) var found: [ModuleText] = []
    private var done: Set<ExactText> = []
    private var open: Set<ExactText> = []

    init(modules: [ExactText: ModuleText]) {
        self.modules = modules
    }

    /// False: something is missing, or there is a circle.
    mutating func visit(_ path: ExactText) -> Bool {
        if done.contains(path) { return true }
        guard let module = modules[path], open.insert(path).inserted else { return false }
        for other in module.imports where !visit(other) { return false }
        open.remove(path)
        done.insert(path)
        found.append(module)
        return true
    }
}
