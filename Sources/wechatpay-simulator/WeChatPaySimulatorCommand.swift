import ArgumentParser

/// `wechatpay-simulator`: the world around Tillwire, for demonstrations and measurements.
@main
struct WeChatPaySimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wechatpay-simulator",
        abstract: "Plays WeChat Pay, shops, shoppers and merchants around a payment provider. Loopback addresses only.",
        subcommands: [DemoCommand.self, NoticesCommand.self, KeysCommand.self, PlatformCommand.self])
}
