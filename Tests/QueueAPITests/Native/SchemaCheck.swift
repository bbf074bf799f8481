import BoundedJSON

/// Checks a value against the part of JSON Schema that the document uses.
struct SchemaCheck {
    let root: JSONValue

    /// What is wrong with the value; nil where it fits.
    func fault(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> String? {
        if let reference = schema["$ref"]?.string {
            guard let name = reference.split(separator: "/").last,
                let target = root["components"]?["schemas"]?[String(name)]
            else { return "\(place): no schema \(reference)" }
            return fault(value, target, at: place)
        }
        if let choices = schema["oneOf"]?.array {
            let faults = choices.map { fault(value, $0, at: place) }
            guard faults.count(where: { $0 == nil }) == 1 else { return "\(place): fits \(faults)" }
        }
        if let allowed = schema["enum"]?.array, !allowed.contains(where: { $0.rawBytes == value.rawBytes }) {
            return "\(place): not in enum"
        }
        if let constant = schema["const"], constant.rawBytes != value.rawBytes { return "\(place): not the constant" }
        if let type = schema["type"] {
            let types = type.array?.compactMap(\.string) ?? [type.string ?? ""]
            guard types.contains(where: { Self.is(value, $0) }) else { return "\(place): not of type \(types)" }
        }
        return scalars(value, schema, place) ?? members(value, schema, place) ?? elements(value, schema, place)
    }

    private func scalars(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
        if let number = value.int64 {
            if let least = schema["minimum"]?.int64, number < least { return "\(place): below \(least)" }
            if let most = schema["maximum"]?.int64, number > most { return "\(place): above \(most)" }
        }
        if let count = value.string?.unicodeScalars.count {
            if let least = schema["minLength"]?.int64, count < least { return "\(place): too short" }
            if let most = schema["maxLength"]?.int64, count > most { return "\(place): too long" }
        }
        return nil
    }

    private func members(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
        guard let members = value.members else { return nil }
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where value[name] == nil {
            return "\(place): \(name) is missing"
        }
        for member in members {
            if let known = schema["properties"]?[member.key] {
                if let fault = fault(member.value, known, at: "\(place).\(member.key)") { return fault }
            } else if let other = schema["additionalProperties"] {
                if other.bool == false { return "\(place).\(member.key): not documented" }
                if other.isObject, let fault = fault(member.value, other, at: "\(place).\(member.key)") { return fault }
            }
        }
        return nil
    }

    private func elements(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> String? {
        guard let list = value.array else { return nil }
        if let most = schema["maxItems"]?.int64, list.count > most { return "\(place): too many" }
        if let least = schema["minItems"]?.int64, list.count < least { return "\(place): too few" }
        guard let items = schema["items"] else { return nil }
        for (index, element) in list.enumerated() {
            if let fault = fault(element, items, at: "\(place)[\(index)]") { return fault }
        }
        return nil
    }

    private static func `is`(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "object": value.isObject
        case "array": value.array != nil
        case "string": value.string != nil
        case "integer": value.int64 != nil
        case "boolean": value.bool != nil
        case "null": value.isNull
        default: false
        }
    }
}
