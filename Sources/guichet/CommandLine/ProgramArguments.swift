// The program's arguments, also on systems without procfs.

import Glibc

enum ProgramArguments {
    static var all: [String] {
        let known = CommandLine.arguments
        return Array((known.isEmpty ? ofInitialStack : known).dropFirst())
    }

    /// The path of the program as it was started.
    static var path: String? { CommandLine.arguments.first ?? ofInitialStack.first }

    /// The kernel puts the argument pointers right before the environment pointers, with a null
    /// between them and their count before them (System V ABI, initial process stack).
    private static var ofInitialStack: [String] {
        guard var slot = unsafe Optional(environ) else { return [] }
        var arguments: [String] = []
        unsafe slot -= 2
        // SAFETY: reads from the environment, which is still unchanged, down to the count, which is
        // not a string address.
        while let text = unsafe slot.pointee, UInt(bitPattern: text) != UInt(arguments.count) {
            unsafe arguments.append(String(cString: text))
            unsafe slot -= 1
        }
        return arguments.reversed()
    }
}
