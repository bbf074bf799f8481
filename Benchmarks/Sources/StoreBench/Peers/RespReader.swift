internal import BenchmarkSupport
internal import Glibc

/// Reads replies of the Redis protocol out of bytes that may end in the middle of one.
struct RespReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next reply, or the next part of one, begins.
    private(set) var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// What kind of reply comes next: its first byte; nil at the end.
    var kind: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Where the reply that begins here ends; nil where it is not complete. Throws where it says that something went wrong.
    func end() throws(ProcessError) -> Int? {
        if kind == UInt8(ascii: "-") {
            guard let line = lineEnd(place) else { return nil }
            throw ProcessError(description: "Redis: \(String(decoding: bytes[place..<line], as: UTF8.self))")
        }
        return end(of: place)
    }

    /// Goes to `place`.
    mutating func skip(to place: Int) { self.place = place }

    /// Passes a count (`*N` or `:N`) and answers it; negative stands for nothing there. The reply must be complete.
    mutating func count() -> Int {
        let line = lineEnd(place) ?? bytes.count
        defer { place = line + 2 }
        return number(place + 1, line)
    }

    /// Passes a string with its length, and answers where both stand, and where the string stands. The reply must be complete.
    mutating func string() -> (whole: Range<Int>, text: Range<Int>) {
        let start = place
        let length = count()
        let text = place..<place + max(0, length)
        place = text.upperBound + 2
        return (start..<place, text)
    }

    private func end(of start: Int) -> Int? {
        guard start < bytes.count, let line = lineEnd(start) else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "$"):
            let length = number(start + 1, line)
            let end = length < 0 ? line + 2 : line + 2 + length + 2
            return end <= bytes.count ? end : nil
        case UInt8(ascii: "*"):
            var end = line + 2
            for _ in 0..<max(0, number(start + 1, line)) {
                guard let next = self.end(of: end) else { return nil }
                end = next
            }
            return end
        default: return line + 2
        }
    }

    /// Where the line that holds `start` ends, before its CR and LF; nil where they have not come.
    private func lineEnd(_ start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 13, bytes.count - start)
        else { return nil }
        let place = UnsafeRawPointer(found) - base
        return place + 1 < bytes.count ? place : nil
    }

    private func number(_ start: Int, _ end: Int) -> Int {
        let isNegative = start < end && bytes[start] == UInt8(ascii: "-")
        var number = 0
        for place in (isNegative ? start + 1 : start)..<end { number = number &* 10 &+ Int(bytes[place] &- 48) }
        return isNegative ? -number : number
    }
}
