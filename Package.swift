// swift-tools-version: 6.2

import PackageDescription

// TILLWIRE_CORE=1 leaves out every target and dependency that needs HTTP or crypto: `swift test --filter` compiles all targets, so the store's
// tests would otherwise wait for BoringSSL.
let coreOnly = Context.environment["TILLWIRE_CORE"] == "1"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let memorySafe = settings + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

let coreTargets: [Target] = [
    .systemLibrary(name: "CLMDB", path: "CModules/CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", path: "CModules/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "MessageModel", swiftSettings: settings),
    .target(name: "LMDB", dependencies: ["CLMDB"], swiftSettings: memorySafe),
    .target(name: "Deflate", dependencies: ["CZlib"], swiftSettings: memorySafe),
    .target(name: "TopicRouting", dependencies: ["MessageModel"], swiftSettings: settings),
    .target(name: "BoundedJSON", swiftSettings: settings),
    .target(name: "PaymentNotice", dependencies: ["BoundedJSON"], swiftSettings: settings),
    .target(name: "TradeBill", dependencies: ["BoundedJSON"], swiftSettings: settings),
    .target(name: "CMQProtocol", dependencies: ["MessageModel", "BoundedJSON"], swiftSettings: settings),
    .target(name: "PushSchedule", swiftSettings: settings),
    .target(name: "RiskWindows", swiftSettings: settings),
    .target(
        name: "RiskRules", dependencies: ["RiskWindows", "BoundedJSON", "MessageModel"], swiftSettings: settings),
    .target(name: "CampaignRules", dependencies: ["BoundedJSON"], swiftSettings: settings),
    .target(name: "Engine", dependencies: ["MessageModel"], swiftSettings: settings),
    .target(
        name: "QueueStore", dependencies: ["Engine", "MessageModel", "TopicRouting", "LMDB", "Deflate"],
        swiftSettings: memorySafe),
    .target(name: "Tillwire", dependencies: ["QueueStore", "Engine", "MessageModel"], swiftSettings: settings),
    .target(
        name: "TillwireCodable", dependencies: ["Tillwire", "Engine", "MessageModel"], swiftSettings: settings),
    .target(
        name: "TopicConsumer",
        dependencies: ["Tillwire", "Engine", "MessageModel", "PaymentNotice", "BoundedJSON"],
        swiftSettings: settings),
    .target(
        name: "Campaigns",
        dependencies: [
            "CampaignRules", "TopicConsumer", "Tillwire", "Engine", "MessageModel", "PaymentNotice", "BoundedJSON",
        ],
        swiftSettings: settings),
    .target(
        name: "TestSupport", dependencies: ["Tillwire", "QueueStore", "MessageModel"], path: "Tests/TestSupport",
        swiftSettings: settings),
    .executableTarget(
        name: "store-crash-worker", dependencies: ["Tillwire", "QueueStore", "MessageModel"],
        path: "Tests/StoreCrashWorker", swiftSettings: settings),
    .testTarget(name: "MessageModelTests", dependencies: ["MessageModel"], swiftSettings: settings),
    .testTarget(name: "BoundedJSONTests", dependencies: ["BoundedJSON"], swiftSettings: settings),
    .testTarget(name: "PaymentNoticeTests", dependencies: ["PaymentNotice", "BoundedJSON"], swiftSettings: settings),
    .testTarget(name: "TradeBillTests", dependencies: ["TradeBill", "BoundedJSON"], swiftSettings: settings),
    .testTarget(
        name: "CMQProtocolTests", dependencies: ["CMQProtocol", "MessageModel", "BoundedJSON"],
        swiftSettings: settings),
    .testTarget(name: "PushScheduleTests", dependencies: ["PushSchedule"], swiftSettings: settings),
    .testTarget(name: "RiskWindowsTests", dependencies: ["RiskWindows"], swiftSettings: settings),
    .testTarget(
        name: "RiskRulesTests", dependencies: ["RiskRules", "RiskWindows", "BoundedJSON", "MessageModel"],
        swiftSettings: settings),
    .testTarget(name: "CampaignRulesTests", dependencies: ["CampaignRules", "BoundedJSON"], swiftSettings: settings),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB"], swiftSettings: settings),
    .testTarget(name: "DeflateTests", dependencies: ["Deflate"], swiftSettings: settings),
    .testTarget(name: "TopicRoutingTests", dependencies: ["TopicRouting", "MessageModel"], swiftSettings: settings),
    .testTarget(
        name: "QueueStoreTests",
        dependencies: ["QueueStore", "LMDB", "Deflate", "Engine", "Tillwire", "MessageModel", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "TillwireTests",
        dependencies: ["Tillwire", "TillwireCodable", "QueueStore", "Engine", "MessageModel", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "StoreModelTests", dependencies: ["QueueStore", "Engine", "Tillwire", "MessageModel", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "TopicConsumerTests",
        dependencies: [
            "TopicConsumer", "PaymentNotice", "Tillwire", "QueueStore", "Engine", "MessageModel", "TestSupport",
        ],
        swiftSettings: settings),
    .testTarget(
        name: "CampaignsTests",
        dependencies: [
            "Campaigns", "CampaignRules", "TopicConsumer", "PaymentNotice", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "TestSupport",
        ],
        swiftSettings: settings),
    .testTarget(name: "EmbeddingTests", dependencies: ["TestSupport"], swiftSettings: settings),
    .testTarget(
        name: "StoreCrashTests",
        dependencies: ["Tillwire", "QueueStore", "MessageModel", "TestSupport", "store-crash-worker"],
        swiftSettings: settings),
]

// Only for `make fuzz`, which gives the flags it needs.
let fuzzTargets: [Target] =
    Context.environment["TILLWIRE_FUZZ"] == "1"
    ? [
        .executableTarget(
            name: "notice-fuzz", dependencies: ["PaymentNotice", "TradeBill", "BoundedJSON"], path: "Tests/Fuzz",
            exclude: ["run"],
            swiftSettings: settings + [.enableExperimentalFeature("Extern")])
    ] : []

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }
let nioCore = product("NIOCore", "swift-nio")
let crypto = product("Crypto", "swift-crypto")
let logging = product("Logging", "swift-log")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let lifecycleTestKit = product("ServiceLifecycleTestKit", "swift-service-lifecycle")
let arguments = product("ArgumentParser", "swift-argument-parser")

let serviceTargets: [Target] = [
    .target(
        name: "Telemetry", dependencies: [product("CoreMetrics", "swift-metrics"), logging], swiftSettings: settings),
    .target(
        name: "AccessControl",
        dependencies: [
            "PaymentNotice", "BoundedJSON", crypto, product("CryptoExtras", "swift-crypto"),
            product("X509", "swift-certificates"),
            product("SwiftASN1", "swift-asn1"),
        ], swiftSettings: settings),
    .target(name: "NoticeRating", dependencies: ["Telemetry", "BoundedJSON"], swiftSettings: settings),
    .target(
        name: "ProviderRating",
        dependencies: [
            "NoticeRating", "TopicConsumer", "Tillwire", "Engine", "MessageModel", logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "PlatformRestrictions",
        dependencies: [
            "Merchants", "PaymentEntry", "WeChatPayAPI", "TopicConsumer", "Tillwire", "Engine", "MessageModel",
            "PaymentNotice", "BoundedJSON", logging, lifecycle,
        ], swiftSettings: settings),
    .target(name: "Webhooks", dependencies: ["AccessControl", "BoundedJSON", crypto], swiftSettings: settings),
    .target(
        name: "HTTPDataPlane",
        dependencies: [
            nioCore, product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"), product("NIOTLS", "swift-nio"),
            product("NIOSSL", "swift-nio-ssl"),
        ], swiftSettings: settings),
    .target(
        name: "WeChatPayAPI",
        dependencies: [
            "AccessControl", "HTTPDataPlane", "PaymentNotice", "BoundedJSON", "MessageModel", nioCore,
            product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            product("AsyncHTTPClient", "async-http-client"),
        ], swiftSettings: settings),
    .target(
        name: "Settings", dependencies: ["BoundedJSON", product("Configuration", "swift-configuration")],
        swiftSettings: settings),
    .target(
        name: "Merchants", dependencies: ["Tillwire", "Engine", "MessageModel", "BoundedJSON", "PushSchedule"],
        swiftSettings: settings),
    .target(
        name: "PaymentEntry",
        dependencies: ["Tillwire", "Engine", "MessageModel", "PaymentNotice", "AccessControl", "BoundedJSON"],
        swiftSettings: settings),
    .target(
        name: "NoticeIngest",
        dependencies: [
            "NoticeRating",
            "PaymentEntry", "Telemetry", "Tillwire", "Engine", "MessageModel", "HTTPDataPlane", "PaymentNotice",
            "AccessControl",
            "BoundedJSON",
            nioCore, logging,
            lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "PlatformCertificates",
        dependencies: [
            "WeChatPayAPI", "AccessControl", "PaymentNotice", "BoundedJSON", "Tillwire", "Engine", "MessageModel",
            logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "MerchantPush",
        dependencies: [
            "Telemetry", "Tillwire", "Engine", "MessageModel", "HTTPDataPlane", "PaymentNotice", "AccessControl",
            "Webhooks",
            "PushSchedule", logging,
            lifecycle, product("DequeModule", "swift-collections"),
        ], swiftSettings: settings),
    .target(
        name: "QueueAPI",
        dependencies: [
            "CMQProtocol", "Telemetry", "Tillwire", "Engine", "MessageModel", "HTTPDataPlane", "AccessControl",
            "BoundedJSON",
            nioCore, logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "TopicFanOut",
        dependencies: ["CMQProtocol", "Tillwire", "Engine", "MessageModel", "HTTPDataPlane", logging, lifecycle],
        swiftSettings: settings),
    .target(
        name: "PaymentGate",
        dependencies: [
            "PaymentEntry", "Merchants", "MessageModel", "AccessControl", "HTTPDataPlane", "BoundedJSON",
            "PaymentNotice", nioCore,
        ],
        swiftSettings: settings),
    .target(
        name: "OrderRecovery",
        dependencies: [
            "PaymentEntry", "WeChatPayAPI", "Tillwire", "Engine", "MessageModel", "PaymentNotice", "BoundedJSON",
            "TopicConsumer", logging, lifecycle, product("HeapModule", "swift-collections"),
            product("DequeModule", "swift-collections"),
        ], swiftSettings: settings),
    .target(
        name: "RiskControl",
        dependencies: [
            "RiskRules", "TopicConsumer", "Merchants", "Tillwire", "Engine", "MessageModel", "PaymentNotice",
            "HTTPDataPlane", "Webhooks", "AccessControl", "PushSchedule", "BoundedJSON", "Telemetry", logging,
            lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "CampaignManagement",
        dependencies: [
            "Campaigns", "CampaignRules", "TopicConsumer", "Tillwire", "Engine", "MessageModel", "PaymentNotice",
            logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "PromotionCampaign",
        dependencies: [
            "Campaigns", "CampaignRules", "TopicConsumer", "Tillwire", "Engine", "MessageModel", "PaymentNotice",
            "BoundedJSON", logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "Reconciliation",
        dependencies: [
            "TradeBill", "PaymentEntry", "PaymentNotice", "WeChatPayAPI", "AccessControl", "Deflate", "BoundedJSON",
            "Tillwire", "Engine", "MessageModel", logging, lifecycle,
        ], swiftSettings: settings),
    .target(
        name: "Console",
        dependencies: [
            "TradeBill", "NoticeRating", "PaymentEntry", "Merchants", "RiskRules", "RiskWindows", "CampaignRules",
            "TopicConsumer", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "AccessControl", "BoundedJSON", "PaymentNotice", nioCore, logging, lifecycle,
            product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
            product("HTTPTypes", "swift-http-types"),
        ], swiftSettings: settings),
    .target(
        name: "BrokerDaemon",
        dependencies: [
            "NoticeRating", "ProviderRating", "PlatformRestrictions", "OrderRecovery",
            "Reconciliation", "TradeBill",
            "PaymentEntry", "NoticeIngest", "MerchantPush", "PaymentGate", "RiskControl", "CampaignManagement",
            "PromotionCampaign",
            "QueueAPI", "TopicFanOut", "CMQProtocol", "Campaigns", "Console", "Merchants", "RiskRules", "TopicConsumer",
            "Settings", "Telemetry",
            "HTTPDataPlane", "AccessControl", "WeChatPayAPI", "PlatformCertificates",
            "Webhooks", "PaymentNotice", "PushSchedule", "BoundedJSON", "Tillwire", "Engine", "QueueStore",
            "MessageModel", nioCore, logging,
            lifecycle, product("CoreMetrics", "swift-metrics"), product("Metrics", "swift-metrics"),
            product("UnixSignals", "swift-service-lifecycle"),
        ], swiftSettings: settings),
    .target(
        name: "WeChatPaySimulator",
        dependencies: [
            "MessageModel", "PaymentNotice", "BoundedJSON", "AccessControl", "Webhooks", "HTTPDataPlane", nioCore,
            "Deflate",
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "tillwired", dependencies: ["BrokerDaemon", "Settings", arguments], swiftSettings: settings),
    .executableTarget(
        name: "tillwire",
        dependencies: [
            "Tillwire", "QueueStore", "Webhooks", "AccessControl", "PaymentNotice", "BoundedJSON", "RiskRules", nioCore,
            product("AsyncHTTPClient", "async-http-client"),
            product("NIOHTTP1", "swift-nio"), arguments,
        ], swiftSettings: settings),
    .executableTarget(
        name: "wechatpay-simulator", dependencies: ["WeChatPaySimulator", "MessageModel", arguments],
        swiftSettings: settings),
    .testTarget(
        name: "TelemetryTests", dependencies: ["Telemetry", product("CoreMetrics", "swift-metrics"), logging],
        swiftSettings: settings),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: settings),
    .testTarget(
        name: "AccessControlTests", dependencies: ["AccessControl", "PaymentNotice", "BoundedJSON"],
        swiftSettings: settings),
    .testTarget(
        name: "WeChatPayAPITests",
        dependencies: [
            "WeChatPayAPI", "AccessControl", "HTTPDataPlane", "PaymentNotice", "BoundedJSON", "MessageModel",
            "TestSupport", nioCore,
        ], swiftSettings: settings),
    .testTarget(
        name: "PlatformCertificatesTests",
        dependencies: [
            "PlatformCertificates", "WeChatPayAPI", "AccessControl", "PaymentNotice", "BoundedJSON", "Tillwire",
            "QueueStore", "Engine", "MessageModel", "TestSupport", logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "WebhooksTests", dependencies: ["Webhooks", "AccessControl", "BoundedJSON"], swiftSettings: settings),
    .testTarget(
        name: "HTTPDataPlaneTests",
        dependencies: [
            "HTTPDataPlane", nioCore, product("NIOPosix", "swift-nio"), product("NIOEmbedded", "swift-nio"),
        ],
        swiftSettings: settings),
    .testTarget(
        name: "MerchantsTests",
        dependencies: ["Merchants", "Tillwire", "QueueStore", "Engine", "MessageModel", "BoundedJSON", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "PaymentGateTests",
        dependencies: [
            "PaymentGate", "PaymentEntry", "Merchants", "MessageModel", "AccessControl", "HTTPDataPlane", nioCore,
        ],
        swiftSettings: settings),
    .testTarget(
        name: "PaymentEntryTests",
        dependencies: [
            "PaymentEntry", "PaymentNotice", "Tillwire", "QueueStore", "Engine", "MessageModel", "BoundedJSON",
            "TestSupport",
        ], swiftSettings: settings),
    .testTarget(
        name: "OrderRecoveryTests",
        dependencies: [
            "OrderRecovery", "WeChatPayAPI", "PaymentEntry", "PaymentGate", "NoticeIngest", "Merchants",
            "HTTPDataPlane", "AccessControl", "PaymentNotice", "BoundedJSON", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "TopicConsumer", "TestSupport", nioCore, logging,
        ], swiftSettings: settings),
    .testTarget(
        name: "ConsoleTests",
        dependencies: [
            "TradeBill", "PaymentEntry",
            "NoticeRating",
            "Console", "Merchants", "RiskControl", "RiskRules", "CampaignManagement", "PromotionCampaign",
            "TopicConsumer", "Tillwire", "QueueStore", "Engine", "MessageModel", "AccessControl", "PaymentNotice",
            "BoundedJSON", "TestSupport", nioCore, logging, product("Hummingbird", "hummingbird"),
            product("HummingbirdTesting", "hummingbird"),
            product("HTTPTypes", "swift-http-types"),
        ], swiftSettings: settings),
    .testTarget(name: "NoticeRatingTests", dependencies: ["NoticeRating", "Telemetry"], swiftSettings: settings),
    .testTarget(
        name: "ProviderRatingTests",
        dependencies: [
            "ProviderRating", "NoticeRating", "Tillwire", "QueueStore", "Engine", "MessageModel", "TestSupport",
            logging,
            lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "PlatformRestrictionsTests",
        dependencies: [
            "PlatformRestrictions", "NoticeIngest", "PaymentEntry", "PaymentGate", "Merchants", "WeChatPayAPI",
            "AccessControl", "HTTPDataPlane", "PaymentNotice", "BoundedJSON", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "TestSupport", nioCore, logging,
        ], swiftSettings: settings),
    .testTarget(
        name: "ReconciliationTests",
        dependencies: [
            "Reconciliation", "TradeBill", "PaymentEntry", "PaymentNotice", "WeChatPayAPI", "AccessControl", "Deflate",
            "Tillwire", "QueueStore", "Engine", "MessageModel", "BoundedJSON", "TestSupport", logging, lifecycle,
            lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "NoticeIngestTests",
        dependencies: [
            "NoticeRating",
            "NoticeIngest", "PaymentEntry", "Telemetry", "Tillwire", "QueueStore", "Engine", "MessageModel",
            "HTTPDataPlane",
            "PaymentNotice",
            "AccessControl", "BoundedJSON",
            nioCore, logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "QueueAPITests",
        dependencies: [
            "QueueAPI", "CMQProtocol", "AccessControl", "HTTPDataPlane", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "BoundedJSON", "TestSupport", nioCore, logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "TopicFanOutTests",
        dependencies: [
            "TopicFanOut", "CMQProtocol", "PushSchedule", "HTTPDataPlane", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "BoundedJSON", "TestSupport", nioCore, logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "MerchantPushTests",
        dependencies: [
            "MerchantPush", "Tillwire", "QueueStore", "Engine", "MessageModel", "HTTPDataPlane", "PaymentNotice",
            "AccessControl", "Webhooks",
            "PushSchedule", nioCore, logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .target(
        name: "CampaignTestSupport",
        dependencies: [
            "CampaignRules", "TopicConsumer", "PaymentNotice", "Tillwire", "QueueStore", "Engine", "MessageModel",
            "TestSupport", logging,
        ], path: "Tests/CampaignTestSupport", swiftSettings: settings),
    .testTarget(
        name: "CampaignManagementTests",
        dependencies: [
            "CampaignTestSupport", "CampaignManagement", "Campaigns", "CampaignRules", "TopicConsumer", "PaymentNotice",
            "Tillwire",
            "QueueStore",
            "Engine", "MessageModel", "BoundedJSON", "TestSupport", logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "PromotionCampaignTests",
        dependencies: [
            "CampaignTestSupport", "PromotionCampaign", "Campaigns", "CampaignRules", "TopicConsumer", "PaymentNotice",
            "Tillwire",
            "QueueStore",
            "Engine", "MessageModel", "BoundedJSON", "TestSupport", logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .testTarget(
        name: "RiskControlTests",
        dependencies: [
            "RiskControl", "RiskRules", "RiskWindows", "Merchants", "TopicConsumer", "PaymentNotice", "PaymentGate",
            "HTTPDataPlane", "Webhooks", "AccessControl", "Tillwire", "QueueStore", "Engine", "MessageModel",
            "BoundedJSON", "TestSupport", nioCore, logging, lifecycle, lifecycleTestKit,
        ], swiftSettings: settings),
    .executableTarget(
        name: "consumer-crash-worker",
        dependencies: [
            "RiskControl", "RiskRules", "CampaignManagement", "PromotionCampaign", "CampaignRules", "TopicConsumer",
            "Merchants", "PaymentNotice", "Tillwire", "QueueStore", "Engine", "MessageModel", logging,
        ],
        path: "Tests/ConsumerCrashWorker", swiftSettings: settings),
    .testTarget(
        name: "ConsumerCrashTests",
        dependencies: [
            "TopicConsumer", "PromotionCampaign", "RiskRules", "CampaignRules", "Tillwire", "QueueStore", "Engine",
            "MessageModel", "TestSupport", "consumer-crash-worker",
        ], swiftSettings: settings),
    .testTarget(
        name: "DaemonTests", dependencies: ["TestSupport", "tillwired", "tillwire", "wechatpay-simulator"],
        swiftSettings: settings),
    .testTarget(
        name: "WeChatPaySimulatorTests",
        dependencies: [
            "WeChatPaySimulator", "PaymentNotice", "BoundedJSON", "AccessControl", "Webhooks", "HTTPDataPlane", nioCore,
            "Deflate", "TradeBill", "MessageModel", "TestSupport",
        ],
        swiftSettings: settings),
]

let servicePackages: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0", traits: []),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
]

let package = Package(
    name: "tillwire",
    products: [
        .library(name: "Tillwire", targets: ["Tillwire"]),
        // Typed payloads, apart because they bring Foundation.
        .library(name: "TillwireCodable", targets: ["TillwireCodable"]),
        // For the nested Benchmarks package, which measures the rooms one by one.
        .library(
            name: "TillwireCoreParts",
            targets: ["LMDB", "Deflate", "TopicRouting", "RiskWindows", "Engine", "MessageModel"]),
    ]
        + (coreOnly
            ? []
            : [
                .library(name: "TillwireNoticeParts", targets: ["PaymentNotice", "AccessControl", "BoundedJSON"]),
                .library(
                    name: "TillwireRiskParts",
                    targets: ["RiskControl", "RiskRules", "TopicConsumer", "Merchants", "PaymentGate", "HTTPDataPlane"]),
                .library(
                    name: "TillwireIngestParts",
                    targets: [
                        "NoticeIngest", "PaymentEntry", "PaymentNotice", "AccessControl", "HTTPDataPlane", "Engine",
                        "MessageModel",
                    ]),
                .library(
                    name: "TillwireAPIParts",
                    targets: ["QueueAPI", "CMQProtocol", "AccessControl", "HTTPDataPlane", "BoundedJSON"]),
                .executable(name: "tillwired", targets: ["tillwired"]),
                .executable(name: "tillwire", targets: ["tillwire"]),
                .executable(name: "wechatpay-simulator", targets: ["wechatpay-simulator"]),
            ]),
    dependencies: coreOnly ? [] : servicePackages,
    targets: coreTargets + fuzzTargets + (coreOnly ? [] : serviceTargets)
)
