internal import Configuration

/// Reads keys over all sources: command line, environment, file, default; the first that has a value wins.
struct SettingsReader {
    private let reader: ConfigReader

    /// Layers the sources.
    ///
    /// - Parameters:
    ///   - file: the bytes of the settings file and its path for error texts; nil where there is none.
    ///   - environment: variables `TILLWIRE_<SECTION>_<KEY>`; others are not looked at.
    ///   - overrides: `key=value` texts of the command line; the last one of a key wins.
    /// - Throws: ``SettingsError``.
    init(
        file: (bytes: [UInt8], path: String)?, environment: [String: String], overrides: [String]
    ) throws(SettingsError) {
        var providers: [any ConfigProvider] = [try Self.commandLine(overrides)]
        providers.append(EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "tillwire"))
        if let file { providers.append(try SettingsFile.layer(file.bytes, path: file.path)) }
        providers.append(Self.defaults)
        reader = ConfigReader(providers: providers)
    }

    /// A text.
    func text(_ name: String) throws(SettingsError) -> String {
        guard case .text(let value) = try checked(name) else { return "" }
        return value
    }

    /// An integer.
    func integer(_ name: String) throws(SettingsError) -> Int {
        guard case .integer(let value) = try checked(name) else { return 0 }
        return value
    }

    /// A number.
    func number(_ name: String) throws(SettingsError) -> Double {
        guard case .number(let value) = try checked(name) else { return 0 }
        return value
    }

    /// A switch.
    func boolean(_ name: String) throws(SettingsError) -> Bool { try checked(name) == .boolean(true) }

    /// A list of texts.
    func texts(_ name: String) throws(SettingsError) -> [String] {
        guard case .texts(let values) = try checked(name) else { return [] }
        return values
    }

    /// A list of integers.
    func integers(_ name: String) throws(SettingsError) -> [Int] {
        guard case .integers(let values) = try checked(name) else { return [] }
        return values
    }

    /// The value of a key, of its type and within its bounds.
    private func checked(_ name: String) throws(SettingsError) -> SettingValue {
        let key = try SettingCatalogue.key(name, origin: .environment)
        let value: SettingValue
        do {
            value = try read(ConfigKey(name), kind: key.kind)
        } catch {
            // File and command line were typed when they were read, so only an environment variable can fail to convert.
            throw .wrongType(key: name, allowed: key.kind, origin: .environment)
        }
        guard value.fits(key.kind) else { throw .outOfRange(key: name, value: value.description, allowed: key.kind) }
        return value
    }

    private func read(_ key: ConfigKey, kind: SettingKind) throws -> SettingValue {
        switch kind {
        case .text, .choice: .text(try reader.requiredString(forKey: key))
        case .integer: .integer(try reader.requiredInt(forKey: key))
        case .number: .number(try reader.requiredDouble(forKey: key))
        case .boolean: .boolean(try reader.requiredBool(forKey: key))
        case .texts: .texts(try reader.requiredStringArray(forKey: key))
        case .integers: .integers(try reader.requiredIntArray(forKey: key))
        }
    }

    private static var defaults: InMemoryProvider {
        let values = SettingCatalogue.all.map { (AbsoluteConfigKey(ConfigKey($0.name)), $0.defaultValue.configValue) }
        return InMemoryProvider(name: "defaults", values: Dictionary(uniqueKeysWithValues: values))
    }

    private static func commandLine(_ overrides: [String]) throws(SettingsError) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for text in overrides {
            guard let cut = text.firstIndex(of: "=") else { throw .malformedOverride(String(text.prefix(80))) }
            let key = try SettingCatalogue.key(String(text[..<cut]), origin: .commandLine)
            guard let value = SettingValue(String(text[text.index(after: cut)...]), kind: key.kind) else {
                throw .wrongType(key: key.name, allowed: key.kind, origin: .commandLine)
            }
            values[AbsoluteConfigKey(ConfigKey(key.name))] = value.configValue
        }
        return InMemoryProvider(name: "command line", values: values)
    }
}
