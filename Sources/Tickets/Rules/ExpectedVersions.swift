// Expected versions: a condition of a change.

/// The change is made only if one of these versions is the newest.
package struct ExpectedVersions: Hashable, Sendable, ExpressibleByIntegerLiteral {
    package let numbers: [Int]

    package init(_ numbers: [Int]) { self.numbers = numbers }

    package init(integerLiteral number: Int) { numbers = [number] }

    package func includes(_ number: Int) -> Bool { numbers.contains(number) }
}
