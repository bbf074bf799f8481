internal import Glibc

/// The resolver of the operating system, `getaddrinfo` for both families.
public struct SystemResolver: NameResolver {
    /// The system's resolver.
    public init() {}

    /// Blocks for as long as the system does.
    public func addresses(of name: String) throws(NameResolverError) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        switch code {
        case 0: return try Self.collect(list)
        // EAI_NODATA is -5 and hidden behind a feature macro.
        case EAI_NONAME, -5: throw .notFound
        default: throw .temporary
        }
    }

    private static func collect(_ list: UnsafeMutablePointer<addrinfo>?) throws(NameResolverError) -> [IPAddress] {
        var addresses: [IPAddress] = []
        var entry = list
        while let current = entry, addresses.count <= OutboundLimits.addressCountMax {
            let address = try address(current.pointee)
            if let address, !addresses.contains(address) { addresses.append(address) }
            entry = current.pointee.ai_next
        }
        return addresses
    }

    /// By way of the numeric text, which also shows a scope identifier.
    private static func address(_ info: addrinfo) throws(NameResolverError) -> IPAddress? {
        guard info.ai_family == AF_INET || info.ai_family == AF_INET6 else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = getnameinfo(
            info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { throw .temporary }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        do throws(IPAddressError) {
            return try IPAddress(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .unusable
        }
    }
}
