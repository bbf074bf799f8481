/// Bodies that look and compress like payment orders: JSON of ``bodyByteCount`` bytes, about a quarter of it random
/// (account numbers, trace id, signature). Deflate at level 1 brings one to about 0.70, a block of 64 to about 0.29.
/// The same seed gives the same bodies.
public struct OrderCorpus: Sendable {
    /// Bytes of every body.
    public static let bodyByteCount = 513

    /// The bodies, different from one another.
    public let bodies: [[UInt8]]
    /// What they were made from.
    public let seed: UInt64

    /// Makes `count` bodies.
    public init(count: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var millis: UInt64 = 1_763_862_188_000
        bodies = (0..<count).map { index in
            millis += UInt64(generator.below(40))
            return Self.body(index, atMillis: millis, &generator)
        }
        self.seed = seed
    }

    /// `count` bodies from `start` on, one after the other; starts over at the end of the corpus.
    public func joined(from start: Int, count: Int) -> [UInt8] {
        (start..<start + count).flatMap { bodies[$0 % bodies.count] }
    }

    private static func body(_ index: Int, atMillis millis: UInt64, _ generator: inout SeededGenerator) -> [UInt8] {
        let head = Self.head(index, atMillis: millis, &generator)
        let middle = Self.parties(&generator)
        let trace = generator.characters(32, of: hexDigits)
        let signature = generator.characters(43, of: base64Digits)
        let tail =
            "\"clientIp\":\"10.\(generator.below(256)).\(generator.below(256)).\(generator.below(256))\",\"traceId\":\"\(trace)\","
        let open = head + middle + tail + "\"note\":\""
        let close = "\",\"sign\":\"\(signature)=\"}"
        let room = bodyByteCount - open.utf8.count - close.utf8.count
        precondition(0...remark.utf8.count ~= room, "the parts of a body are longer than the body, or too short for it")
        return Array((open + remark.prefix(room) + close).utf8)
    }

    private static func head(_ index: Int, atMillis millis: UInt64, _ generator: inout SeededGenerator) -> String {
        let order = "PO20251123\(10_000_000 + index * 3 + generator.below(3))"
        let merchant = "M1000\(1000 + generator.below(400))"
        let amount = "\(1 + generator.below(20_000)).\(10 + generator.below(90))"
        return "{\"orderId\":\"\(order)\",\"merchantId\":\"\(merchant)\",\"channel\":\"\(generator.pick(channels))\","
            + "\"status\":\"\(generator.pick(states))\",\"amount\":{\"value\":\"\(amount)\",\"currency\":\"CNY\"},\"createdAtMillis\":\(millis),"
    }

    private static func parties(_ generator: inout SeededGenerator) -> String {
        let payer = "\(generator.pick(surnames)) \(generator.pick(givenNames))"
        let payee = "\(generator.pick(cities)) \(generator.pick(surnames)) \(generator.pick(trades))"
        let payerAccount = generator.characters(15, of: digits)
        let payeeAccount = generator.characters(12, of: digits)
        return
            "\"payer\":{\"name\":\"\(payer)\",\"bank\":\"\(generator.pick(banks))\",\"accountNo\":\"6222\(payerAccount)\"},"
            + "\"payee\":{\"name\":\"\(payee) Ltd.\",\"bank\":\"\(generator.pick(banks))\",\"accountNo\":\"6225\(payeeAccount)\"},"
    }

    /// Fills a body up; the same in all, so it costs a single body more than one of a block.
    private static let remark =
        "Paid over the counter, goods handed out; receipt by SMS. Questions: ask for Lin, weekdays 9-18h, quote #"
    private static let digits = Array("0123456789".utf8)
    private static let hexDigits = Array("0123456789abcdef".utf8)
    private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let channels = ["JSAPI", "NATIVE", "APP", "MICROPAY", "MWEB", "FACEPAY"]
    private static let states = ["CREATED", "PAYING", "PAID", "SETTLED", "REFUNDING"]
    private static let banks = ["ICBC", "CMB", "CCB", "BOC", "ABC", "SPDB", "CIB", "PAB", "CITIC", "CEB"]
    private static let surnames = [
        "Zhao", "Qian", "Sun", "Li", "Zhou", "Wu", "Zheng", "Wang", "Feng", "Chen", "Chu", "Wei",
    ]
    private static let givenNames = [
        "Ming", "Hong", "Jie", "Ling", "Bo", "Yue", "Hao", "Xin", "Ting", "Rui", "Kai", "Lan",
    ]
    private static let cities = [
        "Shenzhen", "Guangzhou", "Shanghai", "Beijing", "Hangzhou", "Chengdu", "Wuhan", "Xiamen",
    ]
    private static let trades = [
        "Bakery", "Pharmacy", "Tea House", "Logistics", "Bookshop", "Hardware", "Noodles", "Flowers",
    ]
}
