internal import MessageModel

/// What the disk knows of the deliveries of neighbouring members: 18 bytes for members that were received together.
struct DeliveryRun: Equatable {
    /// First member.
    var member: Int
    /// Members of the run.
    var count: Int
    /// What holds for each of them.
    var detail: DeliveryDetail

    init(member: Int, count: Int, detail: DeliveryDetail) {
        self.member = member
        self.count = count
        self.detail = detail
    }

    func write(to row: inout RowWriter) {
        row.u16(member)
        row.u16(count)
        row.u16(min(detail.deliveries, 0x7FFF) | (detail.isDelayed ? 0x8000 : 0))
        row.u48(detail.firstReceivedAt.milliseconds)
        row.u48(detail.hiddenUntil.milliseconds)
    }

    init(_ row: inout RowReader, memberCount: Int) throws(RowFault) {
        member = try row.u16()
        count = try row.u16()
        guard count > 0, member + count <= memberCount else { throw .field("delivery run") }
        let deliveries = try row.u16()
        let first = Timestamp(milliseconds: try row.u48())
        let hidden = Timestamp(milliseconds: try row.u48())
        detail = DeliveryDetail(
            deliveries: deliveries & 0x7FFF, isDelayed: deliveries & 0x8000 != 0, firstReceivedAt: first,
            hiddenUntil: hidden)
    }
}

/// What the disk knows of one member's deliveries.
struct DeliveryDetail: Equatable {
    /// Deliveries so far.
    var deliveries: Int
    /// True where it was released with a delay: a `due` row of kind 2 ends it.
    var isDelayed = false
    /// The first delivery.
    var firstReceivedAt: Timestamp
    /// End of the lease or of the delay; zero: not hidden.
    var hiddenUntil: Timestamp
}

extension EntryRow {
    /// What the disk knows of `member`.
    func detail(of member: Int) -> DeliveryDetail? {
        details.first { $0.member <= member && member < $0.member + $0.count }?.detail
    }

    /// Sets or removes what the disk is to know of members, and joins neighbours that are alike.
    mutating func setDetails(_ changes: [Int: DeliveryDetail?]) {
        var all: [DeliveryDetail?] = Array(repeating: nil, count: count)
        for run in details { for member in run.member..<run.member + run.count { all[member] = run.detail } }
        for (member, detail) in changes { all[member] = detail }
        details = []
        for (member, detail) in all.enumerated() {
            guard let detail else { continue }
            if let last = details.last, last.member + last.count == member, last.detail == detail {
                details[details.count - 1].count += 1
            } else {
                details.append(DeliveryRun(member: member, count: 1, detail: detail))
            }
        }
    }
}
