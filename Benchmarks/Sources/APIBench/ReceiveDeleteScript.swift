internal import BoundedJSON
internal import NIOCore

/// Receives a message, deletes it, receives the next.
struct ReceiveDeleteScript: LoadScript {
    private let requests: SignedRequests
    private var nonce: Int
    private var isReceiving = false
    private(set) var doneCount = 0

    init(_ requests: SignedRequests, connection: Int) {
        self.requests = requests
        nonce = connection * 10_000_000
    }

    mutating func next(after answer: (status: Int, body: ByteBuffer)?) throws(LoadFailure) -> ByteBuffer? {
        nonce += 1
        let queue = ("queueName", Array("orders".utf8))
        guard let answer, isReceiving else {
            if let answer {
                try Self.check(answer)
                doneCount += 1
            }
            isReceiving = true
            return requests.cmq("ReceiveMessage", [queue, ("pollingWaitSeconds", [UInt8(ascii: "0")])], nonce: nonce)
        }
        let object = try Self.check(answer)
        guard let handle = object["receiptHandle"]?.string else { throw LoadFailure("a receive without a handle") }
        isReceiving = false
        return requests.cmq("DeleteMessage", [queue, ("receiptHandle", Array(handle.utf8))], nonce: nonce)
    }

    @discardableResult
    private static func check(_ answer: (status: Int, body: ByteBuffer)) throws(LoadFailure) -> JSONValue {
        let bytes = Array(answer.body.readableBytesView)
        guard answer.status == 200, let object = try? JSONValue.parse(bytes), object["code"]?.int64 == 0 else {
            throw LoadFailure("\(answer.status): \(String(decoding: bytes.prefix(300), as: UTF8.self))")
        }
        return object
    }
}
