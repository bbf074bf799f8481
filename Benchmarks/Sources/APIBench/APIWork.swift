/// What is measured.
enum APIWork: CaseIterable, Hashable {
    /// The limit of HTTP: the same requests as `native`, answered at once with a text of the usual length.
    case bareDataPlane
    /// The limit of the store: as many tasks as connections, each sends one body, waits until it is durable, sends the next.
    case store
    /// `POST /v1/queues/…/messages` without authentication.
    case nativeUnsigned
    /// The same, signed.
    case nativeSigned
    /// CMQ's SendMessage, signed with HmacSHA256.
    case sendSHA256
    /// CMQ's SendMessage, signed with HmacSHA1.
    case sendSHA1
    /// CMQ's BatchSendMessage of 16.
    case batchSend
    /// CMQ's ReceiveMessage, then DeleteMessage of what came.
    case receiveDelete

    var title: String {
        switch self {
        case .bareDataPlane: "limit: bare data plane, answered at once"
        case .store: "limit: store alone, one body at a time each"
        case .nativeUnsigned: "native send, unsigned"
        case .nativeSigned: "native send, signed"
        case .sendSHA256: "SendMessage, HmacSHA256"
        case .sendSHA1: "SendMessage, HmacSHA1"
        case .batchSend: "BatchSendMessage of 16"
        case .receiveDelete: "ReceiveMessage + DeleteMessage"
        }
    }

    /// Messages of one request; a receive and its delete are half a message each.
    var messagesPerRequest: Double {
        switch self {
        case .batchSend: 16
        case .receiveDelete: 0.5
        default: 1
        }
    }
}
