import BoundedJSON
import PaymentNotice
import TradeBill

/// One reader, with what must hold for every input. A violation traps, which libFuzzer reports with the input.
enum FuzzTarget: String, CaseIterable {
    /// The JSON reader, and the writer over what was read.
    case json
    /// The flat XML reader, the writer over what was read, and the verdict on an API v2 notice.
    case xml
    /// The headers of an API v3 notice and the verdict behind them.
    case headers
    /// A plaintext behind a right signature: payments and messages.
    case payments
    /// A trade bill, whole and in parts.
    case bill

    /// Set once before the first input.
    nonisolated(unsafe) static var chosen = FuzzTarget.json

    /// Tries one input.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .json: Self.json(bytes)
        case .xml: Self.xml(bytes)
        case .headers: Self.headers(bytes)
        case .payments: Self.payments(bytes)
        case .bill: Self.bill(bytes)
        }
    }

    private static func json(_ bytes: [UInt8]) {
        do throws(JSONError) {
            let value = try JSONValue.parse(bytes)
            walk(value)
            // What was read is JSON: its own bytes read the same way again.
            let again = try? JSONValue.parse(value.rawBytes)
            precondition(again?.rawBytes == value.rawBytes, "a value's own bytes are not that value")
        } catch {
            precondition(error.byteOffset <= bytes.count, "an error beyond the text")
        }
    }

    private static func walk(_ value: JSONValue) {
        _ = (value.string, value.int64, value.numberText, value.bool)
        if let text = value.stringBytes {
            var writer = JSONWriter()
            writer.string(String(decoding: text, as: UTF8.self))
            let again = try? JSONValue.parse(writer.bytes)
            precondition(again?.stringBytes == text, "a written text is not read back")
        }
        for element in value.array ?? [] { walk(element) }
        for member in value.members ?? [] { walk(member.value) }
    }

    private static func xml(_ bytes: [UInt8]) {
        do throws(FlatXMLError) {
            let fields = try FlatXMLReader.read(bytes)
            precondition(fields.list.reduce(0) { $0 + $1.value.utf8.count } <= bytes.count, "text grew")
            precondition(
                (try? FlatXMLReader.read(FlatXMLWriter.write(fields))) == fields || bytes.count > 30_000,
                "not read back")
            _ = try? PaidTransaction.decode(fields)
        } catch {
            precondition(error.byteOffset <= bytes.count, "an error beyond the text")
        }
        _ = NoticeV2Verifier(settings: settings, orderSignType: .md5, crypto: AnySign()).verdict(
            contentType: nil, body: bytes)
    }

    /// Lines `name: value`, an empty line, the body.
    private static func headers(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var list: [(name: String, value: String)] = []
        while let end = rest.firstIndex(of: 0x0A), list.count < 32 {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            guard !line.isEmpty else { break }
            let cut = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
            list.append(
                (
                    String(decoding: line[..<cut], as: UTF8.self),
                    String(decoding: line[cut...].dropFirst(), as: UTF8.self)
                ))
        }
        let headers = NoticeHeaders(list: list)
        _ = NoticeVerifier(settings: settings, crypto: AnySign()).verdict(
            headers: headers, body: Array(rest), nowSeconds: 1_760_000_000)
        _ = NoticeV2Verifier(settings: settings, orderSignType: .md5, crypto: AnySign())
            .verdict(contentType: headers.contentType, body: Array(rest))
        if let signature = headers.signature, let decoded = StrictBase64.decode(signature) {
            precondition(StrictBase64.encode(decoded) == signature, "one signature, two spellings")
        }
    }

    private static func payments(_ bytes: [UInt8]) {
        if let payment = try? PaidTransaction.decode(bytes) {
            let again = try? PaidTransaction.decode(payment.encode())
            precondition(
                again?.transactionID == payment.transactionID && again?.amount == payment.amount, "not read back")
            if payment.isConsistentSuccess {
                let message = OrderPaymentMessage(payment, storeID: "", source: .notice)
                precondition((try? OrderPaymentMessage.decode(message.encode())) == message, "message not read back")
            }
        }
        _ = try? OrderPaymentMessage.decode(bytes)
        _ = try? OrderRecord.decode(bytes)
        _ = RFC3339.millis(String(decoding: bytes, as: UTF8.self)).map(RFC3339.utcText)
        let envelope = NoticeEnvelope(
            id: "1", createTime: "", eventType: "REFUND.SUCCESS", summary: "", originalType: "")
        _ = RoadNames.noticeKey(envelope, plaintext: bytes)
    }

    private static func bill(_ bytes: [UInt8]) {
        let whole = Result { () throws(TradeBillError) in try lines(bytes, partByteCount: max(bytes.count, 1)) }
        let parts = Result { () throws(TradeBillError) in try lines(bytes, partByteCount: 7) }
        precondition(whole == parts, "parts give another bill")
        guard case .success(let lines) = whole else { return }
        for line in lines {
            precondition(line.amount >= 0 && line.refundAmount >= 0 && line.timeMillis >= -28_800_000, "out of bounds")
        }
    }

    private static func lines(_ bytes: [UInt8], partByteCount: Int) throws(TradeBillError) -> [TradeBillLine] {
        var reader = TradeBillReader()
        var lines: [TradeBillLine] = []
        for start in stride(from: 0, to: bytes.count, by: partByteCount) {
            lines += try reader.read(bytes[start..<min(start + partByteCount, bytes.count)])
        }
        let summary = try reader.finish()
        precondition(summary.lineCount == lines.count, "lines are lost")
        return lines
    }

    private static let settings = NoticeVerifierSettings(
        providerMerchantIDs: ["1620001234"], directMerchantIDs: ["1640009012"])
}

/// Takes every signature and opens every resource to its own bytes, so that what lies behind them is reached.
struct AnySign: NoticeCrypto, NoticeV2Crypto {
    func verify(serial: String, message: [UInt8], signature: String) -> SignatureCheck { .ok }

    func open(nonce: [UInt8], associatedData: [UInt8], ciphertext: [UInt8]) -> [UInt8]? { ciphertext }

    func sign(_ signType: V2SignType, message: [UInt8]) -> String { "" }

    func isValid(_ signType: V2SignType, message: [UInt8], sign: String) -> Bool { true }
}
