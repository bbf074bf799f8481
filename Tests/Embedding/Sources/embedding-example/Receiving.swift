import Tillwire

/// One message after another.
func loopOverMessages(_ broker: EmbeddedBroker) async throws {
    let parcels = try await broker.createQueue("parcels")
    for number in 1...4 { try await parcels.send(Bytes("parcel \(number)")) }

    for try await message in parcels.messages(prefetch: 16) {
        print(message.body.text ?? "")
        try await message.acknowledge()
        if message.body.text == "parcel 4" { break }  // what was prefetched and not read goes back at once
    }
}

struct BadJob: Error {}

/// Several at once, with a dead-letter queue for what fails again and again.
func consumeWithHandlers(_ broker: EmbeddedBroker) async throws {
    let dead = try await broker.createQueue("dead-jobs")
    var attributes = QueueAttributes(visibilityMillis: 30_000)
    attributes.deadLetter = DeadLetterPolicy(queue: dead.id, deliveryCountMax: 3)
    let jobs = try await broker.createQueue("jobs", attributes: attributes)
    for job in ["good", "bad", "better"] { try await jobs.send(Bytes(job)) }

    let stop = StopSignal()
    async let consuming: Void = jobs.consume(concurrency: 4, backoff: .fixed(millis: 10), until: stop) { message in
        // Hidden from others for as long as this runs; acknowledged when it returns, released when it throws.
        if message.body.text == "bad" { throw BadJob() }
    }
    for try await letter in dead.messages() {
        print("dead letter: \(letter.body.text ?? ""), delivered \(letter.origin?.deliveryCount ?? 0) times")
        try await letter.acknowledge()
        break
    }
    stop.stop()  // nothing new is taken, running handlers finish
    try await consuming
}
