internal import BenchmarkSupport

/// What a process keeps in memory beside the store's map.
enum ResidentMemory {
    /// Resident bytes of this process without the pages of a `data.mdb`, which belong to the system's cache.
    static func byteCountWithoutMap() -> Int {
        var isMap = false
        var kibibytes = 0
        for line in TextFile.text("/proc/self/smaps").split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let first = words.first else { continue }
            if !first.hasSuffix(":") {
                // The first line of a mapping begins with its addresses and ends with its file.
                isMap = line.hasSuffix("/data.mdb")
            } else if first == "Rss:", !isMap, words.count > 1 {
                kibibytes += Int(words[1]) ?? 0
            }
        }
        return kibibytes * 1_024
    }
}
