internal import AccessControl
internal import BoundedJSON
internal import CMQProtocol
internal import Engine
internal import HTTPDataPlane
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// What happened to a message in the traced queues the caller may trace, oldest first; nothing where there is none of it.
    func traceMessage(_ call: NativeCall) async throws(NativeFault) -> NativeAnswer {
        guard call.caller.allowsSomewhere(.traceMessage) else { throw .forbidden }
        guard let id = call.names.first.flatMap({ MessageID($0) }) else {
            throw NativeFault(.invalidValue, "a message id is decimal digits")
        }
        let events: [TraceEvent]
        do throws(BrokerError) { events = try await broker.trace(id) } catch { throw NativeFault(error) }
        let names = Self.names(broker.topology)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id.description)
        writer.key("events")
        writer.beginArray()
        for event in events {
            guard let name = names[event.queue], !HiddenQueues.contain(name),
                call.caller.allows(.traceMessage, on: .queue(name.text))
            else { continue }
            writer.beginObject()
            writer.member("kind", event.kind.text)
            writer.member("queue", name.text)
            writer.member("at_millis", Int64(event.at.milliseconds))
            writer.member("delivery_count", event.deliveryCount)
            writer.member("consumer", event.consumer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }
}

extension TraceEvent.Kind {
    /// The word of the API.
    fileprivate var text: String {
        switch self {
        case .enqueued: "enqueued"
        case .delivered: "delivered"
        case .acknowledged: "acknowledged"
        case .released: "released"
        case .deadLettered: "dead_lettered"
        case .expired: "expired"
        }
    }
}
