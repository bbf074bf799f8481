import TillwireCodable

struct Order: Codable, Sendable {
    var id: String
    var amount: Int
}

/// Payloads instead of bytes.
func takeTypedOrders(_ broker: EmbeddedBroker) async throws {
    let aside = try await broker.createQueue("not-orders")
    let orders = try await broker.createQueue("orders").typed(as: Order.self)
    try await orders.queue.send("not an order")
    try await orders.send(Order(id: "4711", amount: 1_250))

    for try await message in orders.messages(undecodable: .moveAside(to: aside)) {
        print("order \(message.payload.id) over \(message.payload.amount)")
        try await message.acknowledge()
        break
    }
    for message in try await aside.receive() {
        print("moved aside: \(message.body.text ?? "")")
        try await message.acknowledge()
    }
}
