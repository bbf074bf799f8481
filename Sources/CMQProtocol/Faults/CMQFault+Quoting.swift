extension CMQFault {
    /// A name or word of a request as a fault's text repeats it: at most ``CMQLimits/quotedByteCountMax`` printable ASCII characters.
    static func quoted(_ text: some Sequence<UInt8>) -> String {
        var shown: [UInt8] = []
        for byte in text.prefix(CMQLimits.quotedByteCountMax) {
            shown.append(0x20...0x7E ~= byte ? byte : UInt8(ascii: "?"))
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// As ``quoted(_:)-(Sequence<UInt8>)``.
    static func quoted(_ text: String) -> String { quoted(text.utf8) }
}
