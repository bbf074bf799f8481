internal import Glibc
internal import TradeBill

/// Where bills lie: `DATE.platform-SHA1.bill`, `DATE.given-SHA1.bill` or `DATE.none.bill`, as they came; what is on its way ends in `.part`.
///
/// Bills hold personal data: the folder has mode 0700, files 0600. Thread-safe, a value; calls block on the disk.
struct BillFolder: Sendable {
    let path: String

    /// The folder, which need not be there; removes what an earlier process left on its way.
    init(path: String) {
        self.path = path
        for name in names where name.hasSuffix(".part") { unlink("\(path)/\(name)") }
    }

    /// Makes the folder where it is missing.
    func make() throws(RunFailure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.failure("\(path) cannot be made") }
        guard chmod(path, 0o700) == 0 else { throw Self.failure("\(path) cannot be used") }
    }

    /// A path for a bill on its way.
    func partPath(_ number: UInt64) -> String { "\(path)/\(number).part" }

    /// The bill that is held of a day, with the hash that was named for it.
    func held(_ day: BeijingDay) -> GivenBill? {
        for name in names where name.hasPrefix("\(day).") && name.hasSuffix(".bill") {
            let middle = name.dropFirst(day.description.count + 1).dropLast(".bill".count)
            let parts = middle.split(separator: "-", maxSplits: 1)
            guard let kind = parts.first.flatMap({ ReconciliationReport.HashCheck(rawValue: String($0)) }) else {
                continue
            }
            return GivenBill(
                path: "\(path)/\(name)", hashCheck: kind, sha1: parts.count == 2 ? String(parts[1]) : nil)
        }
        return nil
    }

    /// Takes a checked bill as the day's; the one before goes, and so do those of days long ago.
    func keep(_ bill: GivenBill, of day: BeijingDay) throws(RunFailure) {
        let hash = bill.sha1.map { "-\($0)" } ?? ""
        let target = "\(path)/\(day).\(bill.hashCheck.rawValue)\(hash).bill"
        guard bill.path != target else { return }
        let before = names.filter { $0.hasPrefix("\(day).") && $0.hasSuffix(".bill") }
        guard rename(bill.path, target) == 0 else { throw Self.failure("\(target) cannot be written") }
        for name in before where "\(path)/\(name)" != target { unlink("\(path)/\(name)") }
        let bills = names.filter { $0.hasSuffix(".bill") }.sorted(by: >)
        for name in bills.dropFirst(ReconciliationLimits.heldBillCountMax) where !name.hasPrefix("\(day).") {
            unlink("\(path)/\(name)")
        }
    }

    /// Forgets a bill on its way.
    func discard(_ bill: GivenBill) { if bill.path.hasSuffix(".part") { unlink(bill.path) } }

    /// Free bytes of the disk; nil where the system does not say.
    var freeByteCount: UInt64? {
        var figures = statvfs()
        guard statvfs(path, &figures) == 0 else { return nil }
        return UInt64(figures.f_bavail) * UInt64(figures.f_frsize)
    }

    private var names: [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted()
    }

    private static func failure(_ what: String) -> RunFailure { .file("\(what): \(String(cString: strerror(errno)))") }
}

/// A bill's file and what was said about its hash.
struct GivenBill: Sendable, Equatable {
    var path: String
    var hashCheck: ReconciliationReport.HashCheck
    /// 40 lower-case hexadecimal digits; nil where none was named.
    var sha1: String?
}
