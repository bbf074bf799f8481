internal import BoundedJSON

/// Why a line is refused.
struct RuleLineRefusal: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// One line of a rule file as an object.
struct RuleLine {
    private let object: JSONValue

    init(_ bytes: [UInt8]) throws(RuleLineRefusal) {
        let limits = JSONLimits(byteCountMax: RiskLimits.ruleLineByteCountMax, depthMax: 2, nodeCountMax: 64)
        do throws(JSONError) { object = try JSONValue.parse(bytes, limits: limits) } catch {
            throw RuleLineRefusal("byte \(error.byteOffset + 1): \(error.reason.sentence)")
        }
        guard object.isObject else { throw RuleLineRefusal("it must be a JSON object") }
    }

    func allowOnly(_ known: [String]) throws(RuleLineRefusal) {
        for member in object.members ?? [] where !known.contains(member.key) {
            throw RuleLineRefusal(
                "unknown member \"\(member.key.prefix(64))\"; known here are \(known.joined(separator: ", "))")
        }
    }

    func name(_ key: String) throws(RuleLineRefusal) -> String {
        guard let text = object[key]?.string, 1...RiskLimits.nameByteCountMax ~= text.utf8.count,
            text.utf8.allSatisfy({
                48...57 ~= $0 || 65...90 ~= $0 || 97...122 ~= $0 || $0 == 45 || $0 == 46 || $0 == 95
            })
        else {
            throw RuleLineRefusal(
                "\(key) must be a name of 1 to \(RiskLimits.nameByteCountMax) letters, digits and -_.")
        }
        return text
    }

    func choice(_ key: String, _ allowed: [String]) throws(RuleLineRefusal) -> String? {
        guard let value = object[key] else { return nil }
        guard let text = value.string, allowed.contains(text) else {
            throw RuleLineRefusal("\(key) must be one of \(allowed.joined(separator: ", "))")
        }
        return text
    }

    func integer<Value: FixedWidthInteger>(
        _ key: String, _ allowed: ClosedRange<Value>
    ) throws(RuleLineRefusal) -> Value? {
        guard let value = object[key] else { return nil }
        guard let number = value.int64.flatMap({ Value(exactly: $0) }), allowed.contains(number) else {
            throw RuleLineRefusal("\(key) must be an integer from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }

    func required<Value: FixedWidthInteger>(
        _ key: String, _ allowed: ClosedRange<Value>
    ) throws(RuleLineRefusal) -> Value {
        guard let number = try integer(key, allowed) else {
            throw RuleLineRefusal("\(key) is missing: an integer from \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return number
    }

    /// A number with at most two decimals, in hundredths; never through floating point.
    func factor(_ key: String) throws(RuleLineRefusal) -> Int64 {
        let allowed = RiskLimits.factorHundredths
        guard let text = object[key]?.numberText, let hundredths = Self.hundredths(text),
            allowed.contains(Int(hundredths))
        else {
            throw RuleLineRefusal("\(key) must be a number from 1.01 to 1000 with at most two decimals")
        }
        return hundredths
    }

    private static func hundredths(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int64(parts[0]), 0...1_000_000 ~= whole else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard 1...2 ~= parts[1].utf8.count, let decimals = Int64(parts[1]), decimals >= 0 else { return nil }
        return whole * 100 + (parts[1].utf8.count == 1 ? decimals * 10 : decimals)
    }
}

extension ArraySlice where Element == UInt8 {
    /// Without spaces, tabs and carriage returns at both ends.
    var trimmed: ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 }
        guard let start = firstIndex(where: { !isBlank($0) }), let end = lastIndex(where: { !isBlank($0) }) else {
            return []
        }
        return self[start...end]
    }
}
