internal import BoundedJSON

/// Turns the JSON of a key file into records; every refusal names the member.
enum APIKeyFileReader {
    static func records(_ root: JSONValue) throws(APIKeyFileError) -> [APIKeyRecord] {
        try refuseUnknown(root, at: "", allowed: ["keys"])
        guard let list = root["keys"]?.array else { throw .field(path: "keys", reason: "a list of keys is expected") }
        guard list.count <= IdentityLimits.keyCountMax else {
            throw .field(
                path: "keys", reason: "\(list.count) keys: at most \(IdentityLimits.keyCountMax) are allowed")
        }
        var records: [APIKeyRecord] = []
        var places: [String: Int] = [:]
        for (index, value) in list.enumerated() {
            let record = try record(value, at: "keys[\(index)]")
            if let earlier = places.updateValue(index, forKey: record.id) {
                throw .field(path: "keys[\(index)].id", reason: "\(record.id) is keys[\(earlier)] already")
            }
            records.append(record)
        }
        return records
    }

    private static func record(_ value: JSONValue, at path: String) throws(APIKeyFileError) -> APIKeyRecord {
        try refuseUnknown(
            value, at: path, allowed: ["id", "secret", "previous_secret", "owner", "enabled", "hmac_sha1", "grants"])
        var record = APIKeyRecord(
            id: try text(value, "id", at: path) ?? "", secret: try text(value, "secret", at: path) ?? "",
            previousSecret: try text(value, "previous_secret", at: path),
            owner: try text(value, "owner", at: path) ?? "")
        record.isEnabled = try bool(value, "enabled", at: path) ?? true
        record.allowsHMACSHA1 = try bool(value, "hmac_sha1", at: path) ?? false
        if let grants = value["grants"] {
            guard let list = grants.array else {
                throw .field(path: path + ".grants", reason: "a list of grants is expected")
            }
            for (index, grant) in list.prefix(IdentityLimits.grantCountMax + 1).enumerated() {
                record.grants.append(try self.grant(grant, at: "\(path).grants[\(index)]"))
            }
        }
        if let fault = record.fault { throw .field(path: "\(path).\(fault.field)", reason: fault.reason) }
        return record
    }

    private static func grant(_ value: JSONValue, at path: String) throws(APIKeyFileError) -> APIGrant {
        try refuseUnknown(value, at: path, allowed: ["role", "actions", "queues", "topics"])
        let actions: APIGrant.Actions
        switch (try text(value, "role", at: path), try texts(value, "actions", at: path)) {
        case (.some(let name), nil):
            guard let role = APIRole(rawValue: name) else {
                throw .field(
                    path: path + ".role",
                    reason: "\(APIRole.allCases.map(\.rawValue).joined(separator: ", ")) are allowed")
            }
            actions = .role(role)
        case (nil, .some(let names)): actions = .named(names)
        default: throw .field(path: path, reason: "either role or actions must be given")
        }
        let queues = try patterns(value, "queues", at: path)
        let topics = try patterns(value, "topics", at: path)
        do throws(APIGrantError) { return try APIGrant(actions, queues: queues, topics: topics) } catch {
            throw .field(path: path, reason: error.description)
        }
    }

    private static func patterns(
        _ value: JSONValue, _ name: String, at path: String
    ) throws(APIKeyFileError) -> [NamePattern] {
        var patterns: [NamePattern] = []
        for (index, text) in (try texts(value, name, at: path) ?? []).enumerated() {
            guard let pattern = NamePattern(text) else {
                throw .field(
                    path: "\(path).\(name)[\(index)]",
                    reason: "a name of letters, digits, - and _, at most 64, with * only at its end, is allowed")
            }
            patterns.append(pattern)
        }
        return patterns
    }

    // MARK: Members

    private static func refuseUnknown(
        _ value: JSONValue, at path: String, allowed: [String]
    ) throws(APIKeyFileError) {
        guard let members = value.members else {
            throw .field(path: path.isEmpty ? "the file" : path, reason: "an object is expected")
        }
        for member in members where !allowed.contains(member.key) {
            throw .field(
                path: (path.isEmpty ? "" : path + ".") + member.key.prefix(40),
                reason: "unknown; allowed are \(allowed.joined(separator: ", "))")
        }
    }

    private static func text(
        _ value: JSONValue, _ name: String, at path: String
    ) throws(APIKeyFileError) -> String? {
        guard let member = value[name] else { return nil }
        guard let text = member.string else { throw .field(path: "\(path).\(name)", reason: "a text is expected") }
        return text
    }

    private static func bool(_ value: JSONValue, _ name: String, at path: String) throws(APIKeyFileError) -> Bool? {
        guard let member = value[name] else { return nil }
        guard let bool = member.bool else {
            throw .field(path: "\(path).\(name)", reason: "true or false is expected")
        }
        return bool
    }

    private static func texts(
        _ value: JSONValue, _ name: String, at path: String
    ) throws(APIKeyFileError) -> [String]? {
        guard let member = value[name] else { return nil }
        guard let list = member.array else {
            throw .field(path: "\(path).\(name)", reason: "a list of texts is expected")
        }
        guard list.count <= IdentityLimits.patternCountMax else {
            throw .field(
                path: "\(path).\(name)",
                reason: "\(list.count) texts: at most \(IdentityLimits.patternCountMax) are allowed")
        }
        var texts: [String] = []
        for (index, element) in list.enumerated() {
            guard let text = element.string else {
                throw .field(path: "\(path).\(name)[\(index)]", reason: "a text is expected")
            }
            texts.append(text)
        }
        return texts
    }
}
