import MessageModel
import PaymentNotice

/// The log of orders that the crash test plays: a function of a seed and a number, so that every process makes the same bytes.
///
/// 40 merchants; two of them begin to fake orders, one late in the log; every eighth message is a repeat of an earlier transaction under bytes of its own
/// (as an order query or a bill would tell it again), every 500th is one that must be set aside.
struct OrderLog: Sendable {
    /// Messages in the log.
    let count: Int
    /// First event time, Unix milliseconds.
    static let startMillis: Int64 = 1_760_000_000_000

    /// A log of so many messages.
    init(count: Int) { self.count = count }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Message number `number`.
    func message(_ number: Int) -> Bytes {
        let isRepeat = number > 100 && number % 8 == 7
        let told = isRepeat ? number - 1 - Int(Self.mixed(UInt64(number)) % 90) : number
        let order = told % 8 == 7 && told > 100 ? told - 1 : told
        let random = Self.mixed(UInt64(order) &+ 0x1234)
        let share = Double(order) / Double(count)
        let fakes = (share > 0.3 && share < 0.34) || share > 0.8
        let merchant = fakes && random % 3 != 0 ? (share > 0.8 ? 38 : 39) : Int(random >> 8 % 40)
        let isFake = merchant >= 38 && fakes
        let amount = isFake ? 30_000 + Int64(random >> 20 % 60_000) : 500 + Int64(random >> 20 % 6_000)
        let payer = isFake ? "fake\(random >> 40 % 40)" : "payer\(random >> 40 % 3_000)"
        // 20 orders a second of event time, told up to 2 s late.
        let time = Self.startMillis + Int64(order) * 50 - Int64(random >> 50 % 2_000)
        let currency = number % 500 == 499 ? "USD" : "CNY"
        let text = RFC3339.utcText(millis: time)
        return Bytes(
            #"{"type":"order.paid","timestamp":"\#(text)","data":{"transaction_id":"42000027192025\#(10_000_000 + order)","#
                + #""out_trade_no":"o\#(order)","merchant_id":"16300000\#(10 + merchant)","store_id":"","device_id":"","#
                + #""payer":"\#(payer)","amount":\#(amount),"payer_amount":\#(amount),"discount":0,"#
                + #""currency":"\#(currency)","trade_type":"JSAPI","bank_type":"","attach":"","paid_at":"\#(text)","#
                + #""source":"\#(isRepeat ? "query" : "notice")"}}"#)
    }
}
