internal import NIOHTTP1

extension AnswerStateMachine.Head {
    init(_ head: HTTPResponseHead) {
        let fields = HTTPFields(head.headers)
        let lengths = fields.values(of: "content-length")
        self.init(
            status: Int(head.status.code), fieldCount: fields.count, fieldByteCount: fields.byteCount,
            contentLengthCount: lengths.count, contentLength: lengths.first.flatMap { Int($0) },
            hasTransferEncoding: fields.occurrences(of: "transfer-encoding") > 0, isKeepAlive: head.isKeepAlive)
    }
}
