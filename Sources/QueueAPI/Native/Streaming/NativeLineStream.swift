internal import HTTPDataPlane
internal import MessageModel
internal import NIOCore

/// A stream of lines that are done in groups and answered by a line each, in order.
///
/// While one group is on its way to the store the next is read. A group goes when it is full, or when the sender pauses and nothing is on its way;
/// so a slow sender is answered line by line and a fast one in large groups. Nothing is read while answers wait for the client.
/// Where the store fails, nothing behind the failure is attempted: the lines read so far are answered so, and the stream ends.
struct NativeLineStream<Item: Sendable> {
    /// What became of a group.
    struct Done: Sendable {
        /// The answers, a line each.
        let bytes: [UInt8]
        /// Nothing behind this group may be attempted.
        let isBroken: Bool
    }

    private let body: RequestBody
    private let answer: AnswerStream
    private let gate: NativeGate
    private let time: any TimeSource
    private let read: @Sendable ([UInt8], _ index: Int) -> Result<Item, NativeFault>
    private let perform: @Sendable ([Result<Item, NativeFault>]) async -> Done
    private var reader = NativeLineReader()
    private var group = NativeStreamGroup<Item>()
    private var lineCount = 0
    /// The group on its way; awaited before ``run()`` returns. True where the stream may go on.
    private var underWay: Task<Bool, Never>?
    /// What a line beyond the bytes that every stream has counts among those of all streams.
    private var permit: NativePermit?
    /// How long the sender of the line that is not complete was waited for since the line began.
    private var lineMillis: UInt64 = 0

    /// - Parameters:
    ///   - read: reads a line, whose place in the stream is given too.
    ///   - perform: does what the lines of a group say, and answers them.
    init(
        body: RequestBody, answer: AnswerStream, gate: NativeGate, time: any TimeSource,
        read: @escaping @Sendable ([UInt8], _ index: Int) -> Result<Item, NativeFault>,
        perform: @escaping @Sendable ([Result<Item, NativeFault>]) async -> Done
    ) {
        self.body = body
        self.answer = answer
        self.gate = gate
        self.time = time
        self.read = read
        self.perform = perform
    }

    /// Serves the stream to its end.
    mutating func run() async {
        // Where the answer never gets its turn on the connection nothing is attempted.
        guard await answer.write(ByteBuffer()) else { return }
        var failure: RequestBodyFailure?
        do throws(RequestBodyFailure) {
            while let part = try await next() {
                guard await take(part) else { return await end() }
            }
            if let line = reader.last(), !(await accept(line)) { return await end() }
        } catch { failure = error }
        if failure == .clientGone {
            _ = await settle()
            return
        }
        // A group that failed meanwhile ended the reading.
        guard await submit(), await settle() else { return await end() }
        guard let failure else { return answer.finish() }
        await say(Self.fault(failure))
    }

    /// What has arrived; the wait for it counts for the line that it goes on with. The waits for the store and for the client do not.
    private mutating func next() async throws(RequestBodyFailure) -> ByteBuffer? {
        let since = time.now
        let part = try await body.next()
        lineMillis += time.now.millisecondsSince(since)
        return part
    }

    /// Adds what has arrived; false where the stream ends.
    private mutating func take(_ part: ByteBuffer) async -> Bool {
        reader.append(part)
        while let line = reader.next() {
            lineMillis = 0
            guard await accept(line) else { return false }
        }
        let unfinished = reader.unfinishedByteCount
        if unfinished <= part.readableBytes { lineMillis = 0 }
        guard lineMillis <= Self.lineMillisMax(byteCount: unfinished) else {
            guard await submit(), await settle() else { return false }
            await say(
                NativeFault(.streamBroken, "a line came too slowly; lines without an answer were not attempted"))
            return false
        }
        guard holdsLittle() else {
            guard await submit(), await settle() else { return false }
            await say(.overloaded)
            return false
        }
        guard body.isDry else { return true }
        guard await settle() else { return false }
        return body.isDry ? await submit() : true
    }

    /// Adds a line to the group that has room for it; false where the stream ends.
    private mutating func accept(_ line: NativeLineReader.Line) async -> Bool {
        let byteCount = if case .line(let bytes) = line { bytes.count } else { 0 }
        var mayGoOn = true
        if group.isFull(for: byteCount) { mayGoOn = await submit() }
        switch line {
        case .line(let bytes): group.add(read(bytes, lineCount), byteCount: byteCount)
        case .tooLong:
            let fault = NativeFault(
                .tooLarge, "the line must have at most \(NativeLimits.messageByteCountMax) bytes")
            group.add(.failure(fault), byteCount: byteCount)
        }
        lineCount += 1
        return mayGoOn
    }

    /// How long a line may take of which so many bytes have come.
    private static func lineMillisMax(byteCount: Int) -> UInt64 {
        NativeLimits.streamLineMillisMax + UInt64(byteCount) * NativeLimits.streamLineMillisPerByte
    }

    /// Counts a long line among the bytes of all streams; false where there is no room for it.
    private mutating func holdsLittle() -> Bool {
        guard reader.byteCount > NativeLimits.streamGroupByteCountMax else {
            permit = nil
            return true
        }
        if permit == nil { permit = gate.enter(byteCount: NativeLimits.messageByteCountMax) }
        return permit != nil
    }

    /// Sends the group on its way, behind the one before it; false where the stream ends.
    private mutating func submit() async -> Bool {
        guard await settle() else { return false }
        guard !group.isEmpty else { return true }
        let lines = group.lines
        group = NativeStreamGroup()
        underWay = Task { [perform, answer, body] in
            let done = await perform(lines)
            let isWritten = await answer.write(ByteBuffer(bytes: done.bytes))
            if isWritten, !done.isBroken { return true }
            // Whoever waits for the sender need not.
            body.cancel()
            return false
        }
        return true
    }

    /// Waits for the group on its way; false where the stream ends.
    private mutating func settle() async -> Bool {
        guard let group = underWay.take() else { return true }
        return await group.value
    }

    /// Ends the stream behind a failure: what was read is not attempted.
    private mutating func end() async {
        _ = await settle()
        let fault = NativeFault(.notAttempted, "a line before this one failed; send it again")
        let bytes = NativeResultLines.bytes(
            of: group.lines.map { line -> NativeFault in
                if case .failure(let own) = line { own } else { fault }
            })
        if !bytes.isEmpty, !(await answer.write(ByteBuffer(bytes: bytes))) { return }
        answer.finish()
    }

    /// Ends the stream with a line that belongs to no line.
    private func say(_ fault: NativeFault) async {
        if await answer.write(ByteBuffer(bytes: NativeResultLines.bytes(of: [fault]))) { answer.finish() }
    }

    private static func fault(_ failure: RequestBodyFailure) -> NativeFault {
        switch failure {
        case .stopping, .cancelled:
            NativeFault(.closed, "the daemon stops; lines without an answer were not attempted")
        case .clientGone: NativeFault(.streamBroken, "the connection ended")
        case .refused(.tooManyBodyBytes): .overloaded
        case .refused(.streamPaused):
            NativeFault(.streamBroken, "nothing came for too long; lines without an answer were not attempted")
        case .refused(let reason):
            NativeFault(
                .streamBroken, "the body broke off: \(reason.rawValue); lines without an answer were not attempted")
        }
    }
}
