internal import AccessControl
internal import BoundedJSON
internal import Deflate
internal import PaymentNotice

/// The trade bill, in two steps (wechat-pay §4.1).
extension PlatformAPIv3 {
    private static let downloadPath = "/v3/billdownload/file"

    static let billRoutes = [
        route("GET", "/v3/bill/tradebill", "bill") { api, call throws(APIFault) in try api.bill(call) },
        route("GET", downloadPath, "bill_download") { api, call throws(APIFault) in try api.download(call) },
    ]

    /// Any day that has payments has a bill here: the real one is made at nine on the next day.
    private func bill(_ call: APIv3Call) throws(APIFault) -> APIv3Reply {
        let day = try call.text("bill_date")
        guard day.utf8.count == 10, RFC3339.millis("\(day)T00:00:00+08:00") != nil else {
            throw .parameter("bill_date must be a day as YYYY-MM-DD")
        }
        guard let kind = BillKind(rawValue: call.query["bill_type"] ?? "ALL") else {
            throw .parameter("bill_type must be ALL, SUCCESS or REFUND")
        }
        let packing = call.query["tar_type"]
        guard packing == nil || packing == "GZIP" else { throw .parameter("tar_type must be GZIP or absent") }
        let lines = core.bills.lines(core.book.paid, day: day, kind: kind, merchantID: call.query["sub_mchid"])
        guard !lines.isEmpty else { throw APIFault(400, "NO_STATEMENT_EXIST", "账单文件不存在") }
        let text = TradeBillWriter.write(lines, kind: kind)
        let token = RandomBytes.alphanumeric(count: 48)
        core.bills.lay(packing == nil ? text : try zipped(text), token: token, nowMillis: core.nowMillis)
        var hash = SHA1Stream()
        hash.add(text[...])
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("hash_type", "SHA1")
        writer.member("hash_value", hash.hex)
        writer.member("download_url", "\(core.root)\(Self.downloadPath)?token=\(token)")
        writer.endObject()
        return .json(writer.bytes)
    }

    private func download(_ call: APIv3Call) throws(APIFault) -> APIv3Reply {
        guard let file = core.bills.file(token: try call.text("token"), nowMillis: core.nowMillis) else {
            throw APIFault(400, "INVALID_REQUEST", "下载链接已失效")
        }
        return .file(file)
    }

    private func zipped(_ text: [UInt8]) throws(APIFault) -> [UInt8] {
        do {
            return try Gzip.zipped(text)
        } catch {
            throw APIFault(500, "SYSTEM_ERROR", "\(error)")
        }
    }
}
