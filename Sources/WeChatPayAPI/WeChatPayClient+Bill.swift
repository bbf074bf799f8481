internal import HTTPDataPlane

extension WeChatPayClient: BillSource {
    /// Downloads the bill of a Beijing day, all merchants and all kinds of lines, as gzip (wechat-pay §4.1).
    ///
    /// Two steps: a signed answer names address and hash, then the address is fetched. That download carries no signature; who uses the file
    /// checks the hash. The file appears under its name only when it is whole and on the disk.
    public func tradeBill(date: String, into path: String) async throws(PlatformCallError) -> BillDownload {
        guard Self.isDate(date) else { throw .notStarted("the bill's date must be YYYY-MM-DD") }
        let target = "/v3/bill/tradebill?bill_date=\(date)&bill_type=ALL&tar_type=GZIP"
        let reader = try AnswerReader.object(try await get(target).body)
        guard try reader.text("hash_type") == "SHA1" else { throw .malformedAnswer("hash_type is another than SHA1") }
        let hash = try reader.text("hash_value").lowercased()
        guard hash.utf8.count == 40, hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            throw .malformedAnswer("hash_value is not 40 hexadecimal digits")
        }
        let text = try reader.text("download_url", byteCountMax: WeChatPayLimits.billURLByteCountMax)
        let url = try downloadURL(text)
        let file = try await FileDownload(url: url.description, headers: try downloadHeaders(url)).run(into: path)
        return BillDownload(isGzip: file.isGzip, sha1Hex: hash, byteCount: file.byteCount)
    }

    /// The address, which must be on a configured host or one of the platform's own: our signature goes there.
    private func downloadURL(_ text: String) throws(PlatformCallError) -> EndpointURL {
        let url: EndpointURL
        do throws(EndpointURLError) { url = try EndpointURL.parse(text, policy: settings.host.policy) } catch {
            throw .malformedAnswer("download_url: \(error)")
        }
        let origin = "\(url.scheme.rawValue)://\(url.hostHeader)"
        let isConfigured = origin == settings.host.origin || origin == settings.spareHost?.origin
        let isPlatform =
            url.scheme == .https && url.port == 443
            && Self.platformDomains.contains { url.host.hasSuffix(".\($0)") }
        guard isConfigured || isPlatform else {
            throw .malformedAnswer("download_url is neither on a configured host nor on one of WeChat Pay")
        }
        return url
    }

    private static let platformDomains = ["weixin.qq.com", "wechatpay.cn"]

    private func downloadHeaders(_ url: EndpointURL) throws(PlatformCallError) -> [(String, String)] {
        [
            ("Accept", "*/*"), ("User-Agent", "tillwire"), ("Authorization", try authorization(target: url.target)),
        ]
    }

    /// `YYYY-MM-DD` by form; whether there is such a day is the platform's to say.
    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 10
            && bytes.enumerated().allSatisfy { index, byte in
                index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (48...57).contains(byte)
            }
    }
}
