internal import AccessControl
internal import MessageModel
internal import PaymentNotice
internal import Synchronization

/// What all interfaces of a simulated platform share. Thread-safe.
final class PlatformCore: Sendable {
    let time: any TimeSource
    let dice: PlatformDice
    let ring: PlatformKeyRing
    let factory: NoticeFactory
    let callers: PlatformCallers
    let v2Key: APIv2Key
    let apiV3Key: [UInt8]
    let book = PlatformOrderBook()
    let restrictions = PlatformRestrictionBook()
    let bills = BillShelf()
    let tally: PlatformTally
    let deliveries: PlatformDeliveries
    /// Where violation notices go, as the provider set it; nil: nowhere.
    let violationURL = Mutex<String?>(nil)
    private let misbehaviourBox = Mutex(Misbehaviour())
    private let rootBox = Mutex("")

    init(
        keys: SimulatorKeys, certificatePEM: String, seed: UInt64, network: SimulatorNetwork,
        addresses: NoticeAddresses, ladder: NoticeLadder, time: any TimeSource
    ) throws(SimulatorError) {
        self.time = time
        dice = PlatformDice(seed: seed)
        ring = try PlatformKeyRing(keys: keys, certificatePEM: certificatePEM, dice: dice)
        factory = NoticeFactory(ring)
        callers = try PlatformCallers(keys: keys)
        apiV3Key = keys.apiV3Key
        tally = PlatformTally(time: time)
        do {
            v2Key = try APIv2Key(keys.apiV2Key)
        } catch {
            throw .keys("\(error)")
        }
        deliveries = PlatformDeliveries(
            network: network, addresses: addresses, ladder: ladder, dice: dice, tally: tally)
    }

    var misbehaviour: Misbehaviour {
        get { misbehaviourBox.withLock { $0 } }
        set { misbehaviourBox.withLock { $0 = newValue } }
    }

    /// `http://127.0.0.1:PORT` once the server listens.
    var root: String {
        get { rootBox.withLock { $0 } }
        set { rootBox.withLock { $0 = newValue } }
    }

    var nowMillis: Int64 { Int64(time.now.milliseconds) }
    /// What signatures are dated with.
    var signingSeconds: Int64 { time.unixSeconds + misbehaviour.clockSkewSeconds }

    /// A number for a payment: `4200`, six digits, the Beijing day, ten digits (wechat-pay §1.6).
    func makeTransactionID(paidAtMillis: Int64) -> String {
        "4200" + dice.digits(6) + RFC3339.beijingDigits(millis: paidAtMillis).prefix(8) + dice.digits(10)
    }

    /// A number for a refund; the same shape with another head.
    func makeRefundID() -> String {
        "5030" + dice.digits(6) + RFC3339.beijingDigits(millis: nowMillis).prefix(8) + dice.digits(10)
    }

    func makeOpenID() -> String { "o" + dice.letters(27) }
}
