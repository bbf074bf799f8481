/// A day of Beijing time (UTC+8, without daylight saving): the unit of a trade bill.
public struct BeijingDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let number: Int64

    private static let millisPerDay: Int64 = 86_400_000
    private static let offsetMillis: Int64 = 28_800_000
    /// 9999-12-31.
    private static let numberMax: Int64 = 2_932_896

    /// The day with that number, held between 1970 and 9999.
    public init(number: Int64) { self.number = min(max(number, 0), Self.numberMax) }

    /// The day in which a moment lies, Unix milliseconds.
    public init(containingMillis millis: Int64) {
        self.init(number: (max(millis, 0) + Self.offsetMillis) / Self.millisPerDay)
    }

    /// Reads `YYYY-MM-DD`, years 1970…9999; nil for anything else, days that do not exist among them.
    public init?(_ text: String) { self.init(utf8: Array(text.utf8)[...]) }

    /// As for a text.
    init?(utf8 text: ArraySlice<UInt8>) {
        let bytes = Array(text)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.digits(bytes[0..<4]), let month = Self.digits(bytes[5..<7]),
            let day = Self.digits(bytes[8..<10]), year >= 1970, 1...12 ~= month,
            1...Self.dayCount(year, month) ~= day
        else { return nil }
        number = Self.dayNumber(year, month, day)
    }

    /// Its first moment, Unix milliseconds.
    public var startMillis: Int64 { number * Self.millisPerDay - Self.offsetMillis }

    /// The first moment behind it, Unix milliseconds.
    public var endMillis: Int64 { startMillis + Self.millisPerDay }

    /// Whether a moment lies in it, Unix milliseconds.
    public func contains(_ millis: Int64) -> Bool { startMillis <= millis && millis < endMillis }

    /// The day that many days later; negative is earlier.
    public func adding(days: Int64) -> BeijingDay { BeijingDay(number: number + days) }

    /// Earlier is less.
    public static func < (left: BeijingDay, right: BeijingDay) -> Bool { left.number < right.number }

    /// `YYYY-MM-DD`.
    public var description: String {
        // Years of 365 days at least, so this is never below the true one.
        var year = 1970 + number / 365
        while Self.dayNumber(year, 1, 1) > number { year -= 1 }
        var month: Int64 = 1
        while month < 12, Self.dayNumber(year, month + 1, 1) <= number { month += 1 }
        let day = number - Self.dayNumber(year, month, 1) + 1
        return "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    static func digits(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in bytes {
            guard 0x30...0x39 ~= byte else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func dayCount(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let before = year - 1
        var days = (year - 1970) * 365 + (before / 4 - before / 100 + before / 400) - 477
        for earlier in 1..<month { days += dayCount(year, earlier) }
        return days + day - 1
    }
}
