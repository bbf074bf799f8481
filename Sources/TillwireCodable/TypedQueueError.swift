public import MessageModel

/// Why a call of a typed queue or topic failed.
public enum TypedQueueError: Error, Sendable, Hashable {
    /// The broker's reason.
    case broker(BrokerError)
    /// The payload could not be encoded; nothing was sent. The text is the coder's.
    case unencodable(String)
    /// A message's body is not a payload of this type. The message is not settled. The text is the coder's, without the body.
    case undecodable(MessageID, String)
}

extension TypedQueueError: CustomStringConvertible {
    /// One sentence for an operator.
    public var description: String {
        switch self {
        case .broker(let reason): reason.description
        case .unencodable(let why): "a payload could not be encoded: \(why)"
        case .undecodable(let id, let why): "message \(id) could not be decoded: \(why)"
        }
    }
}
