internal import AccessControl
internal import BoundedJSON
internal import HTTPDataPlane
internal import MessageModel
internal import PaymentNotice
internal import Synchronization

extension WeChatPayClient {
    /// How an answer's signature is judged.
    enum Trust {
        /// By the keyring.
        case keyring
        /// By the keyring, or, where the answer names a key that is not held, later by the caller.
        case keyringOrLater
    }

    /// An answer that may be read.
    struct Answer {
        let body: [UInt8]
        /// What is still to be checked; nil where all is.
        let unchecked: UncheckedAnswer?
    }

    /// One call of a GET path; counted.
    func get(_ target: String, trust: Trust = .keyring) async throws(PlatformCallError) -> Answer {
        let isStarted = state.withLock { state in
            guard state.figures.inFlight < settings.callsInFlightMax else { return false }
            state.figures.inFlight += 1
            return true
        }
        let outcome: Result<Answer, PlatformCallError>
        if isStarted {
            outcome = await result { () async throws(PlatformCallError) in
                try read(try await response(target), trust: trust)
            }
        } else {
            outcome = .failure(.notStarted("\(settings.callsInFlightMax) calls are under way: no more are allowed"))
        }
        state.withLock { state in
            if isStarted { state.figures.inFlight -= 1 }
            switch outcome {
            case .success, .failure(.notFound): state.figures.answered += 1
            case .failure(let error): state.figures.failed[error.shortDescription, default: 0] += 1
            }
        }
        return try outcome.get()
    }

    private func result<Value>(
        _ body: () async throws(PlatformCallError) -> Value
    ) async -> Result<Value, PlatformCallError> {
        do throws(PlatformCallError) { return .success(try await body()) } catch { return .failure(error) }
    }

    /// The answer of the first host that gives one that is no 5xx; where none does, what the last one that answered gave.
    private func response(_ target: String) async throws(PlatformCallError) -> OutboundResponse {
        guard let spare = settings.spareHost else { return try await attempt(settings.host, target) }
        let isSpareFirst = state.withLock { $0.spareFirstUntil > time.now }
        let (first, second) = isSpareFirst ? (spare, settings.host) : (settings.host, spare)
        let outcome = await result { () async throws(PlatformCallError) in try await attempt(first, target) }
        switch outcome {
        case .success(let response) where response.status < 500: return response
        case .failure(.unreachable):
            state.withLock { [time] in
                $0.spareFirstUntil =
                    isSpareFirst ? .zero : time.now.adding(milliseconds: WeChatPayLimits.spareFirstMillis)
            }
        case .failure(let error): throw error
        case .success: break
        }
        state.withLock { $0.figures.spareTries += 1 }
        let later = await result { () async throws(PlatformCallError) in try await attempt(second, target) }
        if case .failure = later { return try outcome.get() }
        return try later.get()
    }

    private func attempt(_ host: PlatformHost, _ target: String) async throws(PlatformCallError) -> OutboundResponse {
        let url: EndpointURL
        do { url = try host.url(target) } catch { throw .notStarted("the path \(target.prefix(80)): \(error)") }
        let request = OutboundRequest(method: "GET", url: url, headers: try headers(target: url.target))
        do throws(OutboundFailure) {
            return try await http.send(request)
        } catch {
            switch error {
            case .responseTooLarge:
                throw .malformedAnswer("longer than \(WeChatPayLimits.answerByteCountMax) bytes")
            case .senderError(.cancelled): throw .unreachable(error.description)
            case .senderError: throw .notStarted(error.description)
            default: throw .unreachable(error.description)
            }
        }
    }

    /// The headers of a signed GET; a fresh timestamp and nonce each time.
    func headers(target: String) throws(PlatformCallError) -> HTTPFields {
        var fields: HTTPFields = ["Accept": "application/json", "User-Agent": "tillwire"]
        fields.append("Authorization", try authorization(target: target))
        // So that the answer is signed by that key (wechat-pay §1.10).
        if let id = keyring.keys?.publicKeyIDs.first { fields.append("Wechatpay-Serial", id) }
        return fields
    }

    func authorization(target: String) throws(PlatformCallError) -> String {
        do {
            return try signer.authorization(
                method: "GET", pathAndQuery: target, body: [], timestampSeconds: nowSeconds,
                nonce: RandomBytes.alphanumeric(count: 32))
        } catch {
            throw .notStarted("\(error)")
        }
    }

    var nowSeconds: Int64 { Int64(time.now.milliseconds / 1_000) }

    private func read(_ response: OutboundResponse, trust: Trust) throws(PlatformCallError) -> Answer {
        guard (200..<300).contains(response.status) else { throw AnswerReader.failure(response) }
        let headers = NoticeHeaders(list: response.headers)
        let check = keyring.verifyAnswer(
            headers: headers, body: response.body, nowSeconds: nowSeconds, tellsUnknown: trust == .keyring)
        switch check {
        case .ok: return Answer(body: response.body, unchecked: nil)
        case .refused(.unknownSerial) where trust == .keyringOrLater:
            let unchecked = UncheckedAnswer(headers: headers, body: response.body, receivedAtSeconds: nowSeconds)
            return Answer(body: response.body, unchecked: unchecked)
        case .refused(let reason): throw .untrustedAnswer(reason)
        }
    }
}
