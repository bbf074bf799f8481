/// Finds the operation of a method and path. Immutable, thread-safe.
struct NativeRouter: Sendable {
    /// What a path leads to.
    enum Match: Sendable, Equatable {
        /// An operation and the names in its path, in order.
        case operation(NativeOperation, names: [String])
        /// Other methods would do.
        case otherMethods([String])
        case nothing
    }

    /// What all paths begin with.
    static let prefix = "/v1/"

    private let routes = NativeOperation.allCases.map { operation in
        (operation, operation.route.method, operation.route.path.split(separator: "/").map(String.init))
    }

    /// The operation; names are not decoded or checked.
    func match(method: String, path: String) -> Match {
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var methods: [String] = []
        for (operation, allowed, template) in routes {
            guard let names = Self.names(segments, template) else { continue }
            if allowed == method { return .operation(operation, names: names) }
            methods.append(allowed)
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }

    private static func names(_ segments: [Substring], _ template: [String]) -> [String]? {
        guard segments.count == template.count else { return nil }
        var names: [String] = []
        for (segment, part) in zip(segments, template) {
            if part.utf8.first == UInt8(ascii: "{") {
                guard !segment.isEmpty else { return nil }
                names.append(String(segment))
            } else if segment != part {
                return nil
            }
        }
        return names
    }
}
