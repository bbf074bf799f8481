internal import AccessControl
internal import HTTPDataPlane
internal import RiskControl
internal import RiskRules
internal import Settings
internal import Webhooks

/// Reads what the settings name for risk control.
enum RiskFiles {
    /// Reads the rule file; the built-in rules where none is named.
    static func rules(_ path: String?) throws(RuleFileError) -> RuleSet {
        guard let path else { return .standard }
        let bytes: [UInt8]
        do throws(SecretFileError) { bytes = try SecretFile.readPublic(path: path) } catch {
            throw RuleFileError(line: 0, reason: error.description)
        }
        return try RuleSet.parse(bytes)
    }

    /// Where callbacks go and what signs them; nil where no URL is set.
    ///
    /// - Throws: ``DaemonError/settings(_:)`` naming the key or file.
    static func callback(_ settings: RiskSettings, policy: EndpointPolicy) throws(DaemonError) -> CallbackSettings? {
        guard let text = settings.callbackURL, let secretFile = settings.callbackSecretFile else { return nil }
        let url: EndpointURL
        do throws(EndpointURLError) { url = try EndpointURL.parse(text, policy: policy) } catch {
            throw .settings("risk.callback_url: \(error)")
        }
        do {
            let secret = try SecretFile.readText(path: secretFile)
            return CallbackSettings(url: url, signer: try WebhookSigner(keys: [try WebhookSigningKey(secret)]))
        } catch {
            throw .settings("risk.callback_secret_file: \(error)")
        }
    }
}
