extension QueueListenerSettings {
    /// Checks what values must satisfy together.
    ///
    /// - Throws: ``SettingsError/inconsistent(_:)`` naming the keys and what is allowed.
    func validate() throws(SettingsError) {
        guard !listener.host.isEmpty else {
            throw .inconsistent("queue_api.host is empty: it must name an address to listen on")
        }
        guard publicAuthorities.count <= SettingsLimits.publicAuthorityCountMax else {
            throw .inconsistent(
                "queue_api.public_authorities names \(publicAuthorities.count): at most"
                    + " \(SettingsLimits.publicAuthorityCountMax) are allowed")
        }
        for authority in publicAuthorities where !Self.isAuthority(authority) {
            throw .inconsistent(
                "queue_api.public_authorities: \"\(authority.prefix(80))\" must be a host, or host:port, without scheme and path"
            )
        }
        guard !allowsUnsignedNative || Self.loopbackHosts.contains(listener.host) else {
            throw .inconsistent(
                "queue_api.allow_unsigned_native with queue_api.host \"\(listener.host)\": it is allowed only on"
                    + " \(Self.loopbackHosts.joined(separator: ", "))")
        }
    }

    private static let loopbackHosts = ["127.0.0.1", "::1", "localhost"]

    private static func isAuthority(_ text: String) -> Bool {
        guard text.utf8.count <= 255, let first = text.utf8.first, first != UInt8(ascii: ":") else { return false }
        return text.utf8.allSatisfy { byte in
            48...57 ~= byte || 65...90 ~= byte || 97...122 ~= byte || "-._:[]".utf8.contains(byte)
        }
    }
}
