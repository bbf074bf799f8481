/// Times as text, RFC 3339 §5.6, between the years 1970 and 9999. No library, no locale, no clock.
public enum RFC3339 {
    private static let millisPerDay: Int64 = 86_400_000

    /// Unix milliseconds of a time with zone, such as `2025-10-09T16:52:58+08:00`. Digits below a millisecond are cut.
    ///
    /// A leap second (`:60`) counts as the first moment of the next minute.
    /// - Returns: nil when the text is not such a time, or lies before 1970.
    public static func millis(_ text: String) -> Int64? {
        var scanner = DigitScanner(Array(text.utf8))
        guard let year = scanner.number(4), scanner.pass("-"), let month = scanner.number(2), scanner.pass("-"),
            let day = scanner.number(2), scanner.passAny("Tt "), let hour = scanner.number(2), scanner.pass(":"),
            let minute = scanner.number(2), scanner.pass(":"), let second = scanner.number(2),
            let fractionMillis = scanner.fractionMillis(), let offsetMinutes = scanner.offsetMinutes(),
            scanner.isAtEnd, (1970...9999).contains(year), (1...12).contains(month),
            (1...daysInMonth(year, month)).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let seconds = (hour * 60 + minute - offsetMinutes) * 60 + second
        let millis = daysSince1970(year, month, day) * millisPerDay + seconds * 1_000 + fractionMillis
        return millis >= 0 ? millis : nil
    }

    /// The time in UTC with milliseconds and `Z`: `2025-10-09T08:52:58.000Z`. Clamped to the years 1970…9999.
    public static func utcText(millis: Int64) -> String {
        let clamped = min(max(millis, 0), 253_402_300_799_999)
        let (year, month, day) = civilDate(daysSince1970: clamped / millisPerDay)
        let rest = clamped % millisPerDay
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        append(year, 4, "-", to: &bytes)
        append(month, 2, "-", to: &bytes)
        append(day, 2, "T", to: &bytes)
        append(rest / 3_600_000, 2, ":", to: &bytes)
        append(rest / 60_000 % 60, 2, ":", to: &bytes)
        append(rest / 1_000 % 60, 2, ".", to: &bytes)
        append(rest % 1_000, 3, "Z", to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Beijing time as API v2 writes it: `20251009165258`, UTC+8 without zone. Clamped as in ``utcText(millis:)``.
    public static func beijingDigits(millis: Int64) -> String {
        utcText(millis: min(max(millis, 0), 253_402_300_799_999) + 28_800_000).prefix(19).filter(\.isNumber)
    }

    private static func append(_ value: Int64, _ width: Int, _ separator: Unicode.Scalar, to bytes: inout [UInt8]) {
        let start = bytes.count
        var rest = value
        for _ in 0..<width {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
        bytes.append(UInt8(ascii: separator))
    }

    private static func daysInMonth(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar, counted in years that begin on 1 March so that the leap day comes last.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = (month + 9) % 12
        return firstDay(ofMarchYear: marchYear) + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
    }

    private static func firstDay(ofMarchYear year: Int64) -> Int64 {
        365 * year + year / 4 - year / 100 + year / 400
    }

    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        // The mean year misses the true one by less than one in either direction: begin above and step down.
        var marchYear = shifted * 400 / 146_097 + 1
        while firstDay(ofMarchYear: marchYear) > shifted { marchYear -= 1 }
        let dayOfYear = shifted - firstDay(ofMarchYear: marchYear)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (month <= 2 ? marchYear + 1 : marchYear, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

/// Reads fixed-width digits and separators of a time.
private struct DigitScanner {
    let bytes: [UInt8]
    var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int64? {
        guard position + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        position += 1
        return Int64(bytes[position - 1] - 0x30)
    }

    mutating func pass(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func passAny(_ characters: String) -> Bool {
        guard position < bytes.count, characters.utf8.contains(bytes[position]) else { return false }
        position += 1
        return true
    }

    /// 0 without a fraction; nil for a point without digits.
    mutating func fractionMillis() -> Int64? {
        guard pass(".") else { return 0 }
        guard var millis = digit().map({ $0 * 100 }) else { return nil }
        millis += (digit() ?? 0) * 10
        millis += digit() ?? 0
        while digit() != nil {}
        return millis
    }

    mutating func offsetMinutes() -> Int64? {
        if passAny("Zz") { return 0 }
        let sign: Int64 = pass("+") ? 1 : pass("-") ? -1 : 0
        guard sign != 0, let hours = number(2), pass(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
