// What README and the library's articles show, as one program. Everything it prints is checked by a test.
import Tillwire

let folder = CommandLine.arguments.dropFirst().first ?? "example-store"
try await firstSteps(in: folder)

let broker = try await EmbeddedBroker.open(at: folder)
try await loopOverMessages(broker)
try await consumeWithHandlers(broker)
try await takeTypedOrders(broker)
try await countOnce(broker)
await broker.close()
print("closed")
