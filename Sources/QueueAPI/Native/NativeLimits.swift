/// Bounds of the native API. A name ends in the unit of its value.
public enum NativeLimits {
    /// Bytes of one request's body; the listener holds the same.
    public static let bodyByteCountMax = 4_194_304
    /// Bytes of the body of a receive: one that waits keeps it.
    static let receiveBodyByteCountMax = 4_096
    /// Bytes of a body that is read on the event loop; longer ones are read beside it.
    static let loopBodyByteCountMax = 65_536
    /// Lines of one NDJSON body.
    public static let lineCountMax = 4_096
    /// Bytes of one line, or of the JSON of one message: a body of 1 MiB in Base64, or escaped, and its properties.
    static let messageByteCountMax = 4_194_304
    /// Arrays and objects open at once in a body.
    static let depthMax = 8
    /// Values and member names in a body.
    static let nodeCountMax = 8_192
    /// Requests under way that are no waiting receives; more are answered 503.
    public static let requestsInFlightMax = 8_192
    /// Body bytes of these.
    public static let requestBytesInFlightMax = 134_217_728
    /// Receives that wait for a message.
    public static let waitingReceiveCountMax = 8_192
    /// Streams under way, of lines and of deliveries.
    public static let streamCountMax = 128
    /// Streams under way of one key; callers without a key count as one.
    public static let streamsPerKeyMax = 16
    /// Bytes of all streams, apart from those of the requests under way: ``streamByteCount`` of each, and lines longer than a group.
    static let streamBytesInFlightMax = 134_217_728
    /// Bytes that each of them counts among these: a group on its way and one being read.
    static let streamByteCount = 2 * streamGroupByteCountMax
    /// Bytes of the lines of a stream that are done together, unless it is one line.
    static let streamGroupByteCountMax = 262_144
    /// Bytes of deliveries written at once.
    static let streamPieceByteCount = 65_536
    /// Room that a stream keeps for lines when a longer one is over.
    static let streamKeptByteCountMax = 4 * streamGroupByteCountMax
    /// A line of a stream: waiting for its sender, from its first byte to its end, and as long again as ``streamLineMillisPerByte`` says.
    static let streamLineMillisMax: UInt64 = 30_000
    /// For every byte of a line that has come: 500 bytes in a second.
    static let streamLineMillisPerByte: UInt64 = 2
    /// Messages that a stream of deliveries asks for at once where they could be larger than ``receivedByteCountMax`` together.
    static let streamReceiveCountMax = 64
    /// Bytes that all such receives under way could bring: one of these holds a batch of the largest bodies.
    static let streamReceiveBytesInFlightMax = 268_435_456
    /// How long a stop waits for streams to end.
    static let streamDrainMillisMax = 5_000
    /// Longest quiet that a stream of deliveries waits for a message.
    public static let streamQuietMillisMax: UInt64 = 3_600_000
    /// Raw bytes of the bodies in one receive's answer; what was leased beyond it, the first message apart, is given back at once.
    static let receivedByteCountMax = 2_097_152
    /// Bytes of an idempotency key of one message.
    public static let keyByteCountMax = 120
    /// Bytes of the `Idempotency-Key` field; `#` and the line's number are added for messages of a batch.
    public static let headerKeyByteCountMax = 100
    /// Characters of a nonce.
    static let nonceByteCounts = 16...48
    /// Headers of one message.
    static let headerCountMax = 64
    /// Names of one page of queues or topics.
    public static let pageCountMax = 1_000
    /// Names of a page where the request does not say.
    static let pageCountDefault = 100
    /// Bytes of the `Authorization` field.
    static let authorizationByteCountMax = 2_048
}
