/// Judges a `Content-Type` header: an absent one is accepted elsewhere, a wrong one refused here.
enum MediaType {
    /// `application/json`, with nothing or UTF-8 as charset.
    static func isJSON(_ header: String) -> Bool {
        // As the platform spells them; taking the text apart costs as much as reading the notice's JSON.
        header == "application/json; charset=utf-8" || header == "application/json"
            || matches(header, ["application/json"])
    }

    /// `text/xml` or `application/xml`, with nothing or UTF-8 as charset.
    static func isXML(_ header: String) -> Bool {
        header == "text/xml" || matches(header, ["text/xml", "application/xml"])
    }

    /// Types and parameter names compare without case (RFC 9110 §8.3.1); parameters other than the charset carry no meaning here.
    private static func matches(_ header: String, _ types: [String]) -> Bool {
        guard header.utf8.count <= NoticeLimits.headerByteCountMax else { return false }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0).lowercased() }
        guard let type = parts.first, types.contains(type) else { return false }
        return parts.dropFirst().allSatisfy { part in
            guard part.hasPrefix("charset=") else { return true }
            return ["utf-8", "utf8"].contains(part.dropFirst("charset=".count).filter { $0 != "\"" })
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
