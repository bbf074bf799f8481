internal import MessageModel

/// Bodies, handles and the times that go with them.
extension CallParameters {
    /// One body.
    mutating func body(_ parameter: String) throws(CMQFault) -> [Bytes] {
        let text = try required(parameter)
        try Self.checkBody(text)
        return [Bytes(text)]
    }

    /// The bodies of a batch in the order of their indices.
    mutating func bodies() throws(CMQFault) -> [Bytes] {
        guard let texts = try list("msgBody", countMax: CMQLimits.batchCountMax) else {
            throw .missingParameter("msgBody.1")
        }
        var byteCount = 0
        var bodies: [Bytes] = []
        bodies.reserveCapacity(texts.count)
        for text in texts {
            try Self.checkBody(text)
            byteCount += text.count
            bodies.append(Bytes(text))
        }
        guard byteCount <= CMQLimits.bodyByteCountMax else { throw .batchTooLarge }
        return bodies
    }

    private static func checkBody(_ text: ArraySlice<UInt8>) throws(CMQFault) {
        guard !text.isEmpty else { throw .emptyBody }
        guard text.count <= CMQLimits.bodyByteCountMax else { throw .bodyTooLarge(CMQLimits.bodyByteCountMax) }
    }

    /// `delaySeconds`, 0 where there is none.
    mutating func delaySeconds() throws(CMQFault) -> UInt64 {
        try number(
            spelled("delaySeconds"), 0...CMQLimits.delaySecondsMax,
            orElse: .delayRange("0 to \(CMQLimits.delaySecondsMax)"))
            ?? 0
    }

    /// `pollingWaitSeconds` of a receive. An old client says 30000 where it means the longest wait.
    mutating func waitSeconds() throws(CMQFault) -> UInt64? {
        let fault = CMQFault.outOfRange("pollingWaitSeconds", "0 to \(CMQLimits.pollSecondsMax)")
        guard let seconds = try number("pollingWaitSeconds", 0...30_000, orElse: fault) else { return nil }
        if seconds == 30_000 { return CMQLimits.pollSecondsMax }
        guard seconds <= CMQLimits.pollSecondsMax else { throw fault }
        return seconds
    }

    /// `numOfMsg`.
    mutating func messageCount() throws(CMQFault) -> Int {
        guard let count = try number("numOfMsg", 1...UInt64(CMQLimits.batchCountMax)) else {
            throw .missingParameter("numOfMsg")
        }
        return Int(count)
    }

    /// `receiptHandle`.
    mutating func receiptHandle() throws(CMQFault) -> [String] {
        [try Self.handle(try required("receiptHandle"))]
    }

    /// `receiptHandle.N`.
    mutating func receiptHandles() throws(CMQFault) -> [String] {
        guard let texts = try list("receiptHandle", countMax: CMQLimits.batchCountMax) else {
            throw .missingParameter("receiptHandle.1")
        }
        var handles: [String] = []
        handles.reserveCapacity(texts.count)
        for text in texts { handles.append(try Self.handle(text)) }
        return handles
    }

    private static func handle(_ text: ArraySlice<UInt8>) throws(CMQFault) -> String {
        guard 1...CMQLimits.handleByteCountMax ~= text.count, text.allSatisfy(isHandleByte) else { throw .handleFormat }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isHandleByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// `startConsumeTime`: seconds. API 3.0's examples also show milliseconds, which only a far larger number can be.
    mutating func startConsumeTime() throws(CMQFault) -> Timestamp {
        let parameter = spelled("startConsumeTime")
        let largest = isAPI3 ? CMQLimits.secondsMax * 1_000 : CMQLimits.secondsMax
        guard let time = try number(parameter, 0...largest) else { throw .missingParameter(parameter) }
        return Timestamp(milliseconds: time > CMQLimits.secondsMax ? time : time * 1_000)
    }
}
