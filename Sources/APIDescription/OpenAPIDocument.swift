// The OpenAPI 3.1 description of the hub's HTTP interface. A module of its own, so that its bytes are
// compiled once and not with every change of the hub.

package enum OpenAPIDocument {
    package static let json: [UInt8] = PackageResources.openapi_json
}
