internal import BoundedJSON
internal import HTTPDataPlane

/// Reads answers of the platform: members with their types and bounds; what is wrong is named by its path.
struct AnswerReader {
    let root: JSONValue

    private init(root: JSONValue) {
        self.root = root
    }

    /// The object an answer is.
    static func object(_ body: [UInt8]) throws(PlatformCallError) -> AnswerReader {
        let limits = JSONLimits(byteCountMax: WeChatPayLimits.answerByteCountMax)
        let root: JSONValue
        do throws(JSONError) { root = try JSONValue.parse(body, limits: limits) } catch {
            throw .malformedAnswer("not JSON: \(error)")
        }
        guard root.isObject else { throw .malformedAnswer("not a JSON object") }
        return AnswerReader(root: root)
    }

    /// A text that must be there.
    func text(_ name: String, byteCountMax: Int = WeChatPayLimits.textByteCountMax) throws(PlatformCallError) -> String
    {
        guard let text = root[name]?.string, (1...byteCountMax).contains(text.utf8.count) else {
            throw .malformedAnswer("\(name) is missing, no text, or too long")
        }
        return text
    }

    /// A text that may be missing, null or empty; nil then.
    func optionalText(_ name: String) throws(PlatformCallError) -> String? {
        guard let value = root[name], !value.isNull else { return nil }
        guard let text = value.string else { throw .malformedAnswer("\(name) is no text") }
        return text.isEmpty ? nil : Self.cut(text)
    }

    /// An amount in fen that must be there.
    func fen(_ name: String, _ member: String) throws(PlatformCallError) -> Int64 {
        guard let amount = root[name]?[member]?.int64, amount >= 0 else {
            throw .malformedAnswer("\(name).\(member) is missing or no amount in fen")
        }
        return amount
    }

    /// Objects of a list; an absent list is empty.
    func objects(_ name: String, countMax: Int) throws(PlatformCallError) -> [AnswerReader] {
        try elements(name, countMax: countMax).map { value throws(PlatformCallError) in
            guard value.isObject else { throw .malformedAnswer("\(name) holds something that is no object") }
            return AnswerReader(root: value)
        }
    }

    /// Texts of a list; an absent list is empty.
    func texts(_ name: String, countMax: Int) throws(PlatformCallError) -> [String] {
        try elements(name, countMax: countMax).map { value throws(PlatformCallError) in
            guard let text = value.string else { throw .malformedAnswer("\(name) holds something that is no text") }
            return Self.cut(text)
        }
    }

    /// An object that must be there.
    func object(_ name: String) throws(PlatformCallError) -> AnswerReader {
        guard let value = root[name], value.isObject else { throw .malformedAnswer("\(name) is missing or no object") }
        return AnswerReader(root: value)
    }

    private func elements(_ name: String, countMax: Int) throws(PlatformCallError) -> [JSONValue] {
        guard let value = root[name], !value.isNull else { return [] }
        guard let list = value.array, list.count <= countMax else {
            throw .malformedAnswer("\(name) is no list of at most \(countMax)")
        }
        return list
    }

    /// What an answer outside 2xx means; its signature need not be checked (wechat-pay §1.9), so nothing is done but not believing.
    static func failure(_ response: OutboundResponse) -> PlatformCallError {
        let reader = try? object(response.body)
        let code = shown(reader?.root["code"]?.string ?? "", byteCountMax: WeChatPayLimits.codeByteCountMax)
        switch response.status {
        case 404 where WeChatPayLimits.notFoundCodes.contains(code): return .notFound(code: code)
        // Of a proxy, or of a host that is not the platform: it tells nothing of the order.
        case 404: return .platformFault(status: 404, code: code)
        case 429: return .rateLimited
        case 400..<500:
            let message = shown(reader?.root["message"]?.string ?? "", byteCountMax: WeChatPayLimits.textByteCountMax)
            return .refused(status: response.status, code: code, message: message)
        case 500..<600: return .platformFault(status: response.status, code: code)
        default: return .malformedAnswer("status \(response.status)")
        }
    }

    /// Fit for a log: without control characters, cut.
    private static func shown(_ text: String, byteCountMax: Int) -> String {
        let scalars = text.unicodeScalars.prefix(byteCountMax).filter { $0.value >= 0x20 && $0.value != 0x7F }
        return cut(String(String.UnicodeScalarView(scalars)), byteCountMax: byteCountMax)
    }

    private static func cut(_ text: String, byteCountMax: Int = WeChatPayLimits.textByteCountMax) -> String {
        guard text.utf8.count > byteCountMax else { return text }
        var kept = ""
        for character in text {
            guard kept.utf8.count + character.utf8.count <= byteCountMax else { break }
            kept.append(character)
        }
        return kept
    }
}
