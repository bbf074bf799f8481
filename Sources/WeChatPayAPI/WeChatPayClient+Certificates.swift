internal import BoundedJSON

extension WeChatPayClient: CertificateSource {
    /// The platform's certificates, each sealed; see ``CertificateList/unchecked``.
    public func certificates() async throws(PlatformCallError) -> CertificateList {
        let answer = try await get("/v3/certificates", trust: .keyringOrLater)
        let reader = try AnswerReader.object(answer.body)
        let certificates = try reader.objects("data", countMax: WeChatPayLimits.certificateCountMax).map {
            entry throws(PlatformCallError) in
            let sealed = try entry.object("encrypt_certificate")
            guard sealed.root["algorithm"]?.equals("AEAD_AES_256_GCM") == true else {
                throw .malformedAnswer("encrypt_certificate.algorithm is another than AEAD_AES_256_GCM")
            }
            let text = try sealed.text("ciphertext", byteCountMax: WeChatPayLimits.sealedCertificateByteCountMax)
            guard let ciphertext = StrictBase64.decode(text) else {
                throw .malformedAnswer("encrypt_certificate.ciphertext is not Base64")
            }
            return SealedCertificate(
                serial: try entry.text("serial_no"), nonce: try sealed.text("nonce"),
                associatedData: try sealed.optionalText("associated_data") ?? "", ciphertext: ciphertext)
        }
        return CertificateList(certificates: certificates, unchecked: answer.unchecked)
    }
}

extension WeChatPayClient: LimitationQuery {
    /// The restrictions of one of our sub-merchants (wechat-pay §6.5).
    public func limitations(merchantID: String) async throws(PlatformCallError) -> LimitationAnswer {
        let merchant = try PathText.encode(merchantID, "the merchant number")
        let target = "/v3/mch-operation-manage/merchant-limitations/sub-mchid/\(merchant)"
        let reader = try AnswerReader.object(try await get(target).body)
        if let told = try reader.optionalText("mchid"), told != merchantID {
            throw .malformedAnswer("it tells of another merchant than was asked for")
        }
        let countMax = WeChatPayLimits.limitationCountMax
        let cases = try reader.objects("recovery_specifications", countMax: countMax).map {
            entry throws(PlatformCallError) in
            let reason = try entry.optionalText("limitation_reason") ?? ""
            return LimitationAnswer.Case(
                caseID: try entry.text("limitation_case_id"),
                reasonType: try entry.optionalText("limitation_reason_type") ?? "",
                reasonDescribe: try entry.optionalText("limitation_reason_describe") ?? reason,
                startDate: try entry.optionalText("limitation_start_date"),
                relatedLimitations: try entry.texts("relate_limitations", countMax: countMax),
                actionType: try entry.optionalText("limitation_action_type") ?? "")
        }
        return LimitationAnswer(
            limitedFunctions: try reader.texts("limited_functions", countMax: countMax), cases: cases)
    }
}
