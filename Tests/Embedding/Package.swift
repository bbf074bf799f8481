// swift-tools-version: 6.2

import PackageDescription

// The example of the README as a program of its own: it depends on the checkout by path, as an embedding program would.
let package = Package(
    name: "embedding-example",
    dependencies: [.package(name: "tillwire", path: "../..")],
    targets: [
        .executableTarget(
            name: "embedding-example",
            dependencies: [
                .product(name: "Tillwire", package: "tillwire"), .product(name: "TillwireCodable", package: "tillwire"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
