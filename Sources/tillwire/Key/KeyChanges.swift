internal import AccessControl
internal import ArgumentParser

/// `tillwire key disable`.
struct KeyDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Refuses a key from now on; it stays in the file.")

    @OptionGroup var key: KeyIDArgument
    @OptionGroup var file: KeyFileOptions

    func run() async throws {
        try file.edit(key.id) { $0.isEnabled = false }
        print("disabled")
    }
}

/// `tillwire key enable`.
struct KeyEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Accepts a disabled key again.")

    @OptionGroup var key: KeyIDArgument
    @OptionGroup var file: KeyFileOptions

    func run() async throws {
        try file.edit(key.id) { $0.isEnabled = true }
        print("enabled")
    }
}

/// `tillwire key rotate`.
struct KeyRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Gives a key a new secret; the one before is accepted until --finish.")

    @OptionGroup var key: KeyIDArgument
    @OptionGroup var file: KeyFileOptions

    @Flag(help: "End the rotation: only the newest secret is accepted from now on.")
    var finish = false

    func run() async throws {
        var secret = ""
        try file.edit(key.id) { record in
            if finish {
                guard record.previousSecret != nil else { throw ToolError("\(record.id) is in no rotation") }
                record.previousSecret = nil
            } else {
                guard record.previousSecret == nil else {
                    throw ToolError(
                        "\(record.id) is in a rotation already; rotate --finish first, which ends its oldest secret")
                }
                record.rotate()
                secret = record.secret
            }
        }
        print(finish ? "finished" : "secret key  \(secret)")
    }
}

/// `tillwire key delete`.
struct KeyDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Removes a key from the file.")

    @OptionGroup var key: KeyIDArgument
    @OptionGroup var file: KeyFileOptions

    func run() async throws {
        try file.edit { records in
            let before = records.count
            records.removeAll { $0.id == key.id }
            guard records.count < before else { throw ToolError(file.unknown(key.id)) }
        }
        print("deleted")
    }
}
