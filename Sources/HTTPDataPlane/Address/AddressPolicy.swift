/// Decides which addresses may be connected to: everything public, nothing private, and what the operator names.
///
/// Pure: it sees an address, not a name. The client asks at connect time for every address a name resolves to, so that a
/// name whose answer changes between registration and delivery gains nothing (merchant-push §9).
public struct AddressPolicy: Sendable, Equatable {
    /// What the operator opened.
    public let allowList: AddressAllowList

    /// A policy with the given openings; none by default.
    public init(allowList: AddressAllowList = AddressAllowList()) {
        self.allowList = allowList
    }

    /// The verdict on one address; IPv4-mapped addresses are judged as IPv4.
    public func verdict(for address: IPAddress) -> AddressVerdict {
        guard let reason = Self.blockReason(address) else { return .allowed }
        return allowList.allows(address) ? .allowedByOperator : .blocked(reason)
    }

    /// The verdict on a textual address; text that is none, or carries a scope identifier, is blocked.
    public func verdict(forText text: String) -> AddressVerdict {
        do throws(IPAddressError) {
            return verdict(for: try IPAddress(parsing: text))
        } catch {
            return .blocked(error == .scopeIdentifier ? .scopeIdentifier : .notAnAddress)
        }
    }

    private static func blockReason(_ address: IPAddress) -> AddressBlockReason? {
        let table = address.family == .v4 ? BlockedRanges.v4 : BlockedRanges.v6
        if let entry = table.first(where: { $0.range.contains(address) }) { return entry.reason }
        if address.family == .v4 { return nil }
        return BlockedRanges.globalUnicast.contains { $0.contains(address) } ? nil : .notGlobalUnicast
    }
}
