/// A method and a path in which `*` stands for one segment, and what is done there.
struct PlatformRoute<Call: Sendable>: Sendable {
    let method: String
    private let pattern: [String]
    let call: Call

    init(_ method: String, _ pattern: String, _ call: Call) {
        self.method = method
        self.pattern = QueryText.segments(pattern)
        self.call = call
    }

    /// What the stars stand for; nil where the path is another.
    func match(_ segments: [String]) -> [String]? {
        guard segments.count == pattern.count else { return nil }
        var found: [String] = []
        for (segment, expected) in zip(segments, pattern) {
            if expected == "*" {
                guard !segment.isEmpty else { return nil }
                found.append(segment)
            } else if segment != expected {
                return nil
            }
        }
        return found
    }
}

extension Array {
    /// The route of a request.
    /// - Throws: 404 where there is no such path, 405 where it has other methods.
    func find<Call>(method: String, path: String) throws(APIFault) -> (call: Call, parts: [String])
    where Element == PlatformRoute<Call> {
        let segments = QueryText.segments(path)
        var isOtherMethod = false
        for route in self {
            guard let parts = route.match(segments) else { continue }
            if route.method == method { return (route.call, parts) }
            isOtherMethod = true
        }
        throw isOtherMethod
            ? APIFault(405, "METHOD_NOT_ALLOWED", "\(method) is not allowed here")
            : APIFault(404, "NOT_FOUND", "there is no such interface")
    }
}
