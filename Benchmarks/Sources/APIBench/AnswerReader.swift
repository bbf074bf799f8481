internal import NIOCore

/// Cuts answers out of what a connection brings: a head with Content-Length, then the body. Our own server sends nothing else.
struct AnswerReader {
    private static let headEnd: [UInt8] = Array("\r\n\r\n".utf8)
    private static let lengthField: [UInt8] = Array("content-length:".utf8)

    private var pending = ByteBuffer()

    /// Takes bytes.
    mutating func append(_ bytes: inout ByteBuffer) { pending.writeBuffer(&bytes) }

    /// The next complete answer: its status and body; nil until it is there.
    ///
    /// - Throws: where it is no answer of this form.
    mutating func next() throws(LoadFailure) -> (status: Int, body: ByteBuffer)? {
        let view = pending.readableBytesView
        guard let end = Self.index(of: Self.headEnd, in: view) else { return nil }
        let head = view[view.startIndex..<end]
        guard let length = Self.contentLength(head), let status = Self.status(head) else {
            throw LoadFailure("an answer without status or Content-Length")
        }
        let headCount = end - view.startIndex + Self.headEnd.count
        guard pending.readableBytes >= headCount + length else { return nil }
        pending.moveReaderIndex(forwardBy: headCount)
        guard let body = pending.readSlice(length: length) else { return nil }
        pending.discardReadBytes()
        return (status, body)
    }

    private static func index(of needle: [UInt8], in view: ByteBufferView) -> Int? {
        guard view.count >= needle.count else { return nil }
        var index = view.startIndex
        while index + needle.count <= view.endIndex {
            if view[index] == needle[0], view[index..<index + needle.count].elementsEqual(needle) { return index }
            index += 1
        }
        return nil
    }

    /// `HTTP/1.1 200 OK`.
    private static func status(_ head: ByteBufferView) -> Int? {
        head.count < 12 ? nil : Int(String(decoding: head[head.startIndex + 9..<head.startIndex + 12], as: UTF8.self))
    }

    private static func contentLength(_ head: ByteBufferView) -> Int? {
        for line in head.split(separator: UInt8(ascii: "\n")) {
            guard line.count > lengthField.count,
                zip(line, lengthField).allSatisfy({ ($0 | 0x20) == $1 || $0 == $1 })
            else { continue }
            return Int(
                String(decoding: line.dropFirst(lengthField.count).filter { 0x30...0x39 ~= $0 }, as: UTF8.self))
        }
        return nil
    }
}

/// Why a run of the load generator means nothing.
struct LoadFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
