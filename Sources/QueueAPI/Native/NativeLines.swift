/// The lines of an NDJSON body.
enum NativeLines {
    /// Cuts a body into lines; a line feed at its end is no line more.
    ///
    /// - Throws: ``NativeFault`` where there is none, or too many.
    static func split(_ body: [UInt8]) throws(NativeFault) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: 0x0A) ?? body.count
            lines.append(body[start..<end])
            start = end + 1
            guard lines.count <= NativeLimits.lineCountMax else {
                throw NativeFault(.tooLarge, "at most \(NativeLimits.lineCountMax) lines are allowed")
            }
        }
        guard !lines.isEmpty else { throw NativeFault(.invalidValue, "an NDJSON body needs at least one line") }
        return lines
    }
}
