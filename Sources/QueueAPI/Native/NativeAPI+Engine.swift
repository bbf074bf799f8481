internal import CMQProtocol
internal import Engine
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    var broker: Broker<E> { operations.broker }

    /// What no call may take away.
    var moneyRules: MoneyRules { operations.settings.moneyRules }

    /// Stores messages of one source; outcomes are in order.
    func send(_ messages: [OutgoingMessage], to source: SourceID) async throws(BrokerError) -> [SendOutcome] {
        try await broker.send(SendBatch(source: source, messages: messages))
    }

    /// Changes the topology.
    func apply(_ change: TopologyChange) async throws(NativeFault) -> Topology {
        do throws(BrokerError) { return try await broker.apply(change) } catch { throw NativeFault(error) }
    }

    /// Runs `body` with the turn to change something, one call of either API at a time.
    func changing(
        _ body: () async throws(NativeFault) -> NativeAnswer
    ) async throws(NativeFault) -> NativeAnswer {
        do throws(CMQFault) { try await operations.desk.take() } catch { throw .overloaded }
        let result: Result<NativeAnswer, NativeFault>
        do throws(NativeFault) { result = .success(try await body()) } catch { result = .failure(error) }
        await operations.desk.give()
        return try result.get()
    }

    /// - Throws: where a call that takes no body has one.
    static func refuseBody(_ call: NativeCall) throws(NativeFault) {
        _ = try NativeObject(body: call.body, allowed: [])
    }
}
