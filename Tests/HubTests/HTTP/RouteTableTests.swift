// The route table: what it finds, and that it has the same calls as the API description.

import APIDescription
import Foundation
import TestSupport
import Testing
import Text
import Wire

@testable import Hub

@Suite struct RouteTableTests {
    private static let methods: Set<String> = ["get", "post", "put", "patch", "delete"]

    private func find(_ method: String, _ path: ExactText) -> RouteTable.Finding {
        RouteTable.api.find(method, PathPattern.segments(path))
    }

    private func allowed(_ path: ExactText) -> [String]? {
        guard case .otherMethods(let methods) = find("TRACE", path) else { return nil }
        return methods
    }

    private func parameters(_ method: String, _ path: ExactText) -> [ExactText: ExactText]? {
        guard case .found(let match) = find(method, path) else { return nil }
        return match.parameters
    }

    @Test func `the API description and the table have the same calls`() throws {
        let paths = try JSONReader.parse(OpenAPIDocument.json, maxDepth: 64)["paths"]?.objectValue
        var described: Set<String> = []
        for path in try #require(paths) {
            for method in path.value.names where Self.methods.contains(method) {
                described.insert("\(method.uppercased()) \(path.name)")
            }
        }
        var served: Set<String> = []
        for route in RouteTable.api.routes + RouteTable.pages.routes
        where route.pattern.path != "*" {
            let path = route.pattern.path.string.split(separator: "+").joined()
            served.insert("\(route.methods[0]) \(path)")
        }
        #expect(served.subtracting(described).isEmpty)
        #expect(described.subtracting(served).isEmpty)
    }

    /// Of the characters that UTF-16 writes as one unit; the few invisible ones beyond are left out.
    @Test func `the description asks for a visible character by the hub's own rule`() throws {
        let description = try JSONReader.parse(OpenAPIDocument.json, maxDepth: 64)
        let patterns = Set(Self.patterns(in: description).filter { $0.string.hasPrefix("[^") })
        #expect(patterns.count == 1)
        let pattern = try NSRegularExpression(pattern: try #require(patterns.first).string)
        let scalars = (0...0xFFFF).compactMap { Unicode.Scalar(UInt32($0)) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let units = NSRange(location: 0, length: scalars.count)
        let found = Set(pattern.matches(in: String(text), range: units).map(\.range.location))
        let visible = scalars.indices.filter { !String(scalars[$0]).isBlank }
        #expect(found == Set(visible))
    }

    private static func patterns(in value: Tree) -> [ExactText] {
        switch value {
        case .array(let items): items.flatMap { patterns(in: $0) }
        case .object(let fields):
            fields.flatMap { field in
                field.name == "pattern"
                    ? [field.value.textValue].compactMap { $0 } : patterns(in: field.value)
            }
        default: []
        }
    }

    @Test func `no request has two routes`() {
        for routes in [RouteTable.api.routes, RouteTable.pages.routes] {
            for (index, route) in routes.enumerated() {
                let path = PathPattern.segments(route.pattern.path)
                for other in routes[(index + 1)...]
                where !Set(route.methods).isDisjoint(with: other.methods) {
                    #expect(other.pattern.match(path) == nil, "\(other.pattern.path)")
                }
            }
        }
    }

    @Test func `a parameter is one segment of the path`() {
        #expect(parameters("GET", "/api/tickets/T-1000") == ["ticket": "T-1000"])
        #expect(parameters("HEAD", "/api/tickets/T-1000/events") == ["ticket": "T-1000"])
        #expect(
            parameters("POST", "/api/tickets/T-1000/messages/3/redact")
                == ["ticket": "T-1000", "seq": "3"])
        #expect(parameters("GET", "/api/tickets/") == [:])
        #expect(parameters("GET", "/api/tickets/T-1000/unknown") == nil)
    }

    @Test func `the id of a person may have slashes`() {
        #expect(parameters("POST", "/api/people/a/erase") != nil)
        #expect(parameters("POST", "/api/people/a/b/erase") != nil)
        #expect(parameters("POST", "/api/people/erase/erase") != nil)
        #expect(parameters("POST", "/api/people/erase") == nil)
        #expect(parameters("POST", "/api/people/a/b") == nil)
    }

    @Test func `the methods of a path follow from its routes`() {
        #expect(allowed("/api/tickets") == ["GET", "HEAD", "POST", "PATCH"])
        #expect(allowed("/api/canned/x") == ["GET", "HEAD", "PUT", "DELETE"])
        #expect(allowed("/api/upload") == ["POST"])
        #expect(allowed("/api/unknown") == nil)
        #expect(allowed("/api") == nil)
    }

    @Test func `an upgrade does not answer HEAD`() {
        guard case .otherMethods(let methods) = RouteTable.pages.find("HEAD", ["ws"]) else {
            Issue.record("HEAD /ws has a route")
            return
        }
        #expect(methods == ["GET"])
    }
}
