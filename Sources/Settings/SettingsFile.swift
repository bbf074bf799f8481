internal import BoundedJSON
internal import Configuration

/// Reads the settings file: a JSON object of sections, each an object of keys. Every member must be a known key of the right type.
enum SettingsFile {
    /// The values of the file as a layer for the reader.
    ///
    /// - Throws: ``SettingsError`` naming the first member that is unknown, of the wrong type or out of range.
    static func layer(_ bytes: [UInt8], path: String) throws(SettingsError) -> InMemoryProvider {
        let root = try parse(bytes, path: path)
        guard let sections = root.members else { throw .malformedFile(path: path, reason: "an object is expected") }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for section in sections { try add(section, path: path, to: &values) }
        return InMemoryProvider(name: path, values: values)
    }

    private static func parse(_ bytes: [UInt8], path: String) throws(SettingsError) -> JSONValue {
        let limits = JSONLimits(
            byteCountMax: SettingsLimits.fileByteCountMax, depthMax: SettingsLimits.fileDepthMax,
            nodeCountMax: SettingsLimits.fileNodeCountMax)
        do throws(JSONError) {
            return try JSONValue.parse(bytes, limits: limits)
        } catch {
            throw .malformedFile(path: path, reason: error.description)
        }
    }

    private static func add(
        _ section: (key: String, value: JSONValue), path: String, to values: inout [AbsoluteConfigKey: ConfigValue]
    ) throws(SettingsError) {
        guard let members = section.value.members else {
            _ = try sectionCheck(section.key, path: path)
            throw .malformedFile(path: path, reason: "\"\(section.key)\" must be an object of settings")
        }
        if members.isEmpty { try sectionCheck(section.key, path: path) }
        for member in members {
            let key = try SettingCatalogue.key(section.key + "." + member.key, origin: .file(path))
            guard let value = SettingValue(member.value, kind: key.kind) else {
                throw .wrongType(key: key.name, allowed: key.kind, origin: .file(path))
            }
            values[AbsoluteConfigKey(ConfigKey(key.name))] = value.configValue
        }
    }

    private static func sectionCheck(_ name: String, path: String) throws(SettingsError) {
        guard !SettingCatalogue.isSection(name) else { return }
        throw .unknownKey(name, nearest: SettingCatalogue.nearest(to: name), origin: .file(path))
    }
}

extension SettingValue {
    /// The value in the form of the configuration library.
    var configValue: ConfigValue {
        switch self {
        case .text(let text): ConfigValue(.string(text), isSecret: false)
        case .integer(let value): ConfigValue(.int(value), isSecret: false)
        case .number(let value): ConfigValue(.double(value), isSecret: false)
        case .boolean(let value): ConfigValue(.bool(value), isSecret: false)
        case .texts(let texts): ConfigValue(.stringArray(texts), isSecret: false)
        case .integers(let values): ConfigValue(.intArray(values), isSecret: false)
        }
    }
}
