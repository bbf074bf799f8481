/// A value of a service's report.
public indirect enum StatusValue: Sendable, Equatable {
    /// A count or a size; the unit is in the name.
    case integer(Int64)
    /// A text.
    case text(String)
    /// A switch.
    case flag(Bool)
    /// Named values.
    case object([(name: String, value: StatusValue)])

    /// A count.
    public static func count(_ value: some BinaryInteger) -> StatusValue { .integer(Int64(clamping: value)) }

    /// Member by member.
    public static func == (left: StatusValue, right: StatusValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.flag(let left), .flag(let right)): left == right
        case (.object(let left), .object(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }
}

/// What one service reports; services do not know the console, the wiring adapts their figures.
public struct StatusSection: Sendable {
    /// Asked at every status request; must be quick.
    public typealias Read = @Sendable () async -> [(name: String, value: StatusValue)]

    /// The service's name in the answer.
    public let name: String
    /// Reads its figures.
    public let read: Read

    /// Joins name and reader.
    public init(name: String, read: @escaping Read) {
        self.name = name
        self.read = read
    }
}
