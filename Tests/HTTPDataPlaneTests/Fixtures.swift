/// Paths of the files tests read, from this file's own place.
enum Fixtures {
    static func path(_ name: String, file: String = #filePath) -> String {
        let tests = file.split(separator: "/").dropLast(2).joined(separator: "/")
        return "/\(tests)/Fixtures/\(name)"
    }
}
