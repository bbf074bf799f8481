import Tillwire

/// A topic with two queues, and a payment that is stored once however often it is published.
func firstSteps(in folder: String) async throws {
    let broker = try await EmbeddedBroker.open(at: folder)
    let topic = try await broker.createTopic("order-payments")
    let merchants = try await broker.createQueue("merchant-orders")
    let risk = try await broker.createQueue("risk")
    try await topic.subscribe(merchants, as: "merchants")
    try await topic.subscribe(risk, as: "risk", filterTags: [MessageTag("large")])

    let key = try IdempotencyKey("pay:4200002719202510091234567890", lifetime: .payment)
    let tags = try MessageProperties(tags: [MessageTag("large")])
    let id = try await topic.publish(#"{"amount":125000}"#, properties: tags, key: key)  // on the disk now
    let again = try await topic.publish(#"{"amount":125000}"#, properties: tags, key: key)  // a repeat: stored once

    for message in try await merchants.receive(max: 10, waitMillis: 1_000) {
        print("order \(message.id == id && id == again): \(message.body.text ?? "")")
        try await message.acknowledge()
    }
    print("risk waits for \(try await risk.figures().waiting)")
    await broker.close()
}
