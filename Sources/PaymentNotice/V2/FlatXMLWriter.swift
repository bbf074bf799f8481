/// Writes fields as the XML shape of API v2, which ``FlatXMLReader`` reads back.
public enum FlatXMLWriter {
    /// The document: text in CDATA sections, plain digits as they are, one field a line.
    public static func write(_ fields: NoticeFields) -> [UInt8] {
        var bytes = Array("<xml>\n".utf8)
        for field in fields.list {
            bytes.append(contentsOf: "<\(field.name)>".utf8)
            append(field.value, to: &bytes)
            bytes.append(contentsOf: "</\(field.name)>\n".utf8)
        }
        bytes.append(contentsOf: "</xml>".utf8)
        return bytes
    }

    /// The answer to a notice, exactly so with nothing around it (wechat-pay §3.3).
    /// - Parameter message: must not hold `]]>`.
    public static func answer(returnCode: String, message: String) -> String {
        "<xml><return_code><![CDATA[\(returnCode)]]></return_code><return_msg><![CDATA[\(message)]]></return_msg></xml>"
    }

    private static func append(_ value: String, to bytes: inout [UInt8]) {
        let isNumber = !value.isEmpty && value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !isNumber else {
            bytes.append(contentsOf: value.utf8)
            return
        }
        // The end mark cannot stand in a section: it is spread over two. A carriage return would be read as a line feed.
        bytes.append(contentsOf: "<![CDATA[".utf8)
        var previous: (UInt8, UInt8) = (0, 0)
        for byte in value.utf8 {
            if byte == UInt8(ascii: ">"), previous == (UInt8(ascii: "]"), UInt8(ascii: "]")) {
                bytes.append(contentsOf: "]]><![CDATA[".utf8)
            }
            if byte == 0x0D {
                bytes.append(contentsOf: "]]>&#13;<![CDATA[".utf8)
            } else {
                bytes.append(byte)
            }
            previous = (previous.1, byte)
        }
        bytes.append(contentsOf: "]]>".utf8)
    }
}
