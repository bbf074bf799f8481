import HTTPDataPlane
import NIOCore
import Synchronization

/// A subscriber's server on loopback: notes what it gets and answers what it is told.
final class SubscriberStub: DataPlaneHandler {
    /// What the server does with one request.
    enum Answer: Sendable {
        case status(Int, headers: HTTPFields = [:])
        /// Keeps the request until ``releaseAll(status:)``.
        case keep
    }

    private struct State {
        var requests: [DataPlaneRequest] = []
        var script: [Answer] = []
        var usual = Answer.status(200)
        var kept: [DataPlaneExchange] = []
    }
    private let state = Mutex(State())

    var requests: [DataPlaneRequest] { state.withLock { $0.requests } }
    var count: Int { requests.count }
    var bodies: [String] { requests.map { String(buffer: $0.body) } }
    var keptCount: Int { state.withLock { $0.kept.count } }

    /// What it answers from now on, after the scripted answers.
    func answer(_ usual: Answer) { state.withLock { $0.usual = usual } }

    /// The next answers, one each.
    func script(_ answers: [Answer]) { state.withLock { $0.script += answers } }

    func handle(_ batch: [DataPlaneExchange]) {
        for exchange in batch {
            let answer = state.withLock { state in
                state.requests.append(exchange.request)
                let answer = state.script.isEmpty ? state.usual : state.script.removeFirst()
                if case .keep = answer { state.kept.append(exchange) }
                return answer
            }
            if case .status(let status, let headers) = answer {
                exchange.respond(DataPlaneResponse(status: status, headers: headers))
            }
        }
    }

    func releaseAll(status: Int = 200) {
        let kept = state.withLock { state in
            defer { state.kept = [] }
            return state.kept
        }
        for exchange in kept { exchange.respond(DataPlaneResponse(status: status)) }
    }
}
