/// Renders results, a line each.
enum NativeResultLines {
    /// Lines of faults.
    static func bytes(of faults: [NativeFault]) -> [UInt8] {
        var bytes: [UInt8] = []
        for fault in faults {
            bytes += fault.json
            bytes.append(0x0A)
        }
        return bytes
    }
}
