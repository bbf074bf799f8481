internal import ArgumentParser
internal import BoundedJSON
internal import NIOHTTP1

/// `tillwire recover`: ask WeChat Pay for one order now.
struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks WeChat Pay for an order now; a paid one that nobody told of enters.")

    @Argument(help: "The merchant's number.")
    var merchant: String

    @Argument(help: "The order's number at its caller.")
    var outTradeNo: String

    @OptionGroup var options: AdminOptions

    func run() async throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("merchant_id", merchant)
        writer.member("out_trade_no", outTradeNo)
        writer.endObject()
        print(JSONText.indented(try await options.client().ask(.POST, "/admin/v1/recovery/orders", writer.bytes)))
    }
}
