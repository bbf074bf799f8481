internal import HTTPDataPlane
internal import PaymentGate

/// Gives each exchange of a listener to the service its path belongs to; one call per service and batch.
struct DataPlaneRouter: DataPlaneHandler {
    /// Where WeChat Pay sends notices; what follows after a slash is free, so that each shop may have a URL of its own.
    static let noticePath = "/notify/wechat/v3"

    /// Takes notices; nil where this listener has none.
    let notices: (any DataPlaneHandler)?
    /// Answers payment requests; nil where this listener has none.
    let gate: (any DataPlaneHandler)?

    func handle(_ batch: [DataPlaneExchange]) {
        var forNotices: [DataPlaneExchange] = []
        var forGate: [DataPlaneExchange] = []
        for exchange in batch {
            let path = exchange.request.path
            if notices != nil, Self.isNoticePath(path) {
                forNotices.append(exchange)
            } else if gate != nil, path.hasPrefix(PaymentGatePath.prefix) {
                forGate.append(exchange)
            } else {
                exchange.respond(.failure(status: 404, message: "nothing answers at this path"))
            }
        }
        if !forNotices.isEmpty { notices?.handle(forNotices) }
        if !forGate.isEmpty { gate?.handle(forGate) }
    }

    private static func isNoticePath(_ path: String) -> Bool {
        guard path.hasPrefix(noticePath) else { return false }
        return path.utf8.count == noticePath.utf8.count || path.dropFirst(noticePath.count).first == "/"
    }
}

/// Answers notices where no keys of WeChat Pay are set: an error, so that WeChat Pay repeats them.
struct NoticesNotConfigured: DataPlaneHandler {
    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(.failure(status: 503, message: "no keys of WeChat Pay are set")) }
    }
}
