internal import NIOCore

/// What one connection asks for, request after request.
///
/// Made on one thread, used on the load generator's: a connection has one of its own.
protocol LoadScript {
    /// The next request, given the answer to the last one (nil before the first); nil ends the connection's part.
    ///
    /// - Throws: where that answer is not what it should be.
    mutating func next(after answer: (status: Int, body: ByteBuffer)?) throws(LoadFailure) -> ByteBuffer?

    /// Messages (not requests) that the answers so far stand for.
    var doneCount: Int { get }
}

/// Requests that were all made beforehand, so that signing them costs the measured part nothing.
struct PreparedScript: LoadScript {
    private let requests: [ByteBuffer]
    private let messagesPerRequest: Int
    /// What every answer must hold.
    private let marker: [UInt8]
    private let status: Int
    private var nextIndex = 0
    private(set) var doneCount = 0

    init(_ requests: [ByteBuffer], messagesPerRequest: Int = 1, marker: String, status: Int = 200) {
        self.requests = requests
        self.messagesPerRequest = messagesPerRequest
        self.marker = Array(marker.utf8)
        self.status = status
    }

    mutating func next(after answer: (status: Int, body: ByteBuffer)?) throws(LoadFailure) -> ByteBuffer? {
        if let answer {
            guard answer.status == status, answer.body.readableBytesView.firstRange(of: marker) != nil else {
                throw LoadFailure("\(answer.status): \(String(buffer: answer.body).prefix(300))")
            }
            doneCount += messagesPerRequest
        }
        guard nextIndex < requests.count else { throw LoadFailure("more requests were answered than were prepared") }
        defer { nextIndex += 1 }
        return requests[nextIndex]
    }
}
