internal import Deflate
internal import MessageModel
internal import TradeBill
internal import WeChatPayAPI

/// Why a run gave no report. Nothing was entered before the bill was checked whole.
enum RunFailure: Error, Equatable, CustomStringConvertible {
    /// The platform did not give the bill.
    case platform(PlatformCallError)
    /// The platform says that there is no bill, though orders paid that day were received.
    case noStatement(receivedCount: Int64)
    /// The file cannot be read or written.
    case file(String)
    /// The gzip file is bad.
    case gzip(GzipError)
    /// It is no trade bill.
    case bill(TradeBillError)
    /// Its SHA-1 is neither that of the file nor that of its content.
    case hash(expected: String, file: String, content: String)
    /// It is a bill of another day.
    case otherDay(BeijingDay, lineCount: Int, paymentCount: Int)
    /// It lists refunds only.
    case refundsOnly
    /// More transaction ids twice than is believed.
    case tooManyDuplicates
    /// The store refused.
    case store(BrokerError)
    /// The service stops; the next run goes on.
    case cancelled

    /// What was wrong and what is allowed.
    var description: String {
        switch self {
        case .platform(let error): "the bill was not downloaded: \(error)"
        case .noStatement(let count):
            "WeChat Pay says that there is no bill of this day, but \(count) orders paid that day were received"
        case .file(let text): text
        case .gzip(let error): "\(error)"
        case .bill(let error): "\(error)"
        case .hash(let expected, let file, let content):
            "the bill is not the one that was meant: SHA-1 \(expected) was named, the file has \(file), its content \(content)"
        case .otherDay(let day, let lines, let payments):
            "\(lines) of \(payments) payment lines are of another day: this is no bill of \(day)"
        case .refundsOnly: "a bill of refunds only (bill_type=REFUND) cannot be compared: ALL or SUCCESS is needed"
        case .tooManyDuplicates:
            "the bill names more than \(ReconciliationLimits.duplicateCountMax) transaction ids twice"
        case .store(let error): "the store refused: \(error)"
        case .cancelled: "the run was broken off; the next one goes on"
        }
    }
}
