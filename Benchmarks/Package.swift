// swift-tools-version: 6.2

import PackageDescription

// TILLWIRE_CORE=1 leaves out the target that needs crypto, here and in the package above: the store is measured without
// building BoringSSL.
let coreOnly = Context.environment["TILLWIRE_CORE"] == "1"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let coreParts: Target.Dependency = .product(name: "TillwireCoreParts", package: "tillwire")

/// Microbenchmarks of one room; the framework looks for them below `Benchmarks`.
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["BenchmarkSupport", .product(name: "Benchmark", package: "benchmark")] + dependencies,
        path: "Benchmarks/\(name)", swiftSettings: settings,
        plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}

let package = Package(
    name: "tillwire-benchmarks",
    products: [
        .executable(name: "store-bench", targets: ["store-bench"]),
        .executable(name: "risk-bench", targets: ["risk-bench"]),
    ]
        + (coreOnly
            ? []
            : [
                .executable(name: "block-bench", targets: ["block-bench"]),
                .executable(name: "api-bench", targets: ["api-bench"]),
                .executable(name: "notice-bench", targets: ["notice-bench"]),
            ]),
    dependencies: (coreOnly
        ? []
        : [
            .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
            .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
            .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        ]) + [
            // `name:` because the folder of a clone may be called anything.
            .package(name: "tillwire", path: "../"),
            // Without its allocation counters, which replace malloc.
            .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []),
        ],
    targets: [
        .target(name: "BenchmarkSupport", swiftSettings: settings),
        .executableTarget(
            name: "store-bench",
            dependencies: ["BenchmarkSupport", .product(name: "Tillwire", package: "tillwire"), coreParts],
            path: "Sources/StoreBench", swiftSettings: settings),
        .executableTarget(
            name: "risk-bench", dependencies: ["BenchmarkSupport", coreParts], path: "Sources/RiskBench",
            swiftSettings: settings),
        room("LMDBBenchmarks", [coreParts]),
        room("DeflateBenchmarks", [coreParts]),
        room("TopicRoutingBenchmarks", [coreParts]),
    ]
        + (coreOnly
            ? []
            : [
                room("NoticeBenchmarks", [.product(name: "TillwireNoticeParts", package: "tillwire")]),
                .executableTarget(
                    name: "block-bench",
                    dependencies: [
                        "BenchmarkSupport", coreParts, .product(name: "Tillwire", package: "tillwire"),
                        .product(name: "TillwireNoticeParts", package: "tillwire"),
                        .product(name: "TillwireRiskParts", package: "tillwire"),
                        .product(name: "Logging", package: "swift-log"),
                    ],
                    path: "Sources/BlockBench", swiftSettings: settings),
                .executableTarget(
                    name: "api-bench",
                    dependencies: [
                        "BenchmarkSupport", coreParts, .product(name: "Tillwire", package: "tillwire"),
                        .product(name: "TillwireAPIParts", package: "tillwire"),
                        .product(name: "Logging", package: "swift-log"),
                        .product(name: "NIOCore", package: "swift-nio"),
                        .product(name: "NIOPosix", package: "swift-nio"),
                        .product(name: "Crypto", package: "swift-crypto"),
                    ],
                    path: "Sources/APIBench", swiftSettings: settings),
                .executableTarget(
                    name: "notice-bench",
                    dependencies: [
                        "BenchmarkSupport", .product(name: "Tillwire", package: "tillwire"),
                        .product(name: "TillwireIngestParts", package: "tillwire"),
                        .product(name: "Logging", package: "swift-log"),
                    ],
                    path: "Sources/NoticeBench", swiftSettings: settings),
            ])
)
