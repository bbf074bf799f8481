internal import HTTPDataPlane
internal import PaymentGate

/// Gives each exchange of a listener to the service its path belongs to; one call per service and batch.
struct DataPlaneRouter: DataPlaneHandler {
    /// Where WeChat Pay sends notices of API v3; what follows after a slash is free, so that each shop may have a URL of its own.
    static let noticePath = "/notify/wechat/v3"
    /// The same for API v2.
    static let noticePathV2 = "/notify/wechat/v2"

    /// Takes notices; nil where this listener has none.
    let notices: (any DataPlaneHandler)?
    /// Takes notices of API v2; nil where this listener has none.
    let noticesV2: (any DataPlaneHandler)?
    /// Answers payment requests; nil where this listener has none.
    let gate: (any DataPlaneHandler)?

    func handle(_ batch: [DataPlaneExchange]) {
        var forNotices: [DataPlaneExchange] = []
        var forNoticesV2: [DataPlaneExchange] = []
        var forGate: [DataPlaneExchange] = []
        for exchange in batch {
            let path = exchange.request.path
            if notices != nil, Self.isAt(path, Self.noticePath) {
                forNotices.append(exchange)
            } else if noticesV2 != nil, Self.isAt(path, Self.noticePathV2) {
                forNoticesV2.append(exchange)
            } else if gate != nil, path.hasPrefix(PaymentGatePath.prefix) {
                forGate.append(exchange)
            } else {
                exchange.respond(.failure(status: 404, message: "nothing answers at this path"))
            }
        }
        if !forNotices.isEmpty { notices?.handle(forNotices) }
        if !forNoticesV2.isEmpty { noticesV2?.handle(forNoticesV2) }
        if !forGate.isEmpty { gate?.handle(forGate) }
    }

    private static func isAt(_ path: String, _ place: String) -> Bool {
        guard path.hasPrefix(place) else { return false }
        return path.utf8.count == place.utf8.count || path.dropFirst(place.count).first == "/"
    }
}

/// Answers notices where no keys of WeChat Pay are set: an error, so that WeChat Pay repeats them.
struct NoticesNotConfigured: DataPlaneHandler {
    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch { exchange.respond(.failure(status: 503, message: "no keys of WeChat Pay are set")) }
    }
}
