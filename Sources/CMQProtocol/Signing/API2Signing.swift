/// The string to sign of API 2.0 and of the older signature of API 3.0 (`cmq-protocol.md` §1.3, §10.1).
///
/// Method, host, raw path, `?`, then all parameters but `Signature` in byte order of their names, `name=value` joined by `&`, values decoded.
/// Hashing is the caller's: this room has no crypto.
public enum API2Signing {
    /// Which of the two.
    public enum Style: Sendable {
        /// `_` in a name becomes `.` after sorting; clients in Python and PHP leave values that begin with `@` out of what they sign by POST.
        case api2
        /// `_` becomes `.` before sorting; every value is signed.
        case api3
    }

    /// Whether `verifies` accepts one of the strings the client may have signed; tries them in order, builds each only when its turn comes.
    ///
    /// - Parameters:
    ///   - path: the target up to `?` as it stands on the wire; nothing verifies where ``isPath(_:)`` is false.
    ///   - hosts: of ``CandidateHosts``.
    ///   - allowsUnsignedAtValues: whether a POST may leave free-text values that begin with `@` unsigned; only over TLS or loopback
    ///     (`reliability.md` rule 29), because whoever saw such a request can change those values.
    ///   - verifies: compares in constant time.
    public static func matches(
        _ form: CMQForm, method: String, hosts: [String], path: String, style: Style = .api2,
        allowsUnsignedAtValues: Bool, by verifies: ([UInt8]) -> Bool
    ) -> Bool {
        guard isPath(path) else { return false }
        let omissions = style == .api2 && method == "POST" && allowsUnsignedAtValues && form.hasFreeTextWithAt
        for omitsAtValues in omissions ? [false, true] : [false] {
            let text = parameterText(form, style: style, omitsAtValues: omitsAtValues)
            for host in hosts {
                var candidate: [UInt8] = []
                candidate.reserveCapacity(method.utf8.count + host.utf8.count + path.utf8.count + 1 + text.count)
                candidate.append(contentsOf: method.utf8)
                candidate.append(contentsOf: host.utf8)
                candidate.append(contentsOf: path.utf8)
                candidate.append(UInt8(ascii: "?"))
                candidate.append(contentsOf: text)
                if verifies(candidate) { return true }
            }
        }
        return false
    }

    /// Whether the signed text has one reading only with this path: it begins with `/`, which no authority has, and holds no `?`, so that host, path
    /// and parameters end where they seem to. `&` and `=`, which no endpoint has either, and anything but visible ASCII are refused with it.
    static func isPath(_ path: String) -> Bool {
        let bytes = path.utf8
        return bytes.first == UInt8(ascii: "/")
            && bytes.allSatisfy { byte in
                0x21...0x7E ~= byte && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "&")
                    && byte != UInt8(ascii: "=")
            }
    }

    /// All strings that ``matches(_:method:hosts:path:style:allowsUnsignedAtValues:by:)`` tries, in its order.
    public static func candidates(
        _ form: CMQForm, method: String, hosts: [String], path: String, style: Style = .api2,
        allowsUnsignedAtValues: Bool
    ) -> [[UInt8]] {
        var all: [[UInt8]] = []
        _ = matches(
            form, method: method, hosts: hosts, path: path, style: style, allowsUnsignedAtValues: allowsUnsignedAtValues
        ) {
            all.append($0)
            return false
        }
        return all
    }

    /// `name=value` joined by `&`.
    private static func parameterText(_ form: CMQForm, style: Style, omitsAtValues: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(form.buffer.count + 2 * form.pairs.count)
        let order = style == .api3 ? FormOrder.byNameWithDots(form.pairs, in: form.buffer) : form.order
        for index in order {
            let pair = form.pairs[index]
            if form.buffer[pair.name].elementsEqual("Signature".utf8) { continue }
            if omitsAtValues, form.isFreeTextWithAt(pair) { continue }
            if !text.isEmpty { text.append(UInt8(ascii: "&")) }
            for byte in form.buffer[pair.name] {
                text.append(byte == UInt8(ascii: "_") ? UInt8(ascii: ".") : byte)
            }
            text.append(UInt8(ascii: "="))
            text.append(contentsOf: form.buffer[pair.value])
        }
        return text
    }
}

extension CMQForm {
    /// Whether a parameter that carries free text begins with `@`.
    var hasFreeTextWithAt: Bool { pairs.contains(where: isFreeTextWithAt) }

    /// Whether this is `msgBody`, `msgBody.N`, `msgTag.N` or `routingKey` with a value that begins with `@`. Others are always signed: leaving
    /// them out would let anybody who saw a request add to it.
    func isFreeTextWithAt(_ pair: Pair) -> Bool {
        guard buffer[pair.value].first == UInt8(ascii: "@") else { return false }
        let name = buffer[pair.name]
        return name.elementsEqual("msgBody".utf8) || name.elementsEqual("routingKey".utf8)
            || Self.isElement(name, of: "msgBody") || Self.isElement(name, of: "msgTag")
    }

    private static func isElement(_ name: ArraySlice<UInt8>, of list: String) -> Bool {
        let prefix = list.utf8
        guard name.count > prefix.count + 1, name.starts(with: prefix) else { return false }
        let rest = name.dropFirst(prefix.count)
        return rest.first == UInt8(ascii: ".") && rest.dropFirst().allSatisfy { 48...57 ~= $0 }
    }
}
