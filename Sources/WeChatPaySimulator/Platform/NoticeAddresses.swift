/// Where notices go.
struct NoticeAddresses: Sendable, Equatable {
    /// For API v3; nil: where the order says, or nowhere.
    var v3: String?
    /// For API v2.
    var v2: String?

    /// The URL for one notice: the configured one, else the order's own.
    func url(_ generation: APIGeneration, orders own: String?) -> String? {
        (generation == .v3 ? v3 : v2) ?? own
    }
}
