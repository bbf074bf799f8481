/// Layout of a segment, big-endian: version 1 (1 byte), then for each order
///
///     0  16  transaction     16  8  arrival     24  8  event time     32  8  amount     40  8  payer     48  4  merchant     52  1  late
///
/// Times are Unix milliseconds. A change of meaning takes a new version number; old ones stay readable.
extension RecentOrders {
    private static let version: UInt8 = 1
    private static let orderByteCount = 53

    static func encode(_ orders: [RecentOrder]) -> [UInt8] {
        var bytes: [UInt8] = [version]
        bytes.reserveCapacity(1 + orders.count * orderByteCount)
        for order in orders {
            bytes.append(bigEndian: order.key.value)
            bytes.append(bigEndian: order.arrivalMillis)
            bytes.append(bigEndian: order.eventMillis)
            bytes.append(bigEndian: order.amountFen)
            bytes.append(bigEndian: order.payer)
            bytes.append(bigEndian: order.merchant)
            bytes.append(order.isLate ? 1 : 0)
        }
        return bytes
    }

    /// Nil for anything ``encode(_:)`` does not make.
    static func decode(_ bytes: [UInt8]) -> [RecentOrder]? {
        var fields = RowFields(bytes)
        guard fields.next(UInt8.self) == version, (bytes.count - 1) % orderByteCount == 0,
            bytes.count <= 1 + Int(segmentOrderCount) * orderByteCount
        else { return nil }
        var orders: [RecentOrder] = []
        while !fields.isAtEnd {
            guard let key = fields.next(UInt128.self), let arrival = fields.next(Int64.self),
                let event = fields.next(Int64.self), let amount = fields.next(Int64.self),
                let payer = fields.next(UInt64.self), let merchant = fields.next(UInt32.self),
                let late = fields.next(UInt8.self), late <= 1
            else { return nil }
            orders.append(
                RecentOrder(
                    key: OrderKey(value: key), arrivalMillis: arrival, eventMillis: event, amountFen: amount,
                    payer: payer, merchant: merchant, isLate: late == 1))
        }
        return orders
    }
}
