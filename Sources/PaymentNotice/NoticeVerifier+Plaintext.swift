import BoundedJSON

extension NoticeVerifier {
    /// Checks 10 to 12: what the decrypted text says.
    func verdict(envelope: NoticeEnvelope, plaintext: [UInt8]) -> NoticeVerdict {
        guard envelope.eventType == NoticeEnvelope.paymentEventType else {
            return otherVerdict(envelope: envelope, plaintext: plaintext)
        }
        let transaction: PaidTransaction
        do {
            transaction = try PaidTransaction.decode(plaintext)
        } catch {
            return .refused(.malformedPlaintext, probe: false)
        }
        guard isOurs(transaction) else { return .refused(.notOurs, probe: false) }
        guard transaction.isConsistentSuccess else { return .refused(.inconsistent, probe: false) }
        return .payment(transaction, envelope)
    }

    private func isOurs(_ transaction: PaidTransaction) -> Bool {
        switch transaction.mode {
        case .partner: transaction.providerMerchantID.map(settings.providerMerchantIDs.contains) ?? false
        case .direct: settings.directMerchantIDs.contains(transaction.merchantID)
        }
    }

    /// Authentic notices that are not payments. They are only asked to be JSON objects, and refunds to be ours: the
    /// set of events is open, and a refusal would be repeated for a day.
    private func otherVerdict(envelope: NoticeEnvelope, plaintext: [UInt8]) -> NoticeVerdict {
        guard let root = try? JSONValue.parse(plaintext), root.isObject else {
            return .refused(.malformedPlaintext, probe: false)
        }
        if envelope.eventType.hasPrefix("REFUND."), !isOursByMembers(root) {
            return .refused(.notOurs, probe: false)
        }
        return .other(envelope, plaintext: plaintext)
    }

    private func isOursByMembers(_ root: JSONValue) -> Bool {
        if let provider = root["sp_mchid"] {
            return provider.string.map(settings.providerMerchantIDs.contains) ?? false
        }
        return root["mchid"]?.string.map(settings.directMerchantIDs.contains) ?? false
    }
}
