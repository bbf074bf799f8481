internal import BoundedJSON
internal import Engine
internal import MessageModel
internal import Tillwire

extension NativeAPI {
    /// A page of entities in the order of their names, whatever their case, and where the next one begins.
    func page<Entry>(
        _ call: NativeCall, _ member: String, _ entries: [Entry], name: (Entry) -> EntityName,
        write: (Entry, inout JSONWriter) -> Void
    ) throws(NativeFault) -> NativeAnswer {
        let limit = try call.query.integer("limit", 1...NativeLimits.pageCountMax) ?? NativeLimits.pageCountDefault
        let prefix = Self.folded(call.query.text("prefix"))
        let after = call.query.text("after").map { Self.folded($0) }
        let sorted = entries.map { (name($0).folded, $0) }
            .filter { key, _ in
                key.starts(with: prefix) && (after.map { $0.lexicographicallyPrecedes(key) } ?? true)
            }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key(member)
        writer.beginArray()
        for (_, entry) in sorted.prefix(limit) { write(entry, &writer) }
        writer.endArray()
        writer.key("next")
        if sorted.count > limit { writer.string(name(sorted[limit - 1].1).text) } else { writer.null() }
        writer.endObject()
        return NativeAnswer(status: 200, json: writer.bytes)
    }

    private static func folded(_ text: String?) -> [UInt8] { (text ?? "").utf8.map { 65...90 ~= $0 ? $0 + 32 : $0 } }
}
