internal import HTTPDataPlane
internal import MessageModel

/// One request that was let in: who asks for what, in which form.
struct NativeCall: Sendable {
    let exchange: DataPlaneExchange
    /// For a stream the operation that does the same with a whole body.
    let operation: NativeOperation
    /// Whether it is a stream.
    let isStream: Bool
    let caller: NativeCaller
    /// The names in the path, in order.
    let names: [String]
    let query: NativeQuery
    let body: [UInt8]
    /// Whether the body is NDJSON.
    let sendsLines: Bool

    /// Reads what all requests have.
    init(
        _ exchange: DataPlaneExchange, _ operation: NativeOperation, names: [String], caller: NativeCaller,
        body: [UInt8]
    ) throws(NativeFault) {
        self.exchange = exchange
        self.operation = operation.whole ?? operation
        isStream = operation.whole != nil
        self.names = names
        self.caller = caller
        self.body = body
        query = try NativeQuery(exchange.request.query, allowed: operation.queryNames)
        sendsLines = try Self.sendsLines(exchange.request, operation, hasBody: !body.isEmpty || operation.streamsBody)
    }

    /// The first name in the path.
    var name: EntityName { get throws(NativeFault) { try NativeName.check(names.first ?? "") } }

    /// Whether the client wants NDJSON back.
    var wantsLines: Bool { exchange.request.headers["accept"]?.contains(NativeAnswer.Media.lines.rawValue) ?? false }

    private static func sendsLines(
        _ request: DataPlaneRequest, _ operation: NativeOperation, hasBody: Bool
    ) throws(NativeFault) -> Bool {
        guard request.headers.occurrences(of: "content-type") <= 1 else {
            throw NativeFault(.unsupportedMediaType, "Content-Type is given twice")
        }
        guard let field = request.headers["content-type"], hasBody else { return operation.streamsBody }
        let media = field.prefix { $0 != ";" && $0 != " " }.lowercased()
        if media == NativeAnswer.Media.lines.rawValue, operation.takesLines { return true }
        guard !operation.streamsBody else {
            throw NativeFault(.unsupportedMediaType, "application/x-ndjson is taken here")
        }
        if media == NativeAnswer.Media.json.rawValue { return false }
        let allowed = operation.takesLines ? "application/json and application/x-ndjson are" : "application/json is"
        throw NativeFault(.unsupportedMediaType, "\(allowed) taken here")
    }
}

extension NativeOperation {
    /// Whether its body may be NDJSON.
    var takesLines: Bool {
        switch self {
        case .sendMessages, .publishMessages, .acknowledgeMessages, .releaseMessages, .extendMessages: true
        default: streamsBody
        }
    }
}
