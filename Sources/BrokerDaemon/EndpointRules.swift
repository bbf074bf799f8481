internal import HTTPDataPlane
internal import Merchants
internal import Settings
internal import Webhooks

/// What the settings allow for merchants' endpoints.
enum EndpointRules {
    /// The policy of registration and delivery alike.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the entry of an allow-list.
    static func policy(_ settings: PushSettings) throws(DaemonError) -> EndpointPolicy {
        do {
            let allowed = try AddressAllowList(
                privateRanges: settings.allowedPrivateRanges, singleAddresses: settings.allowedAddresses)
            return EndpointPolicy(
                allowsPlainHTTP: settings.allowsPlainHTTP, allowsIPLiterals: settings.allowsIPLiterals,
                allowsAnyPort: settings.allowsAnyPort, extraPorts: settings.allowedPorts,
                addresses: AddressPolicy(allowList: allowed))
        } catch {
            throw .settings("push.allowed_private_ranges, push.allowed_addresses: \(error)")
        }
    }

    /// The checks of the registry.
    static func merchants(_ policy: EndpointPolicy) -> MerchantRules {
        MerchantRules(
            endpointURL: { text in
                do {
                    _ = try EndpointURL.parse(text, policy: policy)
                    return nil
                } catch {
                    return "\(error)"
                }
            },
            signingKey: { text in
                do {
                    _ = try WebhookSigningKey(text)
                    return nil
                } catch {
                    return "\(error)"
                }
            })
    }
}
