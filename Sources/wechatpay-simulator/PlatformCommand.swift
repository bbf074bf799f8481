import ArgumentParser
import MessageModel
import WeChatPaySimulator

/// `wechatpay-simulator platform`: WeChat Pay on loopback, for real clients of its API.
struct PlatformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "platform",
        abstract: "Serves API v3, API v2 and a control interface, and delivers notices, until it is interrupted.",
        discussion:
            """
            Says `platform at http://127.0.0.1:PORT` once it serves. The control interface under /control takes orders, payments, \
            notices, key changes, differences of the bill and misbehaviour. A folder without keys is filled as `keys` does.
            """)

    @Option(help: "Folder that `wechatpay-simulator keys` made; made if missing.")
    var folder: String
    @Option(help: "Port; 0 takes any free one.")
    var port: UInt16 = 0
    @Option(
        help:
            "Where notices of API v3 go, such as http://127.0.0.1:8080/notify/wechat/v3. Default: where each order says."
    )
    var notifyURL: String?
    @Option(name: .customLong("notify-url-v2"), help: "Where notices of API v2 go.")
    var notifyURLV2: String?
    @Option(help: "Factor for the pauses of WeChat Pay's table of repeats.")
    var ladderScale: Double = 1
    @Option(help: "How long WeChat Pay waits for an answer, milliseconds.")
    var answerLimitMillis = NoticeLadder.realAnswerLimitMillis
    @Option(help: "Seed of everything random but keys and nonces.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (0.000_1...1).contains(ladderScale) else {
            throw ValidationError("--ladder-scale is \(ladderScale): 0.0001 to 1 is allowed")
        }
        guard (50...NoticeLadder.realAnswerLimitMillis).contains(answerLimitMillis) else {
            throw ValidationError("--answer-limit-millis is \(answerLimitMillis): 50 to 5000 is allowed")
        }
    }

    func run() async throws {
        let folder = KeyFolder(path: try WorkFolder(path: folder).path)
        if !folder.hasKeys {
            var settings = DaemonSettings(noticesPort: 8080, adminPort: 8081)
            // Any free port is not known before the keys are read.
            if port > 0 { settings.platformURL = "http://127.0.0.1:\(port)" }
            _ = try folder.makeWorld(plan: WorldPlan(), settings: settings)
        }
        var settings = PlatformServer.Settings()
        settings.port = port
        settings.notifyURL = notifyURL
        settings.notifyURLv2 = notifyURLV2
        settings.ladder = NoticeLadder(scale: ladderScale, answerLimitMillis: answerLimitMillis)
        settings.seed = seed
        let server = try PlatformServer(
            settings: settings, keys: try folder.read(), certificatePEM: try folder.readCertificatePEM(),
            time: SystemTimeSource())
        try await Interruptible.run {
            try await server.run { Terminal.line("platform at \($0)") }
        }
    }
}
