internal import BoundedJSON
internal import MessageModel

/// A JSON object whose members are read by name and kind; what is not known is refused.
struct NativeObject: Sendable {
    private let value: JSONValue?

    private init(_ value: JSONValue?) { self.value = value }

    /// An object of these members.
    ///
    /// - Throws: ``NativeFault`` where the value is no object or has another member.
    init(_ value: JSONValue, allowed: [String], place: String = "the body") throws(NativeFault) {
        guard let members = value.members else { throw NativeFault(.invalidValue, "\(place) must be an object") }
        for member in members where !allowed.contains(member.key) {
            let names = allowed.isEmpty ? "none" : allowed.joined(separator: ", ")
            throw NativeFault(
                .invalidValue, "unknown member \"\(member.key.prefix(40))\" of \(place); allowed: \(names)")
        }
        self.init(value)
    }

    /// The object of a body; an empty body is an object without members.
    init(body: [UInt8], allowed: [String]) throws(NativeFault) {
        if body.isEmpty { self.init(nil) } else { try self.init(try Self.parse(body), allowed: allowed) }
    }

    /// Reads a JSON text within the API's bounds.
    static func parse(_ bytes: [UInt8]) throws(NativeFault) -> JSONValue {
        let limits = JSONLimits(
            byteCountMax: NativeLimits.messageByteCountMax, depthMax: NativeLimits.depthMax,
            nodeCountMax: NativeLimits.nodeCountMax)
        do throws(JSONError) { return try JSONValue.parse(bytes, limits: limits) } catch {
            throw NativeFault(.invalidJSON, error.description)
        }
    }

    /// Whether the member is there, `null` included.
    func has(_ name: String) -> Bool { value?[name] != nil }

    /// The member itself; nil where it is missing or `null`.
    func member(_ name: String) -> JSONValue? {
        guard let member = value?[name], !member.isNull else { return nil }
        return member
    }

    /// A text; nil where it is missing or `null`.
    func text(_ name: String) throws(NativeFault) -> String? {
        guard let member = member(name) else { return nil }
        guard let text = member.string else { throw NativeFault(.invalidValue, "\(name) must be a string") }
        return text
    }

    /// An integer in the range; nil where it is missing or `null`.
    func integer(_ name: String, _ range: ClosedRange<UInt64>) throws(NativeFault) -> UInt64? {
        guard let member = member(name) else { return nil }
        guard let number = member.int64, number >= 0, range.contains(UInt64(number)) else {
            throw NativeFault(
                .invalidValue, "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return UInt64(number)
    }

    /// `true` or `false`; nil where it is missing or `null`.
    func bool(_ name: String) throws(NativeFault) -> Bool? {
        guard let member = member(name) else { return nil }
        guard let bool = member.bool else { throw NativeFault(.invalidValue, "\(name) must be true or false") }
        return bool
    }

    /// A list of texts; nil where it is missing or `null`.
    func texts(_ name: String, countMax: Int) throws(NativeFault) -> [String]? {
        guard let member = member(name) else { return nil }
        guard let list = member.array, list.count <= countMax else {
            throw NativeFault(.invalidValue, "\(name) must be a list of at most \(countMax) strings")
        }
        var texts: [String] = []
        for element in list {
            guard let text = element.string else {
                throw NativeFault(.invalidValue, "\(name) must be a list of at most \(countMax) strings")
            }
            texts.append(text)
        }
        return texts
    }
}

/// A name from a path or a body.
enum NativeName {
    /// - Throws: ``NativeFault`` with what is allowed.
    static func check(_ text: String) throws(NativeFault) -> EntityName {
        do throws(BrokerError) { return try EntityName(text) } catch { throw NativeFault(error) }
    }
}
