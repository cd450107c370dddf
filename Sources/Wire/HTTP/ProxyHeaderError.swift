package enum ProxyHeaderError: Error, Equatable {
    case noSignature, unknownVersion, unknownCommand, unknownFamily, tooShort, tooLong
}
