// Why a PROXY protocol header is refused.

package enum ProxyHeaderError: Error, Equatable {
    case noSignature, unknownVersion, unknownCommand, unknownFamily, tooShort, tooLong
}
